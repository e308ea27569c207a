from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath

import pytest

from pipeline.archive.card import Dossier
from pipeline.archive.dossier import file_dossier
from pipeline.archive.numbers_filed import filed_numbers, highest_filed
from pipeline.domain.document_number import NumberTemplate
from pipeline.errors import ArchiveError

from .filing import DOSSIER

DKP = NumberTemplate("{kode}/{urut}/{unit}/{tahun}", "000.8.6.3", "DKP")
OLD = NumberTemplate("{urut:03}.{unit}.{tahun}", "000.8.6.3", "DKP")


def put(archive: Path, number: int, document_number: str, **more: object) -> Path:
    """A dossier in the archive that bears this number; its folder."""
    values = {"record_id": f"r{number}", "number": f"{number:04d}", **more}
    dossier: Dossier = replace(DOSSIER, document_number=document_number, **values)  # type: ignore[arg-type]
    filed = file_dossier(
        archive,
        dossier,
        index_pdf=b"%PDF-1.7 indeks",
        events=(),
        values={},
        texts={},
        organization="Dinas",
        bagged_on=date(2026, 10, 9),
    )
    return filed.path


def test_an_archive_without_dossiers_holds_no_number(tmp_path: Path) -> None:
    assert highest_filed(tmp_path / "archive", [DKP], 2026) == 0


def test_the_highest_of_the_unit_and_year_is_found(tmp_path: Path) -> None:
    put(tmp_path, 1, "000.8.6.3/11/DKP/2026")
    put(tmp_path, 2, "000.8.6.3/9/DKP/2026")
    put(tmp_path, 3, "000.8.6.3/40/SEKRE/2026")
    put(tmp_path, 4, "000.8.6.3/50/DKP/2025", year=2025)
    put(tmp_path, 5, "")
    put(tmp_path, 6, "surat lain nomor 77")
    assert highest_filed(tmp_path, [DKP], 2026) == 11
    assert highest_filed(tmp_path, [DKP], 2025) == 50
    assert highest_filed(tmp_path, [DKP], 2027) == 0


def test_a_number_that_was_replaced_in_its_dossier_is_held_too(tmp_path: Path) -> None:
    earlier = ("000.8.6.3/4/DKP/2026", "000.8.6.3/12/DKP/2026")
    put(tmp_path, 1, "000.8.6.3/1/DKP/2027", earlier_numbers=earlier)
    texts = [filed.text for filed in filed_numbers(tmp_path)]
    assert texts == ["000.8.6.3/1/DKP/2027", *earlier]
    assert highest_filed(tmp_path, [DKP], 2026) == 12


def test_each_procedure_of_the_unit_counts_whatever_its_template_and_code(tmp_path: Path) -> None:
    put(tmp_path, 1, "000.8.6.3/3/DKP/2026")
    put(tmp_path, 1, "000.7.2.8/8/DKP/2026", classification="000.7.2.8")
    assert highest_filed(tmp_path, [DKP], 2026) == 8
    put(tmp_path, 2, "012.DKP.2026")
    assert highest_filed(tmp_path, [DKP, OLD], 2026) == 12


def test_the_number_of_a_year_may_stand_on_data_of_another(tmp_path: Path) -> None:
    put(tmp_path, 1, "000.8.6.3/2/DKP/2027", year=2026)
    assert highest_filed(tmp_path, [DKP], 2027) == 2


def test_a_filing_under_way_is_not_looked_at(tmp_path: Path) -> None:
    bag = put(tmp_path, 1, "000.8.6.3/3/DKP/2026")
    bag.rename(bag.with_name(f".{bag.name}.tmp-0a1b2c3d"))
    assert list(filed_numbers(tmp_path)) == []


def test_a_card_that_cannot_be_read_stops_the_sequence_unless_the_ledger_knows_it(
    tmp_path: Path,
) -> None:
    bag = put(tmp_path, 1, "000.8.6.3/3/DKP/2026")
    put(tmp_path, 2, "000.8.6.3/4/DKP/2026")
    card = bag / "data/metadata/berkas.json"
    card.chmod(0o644)
    card.write_text("{}")
    dossier = bag.relative_to(tmp_path).as_posix()
    with pytest.raises(ArchiveError, match=r"0001 Data.*Pulihkan"):
        highest_filed(tmp_path, [DKP], 2026)
    assert highest_filed(tmp_path, [DKP], 2026, known={dossier}) == 4
    (other,) = filed_numbers(tmp_path, known={dossier})
    assert other.dossier == PurePosixPath("2026/000.8.6.3/0002 Data Kinerja Triwulan III 2026")
