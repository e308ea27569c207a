import base64
import pickle
from collections.abc import Callable

import pytest
from lxml import html
from sqlalchemy import select, text

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.errors import ArchiveError
from pipeline.ledger.tables import Collection
from pipeline.office import Office
from tests.web.offices import HEAD, NOW, Ledgered, Reader

Make = Callable[..., Office]


def words(answer: str, path: str) -> list[str]:
    return [" ".join(e.text_content().split()) for e in html.fromstring(answer).xpath(path)]


def test_an_empty_office_says_how_to_begin(open_office: Make) -> None:
    page = Reader(open_office(now=NOW)).get("/").text
    assert "Belum ada pengumpulan yang berjalan" in page
    assert r"K:\data-kinerja\1-draft\kirim" in page
    assert "Sudah diarsipkan" not in page


def test_a_collection_shows_its_step_its_lateness_and_whose_turn_it_is(open_office: Make) -> None:
    page = Reader(open_office(busy=True)).get("/").text
    assert "pukul 10.14 WIB" in words(page, "//div[@class='judul']/p")[0]
    first, second = words(page, "//p[@class='langkah-kini']")
    assert first.startswith("Langkah 4 dari 8")
    assert second.startswith("Langkah 8 dari 8")
    late, left = words(page, "//p[contains(@class, 'tenggat')]/strong")
    assert (late, left) == ("Terlambat 1 hari kerja 6 jam", "Tersisa 2 hari")
    steps = words(page, "(//ol)[1]/li")
    assert [s.split()[-1] for s in steps].count("berjalan") == 2, "4 and 5 go side by side"
    assert words(page, "//div[@class='giliran']//li") == [
        r"Pejabat Terkait mengisi 2 formulir di K:\data-kinerja\4-pengisian",
        rf"{HEAD} memverifikasi 1 formulir di K:\data-kinerja\5-verifikasi",
        r"Sekretaris memverifikasi 1 formulir di K:\data-kinerja\5-verifikasi",
        rf"{HEAD} melakukan penandatanganan Data Kinerja di K:\data-kinerja\8-tanda-tangan",
    ]


def test_each_form_is_a_row(open_office: Make) -> None:
    page = Reader(open_office(busy=True)).get("/").text
    rows = [r.split(" 8 Okt 05.14 ") for r in words(page, "//tbody/tr")]
    assert [
        "Kepala Bidang Perikanan Budidaya K7M2P QX9RB Perlu diperbaiki",
        "2 kali Pejabat ini",
    ] in rows
    assert [f"{HEAD} K7M2P QX9RE Menunggu verifikasi", "–belum pernah Sekretaris"] in rows
    assert ["Sekretaris K7M2P QX9RF Disetujui", "–belum pernah –tidak ada"] in rows
    assert words(page, "//summary/span") == [
        "6 formulir",
        "1 belum masuk",
        "1 perlu diperbaiki",
        "2 menunggu verifikasi",
        "1 disetujui",
        "1 terverifikasi",
    ]
    assert "1 kiriman baru sedang diproses" in page


def test_a_filed_collection_tells_its_number_and_where_it_lies(open_office: Make) -> None:
    office = open_office(busy=True)
    page = Reader(office).get("/").text
    (filed,) = words(page, "//section[@class='arsip']//li")
    assert "000.8.6.3/7/PROGRAM/2026" in filed
    assert r"K:\data-kinerja\hasil\2026-TW1" in filed
    assert "2026/000.8.6.3/001 Data Kinerja" in filed
    assert str(office.root) not in page


def test_what_is_withdrawn_closed_or_amended_says_so(open_office: Make) -> None:
    office = open_office(now=NOW)
    ledger = Ledgered(office)
    ledger.collection("2025-TW4", "withdrawn")
    ledger.collection("2026-TW1", Verb.ENTER)
    with office.ledger.write() as tx:
        row = tx.session.scalars(select(Collection).where(Collection.stage == Verb.ENTER)).one()
        row.closed_at = NOW
        row.edition = 2
    page = Reader(office).get("/").text
    assert words(page, "//h2")[0] == "Triwulan I Tahun 2026, edisi ke-2, ditutup 8 Okt"
    assert "Ditarik: Triwulan IV Tahun 2025" in " ".join(words(page, "//p[@class='redup']"))


