"""Names, attributes and whole folders as they come over a share: each taken once, as it was."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.intake.samples import PDF, word

from .server import until
from .sharing import SEND, STAF, Shared, digest

DRAFT = "data-kinerja/1-draft"
NFC = "Realisasi Pélabuhan.docx"
NAMES = [
    unicodedata.normalize("NFD", NFC),
    "n" * 250 + ".docx",
    "Capaian 🐟 TW III.docx",
    "Laporan (2) – “salin” & 100%.docx",
]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES, ids=["nfd", "longest", "emoji", "signs"])
def test_a_name_is_kept_as_it_was_written(shared: Shared, name: str) -> None:
    data = word()
    with shared.staff.at_work() as desk:
        handle = desk.create(f"{SEND}/{name}")
        handle.write(data)
        handle.close()
    shared.settle()
    assert shared.taken() == {name: digest(data)}


@pytest.mark.slow
def test_what_windows_forbids_in_names_is_refused_or_comes_by_its_stand_in(shared: Shared) -> None:
    data = word()
    local = shared.server.private / "lokal"
    local.write_bytes(data)
    shared.staff.refused(f'put "{local}" "{SEND}/a*b.docx"')
    with shared.staff.at_work() as desk:  # a Mac sends stand-ins for these signs
        handle = desk.create(f"{SEND}/a\uf022b\uf025.docx")
        handle.write(data)
        handle.close()
    shared.settle()
    assert shared.taken() == {"a:b?.docx": digest(data)}


@pytest.mark.slow
def test_case_twins_made_on_the_server_are_two_files(shared: Shared) -> None:
    shared.lies(f"{SEND}/Format.docx").write_bytes(word("satu"))
    shared.lies(f"{SEND}/FORMAT.docx").write_bytes(word("dua"))
    shared.settle()
    assert shared.taken() == {
        "Format.docx": digest(word("satu")),
        "FORMAT.docx": digest(word("dua")),
    }


@pytest.mark.slow
def test_a_read_only_file_is_moved_and_taken(shared: Shared) -> None:
    with shared.staff.at_work() as desk:
        handle = desk.create(f"{DRAFT}/Baca Saja.pdf")
        handle.write(PDF)
        handle.set_read_only()
        handle.close()
    shared.staff.move(f"{DRAFT}/Baca Saja.pdf", f"{SEND}/Baca Saja.pdf")
    shared.settle()
    assert shared.taken() == {"Baca Saja.pdf": digest(PDF)}


@pytest.mark.slow
def test_an_empty_file_waits_and_is_let_through_for_its_slip(shared: Shared) -> None:
    shared.staff.put(b"", f"{SEND}/Kosong.docx")
    assert shared.sweep() == 1
    assert shared.arrivals() == []
    shared.settle(patience_s=0)
    assert shared.taken() == {"Kosong.docx": digest(b"")}


@pytest.mark.slow
def test_a_whole_folder_is_a_bundle(shared: Shared) -> None:
    parcel = shared.server.private / "Paket Oktober"
    (parcel / "bukti").mkdir(parents=True)
    (parcel / "Format.docx").write_bytes(word())
    (parcel / "bukti" / "foto.pdf").write_bytes(PDF)
    shared.staff.do(
        f'lcd "{shared.server.private}"',
        f'cd "{SEND}"',
        "recurse",
        "prompt",
        'mput "Paket Oktober"',
    )
    shared.settle()
    assert shared.taken() == {"Format.docx": digest(word()), "foto.pdf": digest(PDF)}
    assert {a.bundle for a in shared.arrivals()} == {"Paket Oktober"}
    assert {shared.owner_of(a) for a in shared.arrivals()} == {STAF}


@pytest.mark.slow
def test_a_copy_on_the_server_counts_as_a_move(shared: Shared) -> None:
    data = word()
    shared.staff.put(data, f"{DRAFT}/Asli.docx")
    shared.staff.do(f'scopy "{DRAFT}/Asli.docx" "{SEND}/Asli.docx"')
    shared.settle()
    assert shared.taken() == {"Asli.docx": digest(data)}
    assert shared.lies(f"{DRAFT}/Asli.docx").read_bytes() == data


@pytest.mark.slow
def test_what_a_person_takes_back_in_time_never_came(shared: Shared) -> None:
    shared.staff.put(PDF, f"{SEND}/Batal.pdf")
    shared.staff.do(f'del "{SEND}/Batal.pdf"')
    assert shared.sweep() == 0
    assert shared.arrivals() == []


@pytest.mark.slow
def test_programs_own_files_stay_and_vetoed_ones_cannot_come(shared: Shared) -> None:
    own = {"~$rmat.docx", ".~lock.Format.docx#", ".sembunyi.docx"}
    for name in own:
        shared.staff.put(b"x", f"{SEND}/{name}")
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store", "._Format.docx"):
        local = shared.server.private / "lokal"
        local.write_bytes(b"x")
        shared.staff.refused(f'put "{local}" "{SEND}/{name}"')
    assert shared.sweep() == 0
    assert {p.name for p in shared.lies(SEND).iterdir()} == own


@pytest.mark.slow
def test_five_hundred_files_at_once_are_each_taken_once(shared: Shared) -> None:
    parcel = shared.server.private / "paket"
    parcel.mkdir()
    wanted = {}
    for number in range(500):
        data = word(f"naskah {number}")
        (parcel / f"Naskah {number:03}.docx").write_bytes(data)
        wanted[f"Naskah {number:03}.docx"] = digest(data)
    with ThreadPoolExecutor(1) as pc:
        sending = pc.submit(shared.staff.do, f'lcd "{parcel}"', f'cd "{SEND}"', "prompt", "mput *")
        until(lambda: shared.sweep() == 0 and sending.done())  # taken while more are coming
        sending.result()
    shared.settle()
    assert shared.taken() == wanted
    assert list(shared.lies(SEND).iterdir()) == []
