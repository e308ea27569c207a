import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.archive.bag import sweep, validate
from pipeline.archive.card import Role
from pipeline.archive.dossier import file_dossier, folder_of, layout, read_dossier
from pipeline.archive.layout import FOLDERS
from pipeline.archive.premis import ArchiveEvent, read_premis
from pipeline.domain.naming import length
from pipeline.errors import ArchiveError

from .filing import DOSSIER, EVENTS, an_item, filed, judged_by_library, with_item

RALAT = an_item("Ralat.pdf", "printout", b"ralat")
LATER = ArchiveEvent("e-3", "ralat", datetime(2026, 11, 1, tzinfo=UTC), "Kasubag", "", "")


def test_a_dossier_is_filed_where_people_look_for_it(tmp_path: Path) -> None:
    done = filed(tmp_path)
    assert done.path == tmp_path / "2026/000.8.6.3/0001 Data Kinerja Triwulan III 2026"
    assert done.path == folder_of(tmp_path, DOSSIER)
    assert judged_by_library(done.path)
    assert done.generation == 1
    assert [file.path for file in done.files] == sorted(
        [
            "data/BACA SAYA.pdf",
            "data/asli/Formulir Kabid Perikanan Tangkap.docx",
            "data/dokumen/Formulir Kabid Perikanan Tangkap.pdf",
            "data/dokumen/Print Out Data Kinerja.pdf",
            "data/dukung/Kabid PSDKP/foto.jpg",
            "data/dukung/Kabid Perikanan Tangkap/foto.jpg",
            "data/keputusan/Keputusan verifikasi.json",
            "data/keputusan/Slip 1.pdf",
            "data/laporan/Verifikasi tanda tangan.json",
            "data/metadata/berkas.json",
            "data/metadata/dc.xml",
            "data/metadata/premis.xml",
            "data/nilai/Entri.xlsx",
            "data/nilai/nilai.csv",
            "data/nilai/nilai.json",
            "data/teks/dokumen/Print Out Data Kinerja.pdf.txt",
        ]
    )


def test_the_bag_describes_itself(tmp_path: Path) -> None:
    done = filed(tmp_path)
    data = done.path / "data"
    card = json.loads((data / "metadata/berkas.json").read_text())
    assert card["kode_klasifikasi"] == "000.8.6.3"
    assert card["jumlah"] == len(DOSSIER.items)
    assert all(
        (done.path / entry["berkas"]).stat().st_size == entry["ukuran"] for entry in card["isi"]
    )
    objects, events = read_premis((data / "metadata/premis.xml").read_bytes())
    assert events == EVENTS
    described = {item.name: (item.sha256, item.size) for item in objects}
    assert described == {
        file.path: (file.sha256, file.size)
        for file in done.files
        if "/metadata/" not in file.path and file.path != "data/BACA SAYA.pdf"
    }
    core = etree.parse(str(data / "metadata/dc.xml"))
    titles = core.iterfind("{http://purl.org/dc/elements/1.1/}title")
    assert [title.text for title in titles] == [DOSSIER.description]
    info = (done.path / "bag-info.txt").read_text()
    assert "External-Identifier: 01JBERKAS\n" in info
    assert "Bag-Group-Identifier: 2026-TW3\n" in info
    assert "Bagging-Date: 2026-10-09\n" in info


def test_a_filed_dossier_is_read_back(tmp_path: Path) -> None:
    done = filed(tmp_path)
    dossier, events = read_dossier(done.path)
    sourceless = [replace(item, source=b"") for item in DOSSIER.items]
    assert [replace(item, source=b"") for item in dossier.items] == sourceless
    assert replace(dossier, items=()) == replace(DOSSIER, items=())
    assert events == EVENTS
    for item, original in zip(dossier.items, DOSSIER.items, strict=True):
        assert isinstance(item.source, Path)
        assert item.source.read_bytes() == original.source


def test_filing_again_changes_nothing(tmp_path: Path) -> None:
    first = filed(tmp_path)
    assert filed(tmp_path) == first
    # The index is printed anew each time; the day may have changed meanwhile.
    assert filed(tmp_path, index_pdf=b"dicetak lagi", bagged_on=date(2026, 10, 12)) == first
    # What was filed may be its own source.
    assert filed(tmp_path, read_dossier(first.path)[0]) == first


def test_a_correction_joins_the_dossier(tmp_path: Path) -> None:
    first = filed(tmp_path)
    dossier, events = read_dossier(first.path)
    second = filed(
        tmp_path,
        with_item(dossier, RALAT),
        events=(*events, LATER),
        index_pdf=b"indeks 2",
        values={},
        texts={},
    )
    assert second.generation == 2
    assert judged_by_library(second.path)
    assert (second.path / "data/BACA SAYA.pdf").read_bytes() == b"indeks 2"
    added = {file.path for file in second.files} - {file.path for file in first.files}
    assert added == {"data/dokumen/Ralat.pdf"}
    objects, history = read_premis((second.path / "data/metadata/premis.xml").read_bytes())
    assert {"data/nilai/nilai.json", "data/dokumen/Ralat.pdf"} <= {item.name for item in objects}
    assert history == (*EVENTS, LATER)


