"""Which place a dossier gets, whatever else lies in the archive."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.office import Office, open_office
from pipeline.sop.case import case_of
from pipeline.sop.dossier.place import standing_in_archive
from pipeline.tasks.init import init_office

from .samples import a_collection


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(init_office(tmp_path / "kantor")) as opened:
        opened.ledger.migrate()
        yield opened


@pytest.mark.parametrize("odd", ["² aneh", "① aneh", ".0009 aneh.tmp-00000000", "aneh"])
def test_a_folder_whose_name_tells_no_place_is_passed_over(office: Office, odd: str) -> None:
    with office.ledger.write() as tx:
        collection_id = a_collection(tx).id
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
    filing = case.procedure.filing
    for name in ("0007 Lain", odd):
        card = office.archive / str(case.period.year) / filing.classification / name
        (card / "data/metadata").mkdir(parents=True)
        (card / "data/metadata/berkas.json").write_text("{}")
    assert standing_in_archive(case, "0" * 64, "1").last == 7
