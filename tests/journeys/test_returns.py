"""Every way back, each followed until the dossier is filed: LibreOffice and signatures are real.

Four collections, each with those ways back that do not disturb each other.
"""

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import docx
import pypdfium2
import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.form import Field
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.domain.roster import Assignment
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_fields
from pipeline.ledger.tables import Arrival, Decision, Event, Number, Record
from pipeline.tasks.demo.hand import change_cell, fill_controls
from pipeline.tasks.demo.players import Reporter
from tests.journeys.filed import assert_filed
from tests.journeys.office import Journey, flat_text, running

pytestmark = pytest.mark.slow

COMMENTED = "Kolom penghambat mohon diperlebar."


# --- what people do with their programs ----------------------------------------------------------


def with_comment(word: bytes, text: str) -> bytes:
    """The file saved again by another program, with a Word comment on its first words."""
    document = docx.Document(io.BytesIO(word))
    run = next(r for p in document.paragraphs for r in p.runs if r.text.strip())
    document.add_comment(run, text=text, author="Kasubag", initials="K")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_title(word: bytes, text: str) -> bytes:
    """The draft with a line more under its letterhead."""
    document = docx.Document(io.BytesIO(word))
    next(p for p in document.paragraphs if p.text.strip()).insert_paragraph_before(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def save_over(file: Path, data: bytes) -> Path:
    """Save a waiting file in place, as Word does."""
    half = file.with_name(f"~WRD{file.stem[:4]}.tmp")
    half.write_bytes(data)
    half.replace(file)
    return file


def fields_of(file: Path) -> dict[str, dict[Field, str]]:
    return read_fields(open_word(file.read_bytes()))


def send_values(
    journey: Journey, person: Reporter, pattern: str, values: dict[tuple[str, Field], str]
) -> bytes:
    """The official types values into the form that lies ready, and sends it; the bytes sent."""
    form = journey.folders.wait(f"{person.folder}/{pattern}")
    data = fill_controls(form.read_bytes(), values)
    form.unlink()
    journey.bring(f"{person.folder}/kirim", form.name, data)
    return data


def docx_in(journey: Journey, folder: str) -> list[str]:
    return sorted(name for name in journey.files(folder) if name.endswith(".docx"))


def assert_one_live_form(journey: Journey, person: Reporter, start: str) -> None:
    (name,) = docx_in(journey, person.folder)
    assert name.startswith(start)


def pages_of(pdf: Path) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def filed_texts(bag: Path, pattern: str) -> list[str]:
    """The texts of the slips and receipts in a bag."""
    return [flat_text(p) for p in sorted((bag / "data" / "keputusan").glob(pattern))]


# --- SOP 2 ---------------------------------------------------------------------------------------


def test_a_draft_comes_back_three_times_and_is_approved_in_its_corrected_form(
    journey: Journey,
) -> None:
    folders, staff, head = journey.folders, journey.staff, journey.head
    journey.to_correction()
    name = f"Format Data Kinerja {journey.period.short}"

    # by a Word comment alone
    waiting = folders.wait("2-koreksi/Format*.docx")
    save_over(waiting, with_comment(waiting.read_bytes(), COMMENTED))
    folders.move(waiting, CommandFolder.RETURN)
    slip = folders.wait(f"1-draft/PERBAIKI 1 - {name}.pdf")
    text = flat_text(slip)
    assert pages_of(slip) == 1
    assert "DIKEMBALIKAN UNTUK DIPERBAIKI" in text
    assert COMMENTED in text
    assert r"K:\data-kinerja\1-draft\kirim" in text
    folders.wait(f"1-draft/Daftar Pernyataan {journey.period.short}.xlsx")
    journey.settle()
    assert docx_in(journey, "2-koreksi") == []
    assert journey.stage == Verb.DRAFT
    staff.send_corrected_draft()

    # without a reason: held, asked for, and carried out once the reason is there
    waiting = folders.wait("2-koreksi/Format*.docx")
    journey.settle()
    receipts = {n for n in journey.files("1-draft") if n.startswith("DITERIMA")}
    assert len(receipts) == 1
    assert journey.files("1-draft") - receipts == {"Data Induk.xlsx"}
    folders.move(waiting, CommandFolder.RETURN)
    asked = journey.text(f"2-koreksi/ALASAN DIPERLUKAN - {name}*.pdf")
    assert "Pengembalian ditahan" in asked
    assert r"K:\data-kinerja\2-koreksi\kembalikan" in asked
    assert journey.stage == Verb.CORRECT
    assert journey.rows(Decision, Decision.verdict == "kembalikan", Decision.revision == 2) == []
    journey.bring(
        "2-koreksi/kembalikan", "alasan.txt", "Satuan belum ditulis.\r\n".encode("cp1252")
    )
    text = journey.text(f"1-draft/PERBAIKI 2 - {name}.pdf")
    assert "Satuan belum ditulis." in text
    journey.settle()
    assert "PERBAIKI 2" in docx_in(journey, "1-draft")[0]
    assert not any("ALASAN DIPERLUKAN" in f for f in journey.files("2-koreksi"))
    folders.move(folders.wait(f"1-draft/PERBAIKI 2 - {name}.docx"), CommandFolder.SEND)

    # by command line; without a reason it is refused
    folders.wait("2-koreksi/Format*.docx")
    code = journey.document(Kind.DRAFT).code
    refused = journey.command("return", code)
    assert refused.returncode not in {0, 3}
    assert "--note" in refused.stderr
    done = journey.command("return", code, "--note", "Kop surat salah.")
    assert done.returncode == 0, done.stderr
    assert "Kop surat salah." in journey.text(f"1-draft/PERBAIKI 3 - {name}.pdf")
    again = journey.command("approve", code)
    assert again.returncode == 16
    folders.move(folders.wait(f"1-draft/PERBAIKI 3 - {name}.docx"), CommandFolder.SEND)

    # an edited draft that is approved is a new revision, shown again
    waiting = folders.wait("2-koreksi/Format*.docx")
    revision = journey.document(Kind.DRAFT).revision
    save_over(waiting, with_title(waiting.read_bytes(), "RAHASIA JABATAN"))
    folders.move(waiting, CommandFolder.APPROVE)
    journey.until(lambda: journey.document(Kind.DRAFT).revision == revision + 1)
    shown = folders.wait("2-koreksi/Format*.docx")
    journey.settle()
    assert "RAHASIA JABATAN" in journey.text("2-koreksi/CONTOH JADI*.pdf")
    published = shown.read_bytes()
    head.approve("2-koreksi/Format*.docx")
    folders.wait("3-penggandaan/Daftar Pejabat*.xlsx")

    # whoever decides otherwise afterwards gets a slip
    folders.put("2-koreksi/kembalikan", f"{shown.stem}.txt", b"Ternyata masih salah.")
    journey.bring("2-koreksi/kembalikan", shown.name, published)
    text = journey.text(f"2-koreksi/SLIP - {name}.pdf")
    assert "SUDAH DIPUTUSKAN" in text
    assert "sudah diputuskan “setujui”" in text
    folders.wait(f"ditolak/DITOLAK - {name}.docx")
    assert journey.stage == Verb.DISTRIBUTE

    bag = assert_filed(journey)
    assert journey.document(Kind.DRAFT).returns == 3
    reasons = [d["alasan"] for d in json.loads((bag / "data/keputusan/keputusan.json").read_text())]
    assert reasons[:3] == [COMMENTED, "Satuan belum ditulis.", "Kop surat salah."]
    slips = filed_texts(bag, "*PERBAIKI*.pdf")
    assert [any(reason in slip for slip in slips) for reason in reasons[:3]] == [True] * 3
    original = next((bag / "data" / "asli").glob("Format Data Kinerja*.docx"))
    assert "RAHASIA JABATAN" in docx.Document(str(original)).element.xml
    form = next((bag / "data" / "dokumen").glob("Formulir*.pdf"))
    assert "RAHASIA JABATAN" in flat_text(form)


# --- SOP 4 ---------------------------------------------------------------------------------------


def test_a_form_bounces_until_it_is_whole_and_may_be_replaced_until_verified(
    journey: Journey,
) -> None:
    folders = journey.folders
    first, second = journey.people
    extra = journey.statements.indicators[4]
    assert extra.code not in {i.code for p in journey.people for i in p.indicators}
    journey.roster = replace(
        journey.roster,
        assignments=(*journey.roster.assignments, Assignment(first.official.post, extra.code)),
    )
    first = replace(first, indicators=[*first.indicators, extra])
    journey.people[0] = first
    journey.to_filling()
    missing, right, unreadable = (i.code for i in first.indicators)
    code = journey.form(first).code
    short = first.folder.removeprefix("4-pengisian/")

    # one value missing, one unreadable: both are told at once, what was right stays filled in
    send_values(
        journey,
        first,
        "Format*.docx",
        {
            (missing, Field.REMARK): "menunggu rekap",
            (right, Field.ACTUAL): "8",
            (right, Field.FOLLOW_UP): "lanjut",
            (unreadable, Field.ACTUAL): "lima ribu",
            (unreadable, Field.REMARK): "perkiraan",
        },
    )
    slip = folders.wait(f"{first.folder}/SLIP 1 - {code}.pdf")
    text = flat_text(slip)
    assert pages_of(slip) == 1
    assert "2 hal perlu diperbaiki" in text
    assert f"{missing}, kolom Realisasi TW" in text
    assert "realisasi belum diisi" in text
    assert f"{unreadable}, kolom Realisasi TW" in text
    assert "“lima ribu” tidak terbaca sebagai angka" in text
    assert "52.067,25" in text
    journey.settle()
    assert_one_live_form(journey, first, "PERBAIKI 1 - Format")
    given = fields_of(folders.wait(f"{first.folder}/PERBAIKI 1 - *.docx"))
    assert given[missing] == dict.fromkeys(Field, "") | {Field.REMARK: "menunggu rekap"}
    assert given[right] == dict.fromkeys(Field, "") | {Field.ACTUAL: "8", Field.FOLLOW_UP: "lanjut"}
    assert given[unreadable] == dict.fromkeys(Field, "") | {Field.REMARK: "perkiraan"}

    # once more: the next number, and only one live form
    send_values(journey, first, "PERBAIKI 1 - *.docx", {(missing, Field.ACTUAL): "16.000"})
    text = journey.text(f"{first.folder}/SLIP 2 - {code}.pdf")
    assert "1 hal perlu diperbaiki" in text
    assert f"{missing}, kolom" not in text
    journey.settle()
    assert_one_live_form(journey, first, "PERBAIKI 2 - Format")
    assert f"SLIP 1 - {code}.pdf" not in journey.files(first.folder)
    last = send_values(journey, first, "PERBAIKI 2 - *.docx", {(unreadable, Field.ACTUAL): "25,5"})
    receipt = journey.text(f"{first.folder}/DITERIMA * - {code}.pdf")
    assert all(value in receipt for value in ("16.000", "25,5"))
    journey.settle()
    assert docx_in(journey, first.folder) == []
    at_5 = f"5-verifikasi/{short} - {code}"
    sent_first = fields_of(folders.wait(f"{at_5}.docx"))

    # sent again before it is verified: the new one replaces the old one
    revision = journey.form(first).revision
    newer = fill_controls(last, {(missing, Field.ACTUAL): "16.100,5"})
    journey.bring(f"{first.folder}/kirim", "formulir saya.docx", newer)
    journey.until(lambda: journey.form(first).revision == revision + 1)
    journey.settle()
    assert sent_first[missing][Field.ACTUAL] == "16.000"
    assert fields_of(folders.wait(f"{at_5}.docx"))[missing][Field.ACTUAL] == "16.100,5"
    sheet = journey.text(f"{at_5} LEMBAR VERIFIKASI.pdf")
    assert "16.000 16.100,5" in sheet
    assert {n for n in journey.files("5-verifikasi") if code in n} == {
        f"{short} - {code}.docx",
        f"{short} - {code} LEMBAR VERIFIKASI.pdf",
    }
    receipts = [n for n in journey.files(first.folder) if n.startswith("DITERIMA")]
    assert len(receipts) == 1
    assert "16.100,5" in journey.text(f"{first.folder}/{receipts[0]}")

    # brought by Staf
    form = folders.wait(f"{second.folder}/Format*.docx")
    values = {
        (i.code, Field.ACTUAL): value
        for i, value in zip(second.indicators, ("14.833", "8"), strict=True)
    }
    filled = fill_controls(form.read_bytes(), values)
    journey.bring("4-pengisian/_titipan/kirim", "dari WhatsApp.docx", filled)
    receipt = journey.text(f"{second.folder}/DITERIMA*.pdf")
    assert "disampaikan melalui Staf" in receipt
    received = journey.rows(Event, Event.kind == "form.received")
    assert [e.via.startswith("disampaikan melalui Staf") for e in received] == [False, False, True]
    journey.settle()
    assert docx_in(journey, second.folder) == []
    by_hand = journey.text("4-pengisian/_titipan/DITERIMA*.pdf")
    assert "Formulir titipan" in by_hand

    bag = assert_filed(journey)
    originals = sorted((bag / "data" / "asli").glob(f"*{code}*.docx"))
    assert [p.name.rpartition(" ")[2] for p in originals] == [
        "1.docx",
        "2.docx",
        "3.docx",
        "4.docx",
    ]
    assert originals[-1].read_bytes() == newer
    values_filed = json.loads((bag / "data" / "nilai" / "nilai.json").read_text())
    filed = next(f for f in values_filed["formulir"] if f["kode"] == code)
    assert [r["actual"] for r in filed["dilaporkan"]] == ["16100.5", "8", "25.5"]
    printed = journey.text(f"hasil/{journey.period}/Data Kinerja*.pdf")
    assert "16.100,5" in printed
    assert any("“lima ribu” tidak terbaca" in t for t in filed_texts(bag, "*SLIP 1*.pdf"))
    after = journey.rows(Arrival, Arrival.name == "formulir saya.docx")
    assert [a.outcome for a in after] == ["diterima"]


# --- SOP 5 ---------------------------------------------------------------------------------------


def test_a_form_is_returned_at_verification_and_another_is_corrected_there(
    tmp_path: Path,
) -> None:
    with running(tmp_path, officials=3) as journey:
        folders, head = journey.folders, journey.head
        own, corrected, returned = journey.people
        journey.to_verification()

        # returned with a reason in a text file: prefilled, and its official is told
        code = journey.form(returned).code
        before = fields_of(folders.wait(journey.at_verification(returned)))
        first, second = (i.code for i in returned.indicators)
        waiting = folders.wait(journey.at_verification(returned))
        head.return_with_note(waiting, "Angka kepatuhan belum sesuai rekap.")
        text = journey.text(f"{returned.folder}/SLIP 1 - {code}.pdf")
        assert "dikembalikan saat verifikasi" in text
        assert "Angka kepatuhan belum sesuai rekap." in text
        again = folders.wait(f"{returned.folder}/PERBAIKI 1 - *.docx")
        assert fields_of(again) == before
        journey.settle()
        assert not [n for n in journey.files("5-verifikasi") if code in n]
        assert not [n for n in journey.files(returned.folder) if n.startswith("DITERIMA")]
        assert "dikembalikan" in journey.text("5-verifikasi/_RINGKASAN.pdf")
        revision = journey.form(returned).revision
        send_values(journey, returned, "PERBAIKI 1 - *.docx", {(first, Field.ACTUAL): "85,25"})
        sheet = journey.text(f"5-verifikasi/* - {code} LEMBAR VERIFIKASI.pdf")
        assert re.search(rf"{first} Realisasi TW \S+ 85,25", sheet)
        assert journey.form(returned).revision == revision + 1

        # edited so that it cannot be used: back to the verifier, nothing is decided
        fixed = journey.form(corrected).code
        target = corrected.indicators[0].code
        waiting = folders.wait(journey.at_verification(corrected))
        pristine = waiting.read_bytes()
        save_over(waiting, fill_controls(pristine, {(target, Field.ACTUAL): "kira-kira 15"}))
        folders.move(waiting, CommandFolder.APPROVE)
        slip = journey.text(f"5-verifikasi/SLIP - {waiting.stem}.pdf")
        assert "PERUBAHAN BELUM DAPAT DIPAKAI" in slip
        assert "“kira-kira 15” tidak terbaca sebagai angka" in slip
        journey.settle()
        assert journey.form(corrected).state == State.WAITING
        mended = folders.wait(f"5-verifikasi/PERBAIKI - {waiting.name}")

        # edited so that it can: the edits are listed to the official
        save_over(
            mended,
            fill_controls(
                mended.read_bytes(),
                {(target, Field.ACTUAL): "15.000,5", (target, Field.REMARK): "Sesuai rekap akhir"},
            ),
        )
        folders.move(mended, CommandFolder.APPROVE)
        told = journey.text(f"{corrected.folder}/DIKOREKSI SAAT VERIFIKASI - {fixed}.pdf")
        assert "diverifikasi dengan 2 koreksi" in told
        assert "menjadi “15.000,5”" in told
        assert "menjadi “Sesuai rekap akhir”" in told
        journey.until(lambda: journey.form(corrected).state == State.VERIFIED)
        journey.settle()
        assert not [n for n in journey.files("5-verifikasi") if fixed in n]

        # docx and PDF of one pair, both to setujui: one decision
        pair = [
            folders.wait(journey.at_verification(own)),
            folders.wait(journey.at_verification(own).replace("*.docx", "* LEMBAR*.pdf")),
        ]
        names = [folders.move(half, CommandFolder.APPROVE).name for half in pair]
        journey.until(lambda: journey.form(own).state == State.VERIFIED)
        journey.settle()
        decided = journey.rows(Arrival, Arrival.name.in_(names))
        assert sorted(a.outcome for a in decided) == ["diputuskan", "sama"]
        assert not any("SLIP" in n for n in journey.files("5-verifikasi") if names[0][:-5] in n)

        # docx and PDF of one pair, one to each: the first stands, the other gets a slip
        form = folders.wait(journey.at_verification(returned))
        sheet_file = folders.wait(f"5-verifikasi/* - {code} LEMBAR VERIFIKASI.pdf")
        kept = form.read_bytes()
        folders.move(sheet_file, CommandFolder.APPROVE)
        journey.await_stage(Verb.ENTER)
        folders.put("5-verifikasi/kembalikan", f"{form.stem}.txt", b"Berubah pikiran.")
        journey.bring("5-verifikasi/kembalikan", form.name, kept)
        slip = journey.text(f"5-verifikasi/SLIP - {form.stem}.pdf")
        assert "SUDAH DIPUTUSKAN" in slip
        assert "“setujui”" in slip
        folders.wait(f"ditolak/DITOLAK - {form.name}")
        assert journey.form(returned).state == State.VERIFIED
        per_revision = [(d.document_id, d.revision) for d in journey.rows(Decision)]
        assert len(per_revision) == len(set(per_revision))

        bag = assert_filed(journey)
        printed = journey.text(f"hasil/{journey.period}/Data Kinerja*.pdf")
        listed = printed.partition("LAMPIRAN")[2]
        assert re.search(rf"{target} Realisasi TW \S+ 15\.000,5 koreksi verifikator", listed)
        assert "Sesuai rekap akhir koreksi verifikator" in listed
        stamped = next((bag / "data" / "dokumen").glob(f"Formulir*{fixed}.pdf"))
        assert "15.000,5" in flat_text(stamped)
        sent = next((bag / "data" / "asli").glob(f"*{fixed} kiriman 1.docx"))
        assert fields_of(sent)[target][Field.ACTUAL] != "15.000,5"
        assert any("menjadi “15.000,5”" in t for t in filed_texts(bag, "*DIKOREKSI*.pdf"))
        assert second in printed


# --- SOP 7 and 8 ---------------------------------------------------------------------------------


def test_a_printout_is_returned_at_7_and_at_8_and_keeps_its_number(journey: Journey) -> None:
    folders, staff, head = journey.folders, journey.staff, journey.head
    journey.to_entry()
    code = journey.people[0].indicators[0].code
    reported = journey.people[0].indicators[1].code
    staff.send_entry((code, 17400, "Sesuai rekap akhir"))
    printout = folders.wait("7-paraf/Print Out*.pdf")
    journey.settle()
    number = journey.rows(Number)[0].text
    text = flat_text(printout)
    assert f"Nomor: {number}" in text
    assert "Revisi 1" in text
    assert "17.400 Sesuai rekap akhir" in text

    # moved as if that were a paraf: told, and it goes on waiting
    folders.move(printout, CommandFolder.INITIALLED)
    assert "Memindahkan berkas bukan tanda tangan." in journey.text("7-paraf/SLIP - *.pdf")
    assert journey.stage == Verb.INITIAL
    printout = folders.wait("7-paraf/Print Out*.pdf")
    first = printout.read_bytes()

    # nor does a word on the command line approve it
    document = journey.document(Kind.PRINTOUT).code
    refused = journey.command("approve", document)
    assert refused.returncode not in {0, 3}, refused.stdout
    assert "kinerja initial" in refused.stderr
    assert journey.stage == Verb.INITIAL

    # returned at 7: the workbook comes back with the last entries and their reasons
    head.return_with_note(printout, "Realisasi kedua keliru.")
    slip = journey.text("6-entri/PERBAIKI 1 - Print Out*.pdf")
    assert "DIKEMBALIKAN KE ENTRI" in slip
    assert "Realisasi kedua keliru." in slip
    workbook = folders.wait("6-entri/Entri*.xlsx")
    journey.settle()
    assert {n.split(" ")[0] for n in journey.files("7-paraf")} == {"DICATAT", "SLIP"}
    changed = change_cell(workbook.read_bytes(), reported, "Realisasi TW", 9)
    changed = change_cell(changed, reported, "Alasan Perubahan", "Satu kasus terlewat")
    workbook.unlink()
    journey.bring("6-entri/kirim", workbook.name, changed)
    printout = folders.wait("7-paraf/Print Out*.pdf")
    journey.settle()
    text = flat_text(printout)
    assert f"Nomor: {number}" in text
    assert "Revisi 2" in text
    assert "17.400 Sesuai rekap akhir" in text
    assert "9 Satu kasus terlewat" in text
    assert not [n for n in journey.files("6-entri") if "PERBAIKI" in n]

    # returned at 8, by word: the paraf is void, a new one is needed
    head.seal("initial")
    initialled = folders.wait("8-tanda-tangan/Print Out*.pdf").read_bytes()
    second = journey.document(Kind.PRINTOUT).pdf
    done = journey.command("return", document, "--note", "Tanggal mohon diperiksa.")
    assert done.returncode == 0, done.stderr
    slip = journey.text("6-entri/PERBAIKI 2 - Print Out*.pdf")
    assert "Tanggal mohon diperiksa." in slip
    folders.wait("6-entri/Entri*.xlsx")
    journey.settle()
    assert journey.files("8-tanda-tangan") == set()
    nothing = journey.command("sign", "--all", "--as", "kasubag", pin=journey.pins["kasubag"])
    assert nothing.returncode == 17, nothing.stderr
    staff.send_entry()
    journey.await_stage(Verb.INITIAL)
    printout = folders.wait("7-paraf/Print Out*.pdf")
    journey.settle()
    text = flat_text(printout)
    assert f"Nomor: {number}" in text
    assert "Revisi 3" in text
    assert "17.400 Sesuai rekap akhir" in text
    assert b"/ByteRange" not in printout.read_bytes()
    assert journey.files("8-tanda-tangan") == set()

    # the bytes that bear the void paraf are taken nowhere
    head.seal("initial")
    folders.wait("8-tanda-tangan/Print Out*.pdf")
    journey.bring("8-tanda-tangan/ditandatangani", "lama.pdf", initialled)
    folders.wait("ditolak/DITOLAK - lama.pdf")
    assert journey.stage == Verb.SIGN

    bag = assert_filed(journey)
    signed = folders.wait(f"hasil/{journey.period}/Data Kinerja*.pdf").read_bytes()
    assert signed.count(b"/ByteRange") == 2
    assert not signed.startswith(first)
    assert not signed.startswith(initialled)
    assert journey.rows(Record)[0].document_number == number
    filed = [p.read_bytes() for p in (bag / "data").rglob("*.pdf")]
    assert initialled not in filed
    assert second is not None
    assert [f for f in filed if b"/ByteRange" in f] == [signed]
    returns = [d for d in journey.rows(Decision) if d.verdict == "kembalikan"]
    assert [d.note for d in sorted(returns, key=lambda d: d.revision)] == [
        "Realisasi kedua keliru.",
        "Tanggal mohon diperiksa.",
    ]

    # what came by folder for the Kasubag was ratified with the PIN; his own form was not his
    kasubag = journey.reporter(0).official.post
    decided = json.loads((bag / "data/keputusan/keputusan.json").read_text())
    ratified = {
        (d["oleh"], d["lewat"].split(",")[0]): (d["disahkan"] or {}).get("oleh")
        for d in decided
        if "disahkan" in d
    }
    assert ratified == {
        (kasubag, "melalui folder"): kasubag,
        ("Sekretaris", "melalui folder"): None,
        (kasubag, "baris perintah"): None,
    }
