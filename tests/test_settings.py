from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.settings import (
    Enrolment,
    Settings,
    Signer,
    client_path,
    load_settings,
    time_range,
)

DELIVERED = Path(__file__).resolve().parents[1] / "templates" / "kinerja.toml"
OFFICE = """
[office]
id = "dkp"
government = "PEMERINTAH"
name = "DINAS"
subdivision = "Subbagian"
city = "Jambi"
"""
SIGNER = f"""
[[signers]]
alias = "kasubag"
post = "Kasubag"
name = "Nama"
nip = "198304152008011003"
grade = "III/d"
key = "keys/kasubag.p12"
certificates = [{{ sha256 = "{"a" * 64}", valid_from = 2026-01-01, valid_to = 2026-12-31 }}]
"""


def load(root: Path, text: str) -> Settings:
    (root / "kinerja.toml").write_text(text, encoding="utf-8")
    return load_settings(root)


def complaint(root: Path, text: str) -> str:
    with pytest.raises(ConfigurationError) as refused:
        load(root, text)
    assert str(root / "kinerja.toml") in str(refused.value)
    return str(refused.value)


def test_the_delivered_file_loads_and_says_the_defaults(tmp_path: Path) -> None:
    delivered = load(tmp_path, DELIVERED.read_text(encoding="utf-8"))
    bare = load(tmp_path, OFFICE)
    for section in (
        "hours",
        "folders",
        "database",
        "converter",
        "watch",
        "web",
        "signing",
        "procedures",
    ):
        assert getattr(delivered, section) == getattr(bare, section)


def test_no_office_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="kinerja init"):
        load_settings(tmp_path)


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    assert "line 3" in complaint(tmp_path, "\n\n[office\n")


@pytest.mark.parametrize(
    ("text", "key", "mend"),
    [
        (OFFICE + 'logo = "x"', "office.logo", "hapus kunci ini"),
        (OFFICE + "[warna]\nhijau = 1", "warna", "hapus kunci ini"),
        (OFFICE.replace('city = "Jambi"', ""), "office.city", "tambahkan kunci ini"),
        (OFFICE + 'timezone = "Asia/Jambi"', "office.timezone", "misalnya Asia/Jakarta"),
        (OFFICE + "[web]\nport = 99999", "web.port", "betulkan nilainya"),
        (OFFICE + "[converter]\noffices = 0", "converter.offices", "betulkan nilainya"),
        (OFFICE.replace('"dkp"', '"DKP Jambi"'), "office.id", "betulkan nilainya"),
        (OFFICE + SIGNER.replace("198304152008011003", "123"), "signers.0.nip", "betulkan"),
        (OFFICE + SIGNER.replace("a" * 64, "zz"), "signers.0.certificates.0.sha256", "betulkan"),
        (OFFICE + '[[accounts]]\nname = ""', "accounts.0.name", "betulkan"),
        (OFFICE + '[[accounts]]\nname = "a"\nnip = "123"', "accounts.0.nip", "betulkan"),
        (OFFICE + '[[accounts]]\nname = "a"\nroles = ["bos"]', "accounts.0.roles.0", "betulkan"),
        (OFFICE + SIGNER + 'accounts = ["a"]', "signers.0.accounts", "hapus kunci ini"),
        ("", "office", "tambahkan kunci ini"),
        (OFFICE + "[hours]\nfriday = []", "hours.friday", "isi misalnya"),
        (OFFICE + '[hours]\nfriday = ["pagi"]', "hours.friday", "tulis misalnya 07.30-12.00"),
        (OFFICE + '[hours]\nfriday = ["07.30-24.00"]', "hours.friday", "tulis misalnya"),
        (OFFICE + '[hours]\nfriday = ["12.00-07.30"]', "hours.friday", "jam mulai lebih dahulu"),
        (
            OFFICE + '[hours]\nmonday_to_thursday = ["13.00-16.00", "07.30-12.00"]',
            "hours.monday_to_thursday",
            "urutkan dari pagi ke sore",
        ),
        (
            OFFICE + '[hours]\nfriday = ["07.30-12.00", "11.30-16.00"]',
            "hours.friday",
            "tanpa bertumpang tindih",
        ),
        (OFFICE + '[hours]\ndays_off = ["lebaran"]', "hours.days_off.0", "betulkan nilainya"),
        (OFFICE + '[hours]\nsaturday = ["08.00-12.00"]', "hours.saturday", "hapus kunci ini"),
    ],
)
def test_a_wrong_key_is_named_with_its_mend(tmp_path: Path, text: str, key: str, mend: str) -> None:
    message = complaint(tmp_path, text)
    assert f": {key}: " in message
    assert mend in message


def test_office_hours_are_read_as_people_write_them(tmp_path: Path) -> None:
    hours = load(
        tmp_path,
        OFFICE + '[hours]\nfriday = ["7:30 – 11:30", "13.00-16.30"]\ndays_off = [2026-01-06]',
    ).hours
    assert [time_range(text) for text in hours.friday] == [
        (time(7, 30), time(11, 30)),
        (time(13), time(16, 30)),
    ]
    assert hours.days_off == (date(2026, 1, 6),)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    message = complaint(tmp_path, OFFICE + "x = 1\n[web]\nport = -1\n[aneh]\ny = 1")
    assert len(message.splitlines()) == 3


