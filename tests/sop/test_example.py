"""What CONTOH JADI is filled in with: a form that an official of the office would get."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.official import Official
from pipeline.domain.roster import Assignment, Roster, Statements
from pipeline.forms.apart import PlainContext, fill_in
from pipeline.forms.workbooks.roster import write_roster
from pipeline.forms.workbooks.statements import write_statements
from pipeline.ledger.tables import RosterFile
from pipeline.office import Office
from pipeline.sop.case import Case
from pipeline.sop.example import SAMPLE_OFFICIAL, sample_context
from pipeline.sop.publish import new_document

from .masters import master_of, put_on_file, tenure
from .samples import HEAD, INDICATOR, PERIOD, ROSTER, a_collection

PROCEDURE = "data-kinerja"
LISTED = tuple(replace(INDICATOR, code=f"IK-{n}", name=f"Indikator {n}") for n in range(1, 4))
STATEMENTS = Statements(PERIOD, LISTED)
LONG = Official(
    "Kepala Unit Pelaksana Teknis Daerah Balai Pengujian dan Penerapan Mutu Hasil Perikanan",
    "Dr. Ir. R. Ngt. Contoh Namayangpanjangsekali Kusumawardhani-Hadiningrat, S.Pi., M.Si., Ph.D.",
    *("198203152008011007", "IV/b", "UPTD"),
)


def example(office: Office, roster: Roster | None) -> dict[str, Any]:
    with office.ledger.write() as tx:
        collection = a_collection(tx)
        name = "Daftar Pernyataan.xlsx"
        listed = new_document(tx, collection, Kind.STATEMENTS, name=name, state=State.APPROVED)
        listed.blob = office.store.put(write_statements(STATEMENTS, office_name="Dinas"))
        if roster is not None:
            data = write_roster(roster, STATEMENTS, office_name="Dinas")
            sha256 = office.store.put(data)
            tx.session.merge(RosterFile(office_id=office.id, procedure=PROCEDURE, sha256=sha256))
    case = Case(office, office.procedures[PROCEDURE], collection)
    with office.ledger.read() as session:
        return sample_context(session, case)


def codes(context: dict[str, Any]) -> list[str]:
    return [row["kode"] for row in context["indikator"]]


def test_before_the_first_roster_it_is_nobodys_with_all_indicators(office: Office) -> None:
    context = example(office, None)
    assert context["pejabat"]["nama"] == SAMPLE_OFFICIAL.name
    assert codes(context) == ["IK-1", "IK-2", "IK-3"]


def test_it_is_the_form_of_whoever_has_most_to_report(office: Office) -> None:
    given = [(HEAD.post, "IK-2"), (LONG.post, "IK-1"), (LONG.post, "IK-3")]
    roster = replace(
        ROSTER, officials=(HEAD, LONG), assignments=tuple(Assignment(*each) for each in given)
    )
    context = example(office, roster)
    assert context["pejabat"]["nama"] == LONG.name
    assert codes(context) == ["IK-1", "IK-3"]


def test_who_reports_nothing_this_quarter_lends_it_no_name(office: Office) -> None:
    context = example(office, replace(ROSTER, assignments=(Assignment(HEAD.post, "IK-9"),)))
    assert context["pejabat"]["nama"] == SAMPLE_OFFICIAL.name
    assert codes(context) == ["IK-1", "IK-2", "IK-3"]


def test_a_post_that_changed_hands_is_shown_with_who_holds_it_today(office: Office) -> None:
    put_on_file(office, master_of(tenure(HEAD.post, "198609262015052001", name="Contoh Dua")))
    assert example(office, ROSTER)["pejabat"]["nama"] == "Contoh Dua"


@pytest.mark.parametrize("roster", [None, ROSTER], ids=["first", "later"])
def test_the_offices_own_form_can_be_filled_in_with_it(
    office: Office, roster: Roster | None
) -> None:
    template = office.template(office.procedures[PROCEDURE], "formulir")
    filled = office.reader.run(fill_in, template, PlainContext.of(example(office, roster)), {})
    assert filled.startswith(b"PK")