def test_a_late_form_and_waiting_master_data_are_shown(open_office: Make) -> None:
    office = open_office(now=NOW)
    ledger = Ledgered(office)
    filling = ledger.collection("2026-TW3", Verb.FILL)
    late = {"post": "Kepala Bidang", "data": {"due": "2026-10-06"}}
    ledger.document(filling, Kind.FORM, "K7M2PQX9RA", State.ISSUED, **late)
    proposal = {"collection_id": None, "name": "Data Induk.xlsx"}
    ledger.document(filling, Kind.MASTER, "K7M2PQX9RB", State.WAITING, **proposal)
    page = Reader(office).get("/").text
    assert "Pejabat ini, terlambat 1 hari kerja 2 jam" in words(page, "//tbody/tr")[0]
    (induk,) = words(page, "//section[@aria-labelledby='data-induk']//li")
    assert induk == f"{HEAD} memutuskan Data Induk.xlsx"


@pytest.mark.parametrize(
    ("stage", "kind", "state", "says"),
    [
        (Verb.SIGN, Kind.PRINTOUT, State.SIGNED, "sedang mengarsipkan"),
        (Verb.ENTER, Kind.WORKBOOK, State.RECEIVED, "sedang membuat print out"),
        (Verb.ENTER, Kind.WORKBOOK, State.WAITING, "Staf melakukan entry"),
        (Verb.DRAFT, Kind.DRAFT, State.RECEIVED, "Staf membuat Draft"),
    ],
)
def test_the_turn_is_the_machines_where_nobody_is_awaited(
    open_office: Make, stage: Verb, kind: Kind, state: State, says: str
) -> None:
    office = open_office(now=NOW)
    ledger = Ledgered(office)
    ledger.document(ledger.collection("2026-TW3", stage), kind, "K7M2PQX9RA", state)
    (turn,) = words(Reader(office).get("/").text, "//div[@class='giliran']//li")
    assert says in turn


def test_staf_is_awaited_where_the_print_out_waits_for_its_number(open_office: Make) -> None:
    office = open_office(now=NOW)
    sop = office.templates / "data-kinerja" / "sop.toml"
    said = sop.read_text("utf-8").replace("[filing]\n", '[filing]\nnumbering = "manual"\n')
    sop.write_text(said, "utf-8")
    ledger = Ledgered(office)
    collection = ledger.collection("2026-TW3", Verb.ENTER)
    ledger.document(collection, Kind.WORKBOOK, "K7M2PQX9RA", State.RECEIVED)
    (turn,) = words(Reader(office).get("/").text, "//div[@class='giliran']//li")
    assert turn == r"Staf memberi nomor print out di K:\data-kinerja\6-entri"
    ledger.printout(collection, "K7M2PQX9RB", State.RETURNED)
    (turn,) = words(Reader(office).get("/").text, "//div[@class='giliran']//li")
    assert turn.endswith("sedang membuat print out")


def test_work_that_gave_up_calls_for_the_administrator(open_office: Make) -> None:
    office = open_office(busy=True)
    assert "Perlu administrator" not in Reader(office).get("/").text
    give_up(office, ArchiveError("Arsip penuh. Kosongkan tempat."))
    page = Reader(office).get("/").text
    assert "Perlu administrator: 1 pekerjaan berhenti" in page
    assert "Arsip penuh. Kosongkan tempat." in page
    health = Reader(office).get("/sehat")
    assert health.status_code == 503
    assert health.json()["failed"] == 1


def test_what_people_wrote_stays_text(open_office: Make) -> None:
    office = open_office(now=NOW)
    ledger = Ledgered(office)
    wicked = "<script>alert(1)</script>"
    ledger.document(
        ledger.collection("2026-TW3", Verb.FILL),
        Kind.FORM,
        "K7M2PQX9RA",
        State.ISSUED,
        post=wicked,
    )
    give_up(office, ValueError(f"{wicked} & co"))
    page = Reader(office).get("/").text
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 2


def give_up(office: Office, error: Exception) -> None:
    """Have a chain in the real queue end as one that all attempts failed."""
    with office.ledger.write() as tx:
        tx.enqueue("file", "abc", once="abc")
    told = base64.b64encode(pickle.dumps(error)).decode()
    with office.ledger.engine.begin() as connection:
        connection.execute(
            text("UPDATE workflow_status SET status = 'ERROR', error = :told"), {"told": told}
        )
