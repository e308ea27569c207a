from pathlib import Path

from pipeline.domain.collection import Amendment
from pipeline.domain.document import Kind, State
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.tasks.status import office_status
from tests.tasks.quarters import ISSUED, Quarters, quarters


def recap(made: Quarters) -> list[str]:
    return office_status(made.office).collections[0].recap.splitlines()


def test_who_has_sent_and_who_has_not(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        made.filling(9)
        assert recap(made) == [
            "Data Kinerja TW III 2026 – keadaan 12 Okt 09.45.",
            "Sudah 4 dari 9: Plt. Kabid Perikanan Tangkap, Kabid Perikanan Budidaya, Kabid PSDKP,"
            " Ka. UPTD Balai Benih Ikan.",
            "Belum 4: Kasubag Program, Kepegawaian dan Pelaporan (TERLAMBAT, batas 8 Okt), Kabid"
            " Kelautan dan Pesisir (TERLAMBAT, batas 8 Okt); dikembalikan untuk diperbaiki 2:"
            " Sekretaris (TERLAMBAT, batas 8 Okt), Ka. UPTD Pelabuhan Perikanan Pantai (TERLAMBAT,"
            " batas 8 Okt).",
            "Tidak menyampaikan 1: Kabid Pengolahan dan Pemasaran.",
        ]


def test_who_is_in_time_is_told_until_when(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        made.filling(2, due="2026-10-12")
        assert recap(made)[1:] == [
            "Sudah 0 dari 2.",
            "Belum 2: Kasubag Program, Kepegawaian dan Pelaporan (batas 12 Okt); dikembalikan untuk"
            " diperbaiki 1: Sekretaris (batas 12 Okt).",
        ]


def test_all_are_in(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        filling = made.collection(Verb.FILL, ISSUED)
        made.document(filling, Kind.FORM, State.VERIFIED, post="Sekretaris")
        made.document(filling, Kind.FORM, State.WITHDRAWN, post="Kepala Bidang Lama")
        assert recap(made)[1:] == ["Sudah 1 dari 1: Sekretaris."]


def test_what_came_after_the_closing_is_told_as_such(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        filed = made.collection("filed", ISSUED)
        made.document(filed, Kind.FORM, State.FILED, post="Kepala Dinas")
        late = {"post": "Sekretaris", "data": {"late": True}}
        made.document(filed, Kind.FORM, State.WAITING, **late)
        assert recap(made)[1:] == ["Sudah 2 dari 2: Kadis, Sekretaris (susulan)."]
        form = office_status(made.office).collections[0].documents[-1]
    assert (form.where, form.next.split()[0]) == ("5 verifikasi", "Kasubag")


def test_before_any_form_is_out(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        filed = made.collection("filed", ISSUED, Period(2026, 1))
        made.collection(Verb.DRAFT, ISSUED, edition=2, amends=filed, amendment=Amendment.ERRATUM)
        assert recap(made) == [
            "Data Kinerja TW III 2026 (ralat ke-1 atas TW III 2026) – keadaan 12 Okt 09.45."
            " Formulir belum diterbitkan."
        ]