def test_a_source_that_differs_from_the_ledger_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "cetak.pdf"
    source.write_bytes(b"yang benar")
    item = an_item("Lain.pdf", "printout", b"yang benar", source=source)
    source.write_bytes(b"yang diubah")
    root = tmp_path / "archive"
    root.mkdir()
    with pytest.raises(ArchiveError, match="tidak lagi sama"):
        filed(root, with_item(DOSSIER, item))
    assert not folder_of(root, DOSSIER).exists()
    assert sweep(root) == ()


@pytest.mark.parametrize("name", ["KTP 1571012345678901.jpg", "1571 0123 4567 8901.pdf"])
def test_a_nik_enters_no_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArchiveError, match="NIK") as caught:
        filed(tmp_path, with_item(DOSSIER, an_item(name, "evidence")))
    assert "1571" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_nik_enters_no_description(tmp_path: Path) -> None:
    event = replace(LATER, detail="NIK 1571012345678901")
    for changes in (
        {"events": (event,)},
        {"dossier": replace(DOSSIER, creating_unit="1571012345678901")},
    ):
        with pytest.raises(ArchiveError, match="NIK") as caught:
            filed(tmp_path, **changes)
        assert "1571" not in str(caught.value)


def test_two_items_of_one_name_are_refused_unless_they_are_one(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="bernama sama"):
        filed(tmp_path, with_item(DOSSIER, an_item("Slip 1.pdf", "slip", b"lain")))
    assert len(layout(with_item(DOSSIER, DOSSIER.items[0]))) == len(DOSSIER.items)
    with pytest.raises(ArchiveError, match="dua kali"):
        filed(tmp_path, values={"Entri.xlsx": b"lain"})


def test_nothing_filed_may_be_forgotten(tmp_path: Path) -> None:
    first = filed(tmp_path)
    with pytest.raises(ArchiveError, match="tidak boleh hilang"):
        filed(tmp_path, replace(DOSSIER, items=DOSSIER.items[1:]), texts={})
    with pytest.raises(ArchiveError, match="tidak boleh hilang"):
        filed(tmp_path, events=EVENTS[1:])
    assert filed(tmp_path) == first


def test_a_number_given_twice_merges_nothing(tmp_path: Path) -> None:
    first = filed(tmp_path)
    for other in (
        replace(DOSSIER, record_id="01JLAIN"),
        replace(DOSSIER, description="Data Kinerja Triwulan IV 2026"),
    ):
        with pytest.raises(ArchiveError, match="Nomor berkas 0001 sudah dipakai"):
            filed(tmp_path, other)
    assert filed(tmp_path, replace(DOSSIER, number="0002")).path != first.path
    assert filed(tmp_path) == first


def test_an_archive_that_is_not_mounted_is_not_begun_anew(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="tidak ada"):
        filed(tmp_path / "arsip")
    assert not (tmp_path / "arsip").exists()


def test_a_card_that_points_out_of_its_bag_is_refused(tmp_path: Path) -> None:
    path = filed(tmp_path).path / "data/metadata/berkas.json"
    data = path.read_text()
    path.unlink()
    for place in ("/etc/passwd", "data/../../rahasia.pdf", ""):
        path.write_text(data.replace("data/nilai/Entri.xlsx", place))
        with pytest.raises(ArchiveError, match=r"berkas\.json"):
            read_dossier(path.parents[2])


def test_a_text_needs_its_document(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="tidak punya dokumen"):
        filed(tmp_path, texts={"data/dokumen/lain.pdf": "teks"})


def test_an_unknown_security_class_is_refused() -> None:
    with pytest.raises(ArchiveError, match="B, T, R, SR"):
        replace(DOSSIER, security_class="X")


@pytest.mark.parametrize("name", ["berkas.json", "premis.xml"])
@pytest.mark.parametrize("data", [b"", b"{}", b'{"format": "lain"}', b"[]", None])
def test_a_damaged_dossier_cannot_be_read(tmp_path: Path, name: str, data: bytes | None) -> None:
    path = filed(tmp_path).path / "data/metadata" / name
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ArchiveError, match="kinerja audit"):
        read_dossier(path.parents[2])


def test_an_archive_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "2026").write_text("bukan folder")
    with pytest.raises(ArchiveError, match="belum diarsipkan"):
        filed(tmp_path)


def test_every_role_has_its_folder() -> None:
    assert set(FOLDERS) == set(get_args(Role))


NAME = st.text(min_size=1, max_size=150).filter(lambda text: not any(c.isdigit() for c in text))


@given(NAME, NAME, NAME, st.sampled_from(get_args(Role)))
def test_no_path_is_too_long(description: str, name: str, group: str, role: str) -> None:
    dossier = replace(
        DOSSIER,
        description=description,
        classification="0" * 24,
        items=(an_item(f"{name}.pdf", role, b"x", group=group),),
    )
    place = folder_of(Path(), dossier)
    for path, _ in layout(dossier):
        assert length(str(place / path.replace("data/", "data/teks/", 1)) + ".txt") <= 200


def test_large_dossiers_are_filed_from_files(tmp_path: Path) -> None:
    source = tmp_path / "besar.pdf"
    source.write_bytes(os.urandom(2_000_000))
    item = an_item("besar.pdf", "printout", source.read_bytes(), source=source)
    done = file_dossier(
        tmp_path,
        replace(DOSSIER, items=(item,)),
        index_pdf=source,
        events=(),
        values={},
        texts={},
        organization="Dinas",
        bagged_on=date(2026, 10, 9),
    )
    assert validate(done.path) == []
    assert source.exists()
