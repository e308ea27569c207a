"""What lies in ``hasil`` once a collection is filed: each official finds his own copy."""

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.domain.document import Kind
from pipeline.domain.naming import post_folder
from pipeline.ledger.tables import Document
from pipeline.pdf.convert import Converter
from tests.pdf.on_files import extract_text

from .filed import collections, file_one, filed, finish, open_amendment, refill, the_bag
from .under_way import HEAD, KASUBAG, SECRETARY, UnderWay

pytestmark = pytest.mark.slow


def forms(at: UnderWay) -> set[str]:
    """The officials' copies."""
    return set(at.names(f"hasil/{at.period}/formulir"))


def copy_of(at: UnderWay, post: str, edition: int = 0) -> str:
    """The name of an official's copy in an edition, without what says how it came."""
    form = at.paper(collections(at)[edition].id, Kind.FORM, post)
    return f"{post_folder(post)} - {form.code}"


def test_each_official_finds_his_own(converter: Converter, tmp_path: Path) -> None:
    template = file_one(tmp_path / "awal", converter, absent=(HEAD,))
    with filed(template, tmp_path / "kantor", converter) as at:
        kasubag, secretary = copy_of(at, KASUBAG), copy_of(at, SECRETARY)
        assert forms(at) == {f"{kasubag}.pdf", f"{secretary}.pdf"}
        assert at.with_official(KASUBAG) == []

        code = at.form(HEAD).code
        at.send(HEAD)
        assert [n for n in at.with_official(HEAD) if n.startswith("DITERIMA")]
        at.approve(HEAD)
        late = f"{copy_of(at, HEAD)} - Susulan.pdf"
        assert code in late
        assert forms(at) == {f"{kasubag}.pdf", f"{secretary}.pdf", late}
        assert at.with_official(HEAD) == []
        assert at.names("5-verifikasi") == []

        open_amendment(at, KASUBAG)
        refill(at, KASUBAG, "999")
        finish(at)
        corrected = f"{copy_of(at, KASUBAG, 1)} - Ralat 1.pdf"
        replaced = f"{kasubag} (digantikan).pdf"
        assert forms(at) == {replaced, corrected, f"{secretary}.pdf", late}
        assert {n.rpartition(".")[2] for n in at.names(f"hasil/{at.period}")} == {
            "pdf",
            "xlsx",
            "csv",
        }
        assert at.with_official(KASUBAG) == []


def test_print_out_workbook_csv_and_dossier_say_the_same(
    converter: Converter, tmp_path: Path
) -> None:
    """One corrected figure, followed from the form to all that is handed out and filed."""
    template = file_one(
        tmp_path / "awal", converter, correction=("IKU-001", 17400, "Sesuai rekap akhir.")
    )
    with filed(template, tmp_path / "kantor", converter) as at:
        form = next(f for f in at.papers() if f.kind == Kind.FORM and _reports(f, "IKU-001"))
        bag = the_bag(at).path
        values = json.loads((bag / "data/nilai/nilai.json").read_text("utf-8"))
        line = next(v for v in values["indikator"] if v["indikator"] == "IKU-001")
        [source] = line["sumber"]
        assert (line["realisasi"], source["realisasi"]) == ("17400", "17400")
        assert (source["formulir"], source["sel"]) == (form.code, "k:IKU-001:realisasi")
        assert (source["sha256_asli"], source["sha256_terverifikasi"]) == (form.original, form.pdf)
        [change] = source["perubahan"]
        assert change.startswith("no. 1 saat entri: ")
        assert "→ 17.400 (Sesuai rekap akhir.; Staf, " in change

        hasil = at.folders.inbox / "hasil" / str(at.period)
        (printed,) = (p for p in hasil.glob("*.csv"))
        data = printed.read_bytes()
        assert data == (bag / "data/nilai/nilai.csv").read_bytes()
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
        row = next(r for r in rows if r["Kode"] == "IKU-001")
        actual = next(row[k] for k in row if k.startswith("Realisasi TW"))
        assert (actual, row["Kode Formulir"], row["Sel"]) == ("17400", form.code, source["sel"])
        assert (row["SHA-256 Asli"], row["Perubahan"]) == (form.original, change)

        (book,) = (load_workbook(p) for p in hasil.glob("*.xlsx"))
        sheets = [[c.value for c in line] for name in book.sheetnames for line in book[name].rows]
        assert any({"IKU-001", 17400}.issubset(map(_plain, line)) for line in sheets)
        traced = next(line for line in sheets if "k:IKU-001:realisasi" in line)
        assert {form.code, form.original, form.pdf, change} <= set(traced)

        text = at.said(f"hasil/{at.period}/Data Kinerja*.pdf")
        assert f"{form.code} baris" in text
        assert "(diubah: Lampiran no. 1)" in text
        for words in ("LAMPIRAN", "17.400", "Sesuai rekap akhir.", "Staf", "melalui folder, akun"):
            assert words in text
        decided = json.loads((bag / "data/keputusan/keputusan.json").read_text("utf-8"))
        [tick] = [d for d in decided if d["keputusan"] == "perubahan diterima"]
        assert (tick["oleh"], [c["menjadi"] for c in tick["perubahan"]]) == (KASUBAG, ["17.400"])
        assert "Perubahan pada Lampiran dicentang" in " ".join(
            extract_text(bag / "data/BACA SAYA.pdf").split()
        )


def _reports(form: Document, indicator: str) -> bool:
    return any(row["indicator"] == indicator for row in form.data["rows"])


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float) else None
