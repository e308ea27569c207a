import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.domain.official import Official, mask_personal, nip_problem, show_nip

PNS, PPPK = "198609262015051001", "199001012023211003"


@pytest.mark.parametrize(
    "nip",
    [
        PNS,
        PPPK,
        "19860926 201505 1 001",
        " 198609262015051001 ",
        "199002292023992001".replace("0229", "0228"),
        "200002292020122999",
    ],
)
def test_well_formed(nip: str) -> None:
    assert nip_problem(nip) is None


@pytest.mark.parametrize(
    ("nip", "says"),
    [
        ("", "18 angka"),
        ("19860926201505100", "18 angka"),
        ("1986092620150510011", "18 angka"),
        ("19860926201505100O", "18 angka"),
        ("198613262015051001", "tanggal lahir"),
        ("198602302015051001", "tanggal lahir"),
        ("000009262015051001", "tanggal lahir"),
        ("198609262015001001", "bulan pengangkatan"),
        ("198609262015131001", "bulan pengangkatan"),
        ("198609262015201001", "bulan pengangkatan"),
        ("198609262015053001", "laki-laki"),
        ("198609262015050001", "perempuan"),
    ],
)
def test_what_is_wrong_is_said(nip: str, says: str) -> None:
    assert says in (nip_problem(nip) or "")


@given(
    st.dates().map(lambda d: f"{d:%Y%m%d}".zfill(8)),
    st.integers(1900, 2099),
    st.integers(1, 12) | st.integers(21, 99),
    st.sampled_from("12"),
    st.integers(0, 999),
)
def test_every_nip_of_the_right_form_is_taken(
    birth: str, year: int, month: int, sex: str, serial: int
) -> None:
    nip = f"{birth}{year}{month:02}{sex}{serial:03}"
    assert nip_problem(nip) is None
    assert nip_problem(show_nip(nip)) is None


@given(st.text(max_size=25))
def test_any_text_is_judged(text: str) -> None:
    assert nip_problem(text) is None or nip_problem(text)


def test_shown_as_the_office_writes_it() -> None:
    assert show_nip(PNS) == "19860926 201505 1 001"
    assert show_nip("123") == "123"


def test_logs_see_three_digits_only() -> None:
    masked = mask_personal(f"{PNS}; {PPPK}.")
    assert masked == f"{'*' * 15}001; {'*' * 15}003."
    assert mask_personal("1234567890123456789") == "1234567890123456789"  # longer: no NIP
    assert mask_personal("tidak ada") == "tidak ada"


@pytest.mark.parametrize("nip", [show_nip(PNS), show_nip(PNS).replace(" ", "\u00a0"), f"a{PNS}b"])
def test_logs_see_no_printed_nip(nip: str) -> None:
    masked = mask_personal(f"NIP {nip},")
    assert "001" in masked
    assert "19860926" not in masked
    assert "201505" not in masked


@pytest.mark.parametrize("nik", ["3171234567890001", "3171 2345 6789 0001"])
def test_logs_see_no_nik(nik: str) -> None:
    assert mask_personal(f"NIK {nik}.docx") == f"NIK {'*' * 16}.docx"


@given(st.from_regex(r"[0-9a-f]{32}|[0-9a-f]{64}", fullmatch=True))
@example("ab" + PNS + "abcdef012345")
@example("ab3171234567890001abcdef01234567")
def test_logs_keep_ids_readable(id_: str) -> None:
    assert mask_personal(f"uji:take:{id_} ({PNS})") == f"uji:take:{id_} ({'*' * 15}001)"


@pytest.mark.parametrize("text", ["2026-11-22T19:33:04.123456Z", "2026-11-22 193304", "1763839984"])
def test_logs_keep_times_readable(text: str) -> None:
    assert mask_personal(text) == text


def test_ranks() -> None:
    def holder(grade: str) -> Official:
        return Official("Jabatan", "Nama", PNS, grade, "Unit")

    assert holder("III/d").rank == "Penata Tingkat I (III/d)"
    assert holder("Golongan IX").rank == "Golongan IX"