def test_the_environment_stands_above_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINERJA_DATABASE__URL", "postgresql+psycopg://host/db")
    monkeypatch.setenv("KINERJA_WEB__PORT", "9000")
    settings = load(tmp_path, OFFICE + '[database]\nurl = "sqlite:///x"\n[web]\nhost = "::1"')
    assert settings.database.url == "postgresql+psycopg://host/db"
    assert (settings.web.port, settings.web.host) == (9000, "::1")
    assert load(tmp_path, OFFICE).database.url == "postgresql+psycopg://host/db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KINERJA_WEB__PORT", "delapan"),
        ("KINERJA_SIGNERS", "kasubag"),
        ("KINERJA_PROCEDURES", "data-kinerja"),
    ],
)
def test_an_environment_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert complaint(tmp_path, OFFICE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KINERJA_ACCOUNTS", '[{"name": "tamu", "nip": "198304152008011003"}]'),
        ("kinerja_accounts", "[]"),
        ("KINERJA_SIGNERS", "[]"),
        ("KINERJA_OFFICE__ID", "kantor-lain"),
        ("KINERJA_SIGNING__TRUST", "/tmp/akar-sendiri"),
        ("KINERJA_FOLDERS__TEMPLATES", "/tmp/sop-sendiri"),
    ],
)
def test_the_environment_makes_nobody_somebody_who_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    told = complaint(tmp_path, OFFICE)
    assert f"environment variable {name}" in told
    assert "kinerja.toml" in told


def test_settings_do_not_change(tmp_path: Path) -> None:
    settings = load(tmp_path, OFFICE)
    with pytest.raises(ValueError, match="frozen"):
        settings.office.name = "x"  # type: ignore[misc]


def test_a_certificate_counts_on_its_days_only(tmp_path: Path) -> None:
    (signer,) = load(tmp_path, OFFICE + SIGNER).signers
    assert isinstance(signer, Signer)
    assert signer.enrolled_on(date(2026, 1, 1)) == {"a" * 64}
    assert signer.enrolled_on(date(2026, 12, 31)) == {"a" * 64}
    assert signer.enrolled_on(date(2025, 12, 31)) == frozenset()
    assert signer.enrolled_on(date(2027, 1, 1)) == frozenset()


TOKEN = "pkcs11:token=Kasubag;object=tanda%20tangan?module-path=/usr/lib/libtoken.so"


def signer_with(key: str, *more: str) -> str:
    """An office whose signer keeps the key there."""
    key_line = next(line for line in SIGNER.splitlines() if line.startswith("key ="))
    return OFFICE + SIGNER.replace(key_line, "\n".join([*more, f'key = "{key}"']))


def test_a_key_is_a_file_or_on_a_token(tmp_path: Path) -> None:
    (in_file,) = load(tmp_path, OFFICE + SIGNER).signers
    assert not in_file.on_token
    assert in_file.key_location(tmp_path) == str(tmp_path / in_file.key)
    (on_token,) = load(tmp_path, signer_with(TOKEN, 'backend = "pkcs11"')).signers
    assert on_token.on_token
    assert on_token.key_location(tmp_path) == TOKEN


@pytest.mark.parametrize(
    ("key", "more", "said"),
    [
        ("keys/kasubag.p12", ('backend = "pkcs11"',), "bukan alamat kunci di token; tulis seperti"),
        (TOKEN + "&pin-value=123456", ('backend = "pkcs11"',), "memuat PIN; hapus"),
        (TOKEN, (), 'tambahkan backend = "pkcs11"'),
    ],
)
def test_a_wrong_address_of_a_key_is_told_at_once(
    tmp_path: Path, key: str, more: tuple[str, ...], said: str
) -> None:
    told = complaint(tmp_path, signer_with(key, *more))
    assert "signers.0.key" in told
    assert said in told
    assert "123456" not in told


@given(st.dates(), st.dates(), st.dates())
def test_an_enrolment_covers_from_first_to_last(first: date, last: date, day: date) -> None:
    enrolment = Enrolment(sha256="b" * 64, valid_from=first, valid_to=last)
    assert enrolment.covers(day) == (first <= day <= last)


@pytest.mark.parametrize(
    ("prefix", "shown"),
    [
        ("K:\\", r"K:\data-kinerja\4-pengisian\kirim"),
        ("K:\\Kinerja", r"K:\Kinerja\data-kinerja\4-pengisian\kirim"),
        (r"\\server\berkas", r"\\server\berkas\data-kinerja\4-pengisian\kirim"),
    ],
)
def test_paths_as_a_client_sees_them(prefix: str, shown: str) -> None:
    assert client_path(prefix, "data-kinerja", "4-pengisian", "kirim") == shown
