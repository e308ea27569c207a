import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.token_uri import TokenUri, parse_token_uri

MODULE = "/usr/lib/libtoken.so"


def test_the_parts_of_an_address() -> None:
    uri = (
        "pkcs11:token=Kunci%20Kasubag;serial=0a1;manufacturer=X;model=Y;slot-id=7;"
        f"object=tanda%3Btangan;id=%01%FF;type=private?module-path={MODULE}"
    )
    assert parse_token_uri(uri) == TokenUri(
        MODULE, "Kunci Kasubag", "0a1", "X", "Y", 7, "tanda;tangan", b"\x01\xff"
    )


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("keys/kasubag.p12", "bukan alamat kunci di token"),
        ("pkcs11:token=x", "belum menyebut modul"),
        ("pkcs11:token=x?module-path=libtoken.so", "belum menyebut modul"),
        (f"pkcs11:token=x?module-path={MODULE}&pin-value=123456", "memuat PIN"),
        (f"pkcs11:token=x;pin-value=123456?module-path={MODULE}", "memuat PIN"),
        (f"pkcs11:token=x?pin-source=file:/pin&module-path={MODULE}", "memuat PIN"),
        (f"pkcs11:token=x;tokn=y?module-path={MODULE}", "“tokn” tidak dikenal"),
        ("pkcs11:token=x?module-name=softhsm2", "“module-name” tidak dikenal"),
        (f"pkcs11:token=x;token=y?module-path={MODULE}", "disebut dua kali"),
        (f"pkcs11:token?module-path={MODULE}", "tanpa nilai"),
        (f"pkcs11:token=%FF?module-path={MODULE}", "bukan teks UTF-8"),
        (f"pkcs11:slot-id=satu?module-path={MODULE}", "bukan bilangan"),
        (f"pkcs11:type=public?module-path={MODULE}", "type bukan"),
    ],
)
def test_what_is_refused(uri: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        parse_token_uri(uri)
    assert "123456" not in str(caught.value)


@given(st.text())
def test_any_text_is_an_address_or_is_refused_in_words(text: str) -> None:
    try:
        said = parse_token_uri("pkcs11:" + text).module
    except ValueError as refused:
        said = str(refused)
    assert said.startswith("/") or ";" in said
