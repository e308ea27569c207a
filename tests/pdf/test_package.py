"""Hostile and broken Word files: each is refused with its name, or comes through harmless."""

import http.server
import io
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from pipeline.errors import ConversionError
from pipeline.foreign.package import MAIN_PART
from pipeline.pdf.convert import Converter
from pipeline.pdf.package import safe_copy

from .documents import PICTURE, rewritten, with_body, with_relationship

KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def refused(converter: Converter, source: Path, reason: str) -> None:
    target = source.with_suffix(".pdf")
    with pytest.raises(ConversionError, match=reason) as caught:
        converter.to_pdf(source, target)
    assert source.name in str(caught.value)
    assert not target.exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html><body>bukan Word</body></html>", "bukan dokumen Word"),
        (bytes(range(256)) * 40, "bukan dokumen Word"),
        (b"", "bukan dokumen Word"),
        (b"%PDF-1.7\n", "bukan dokumen Word"),
        (b"PK\x03\x04" + bytes(400), "rusak atau terpotong"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), r"Word lama \(\.doc\)"),
        (
            bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"),
            "kata sandi",
        ),
    ],
    ids=["html", "random", "empty", "pdf", "zip header", "doc", "encrypted"],
)
def test_what_is_no_docx(converter: Converter, tmp_path: Path, content: bytes, reason: str) -> None:
    source = tmp_path / "laporan.docx"
    source.write_bytes(content)
    refused(converter, source, reason)


def test_missing_file(converter: Converter, tmp_path: Path) -> None:
    refused(converter, tmp_path / "tiada.docx", "tidak dapat dibaca")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated(converter: Converter, form: Path, tmp_path: Path, share: float) -> None:
    data = form.read_bytes()
    source = tmp_path / "terpotong.docx"
    source.write_bytes(data[: int(len(data) * share)])
    refused(converter, source, "rusak atau terpotong")


def test_zip_bomb_is_refused_at_once(converter: Converter, form: Path, tmp_path: Path) -> None:
    bomb = rewritten(
        form,
        tmp_path / "bom.docx",
        lambda parts: parts.update({"word/media/a.bin": bytes(300 << 20)}),
    )
    assert bomb.stat().st_size < 1 << 20
    started = time.monotonic()
    refused(converter, bomb, "bom zip")
    assert time.monotonic() - started < 1


def test_size_lie_is_damage(form: Path, tmp_path: Path) -> None:
    """A member that declares less than it holds is cut there, and its checksum fails."""
    source = rewritten(
        form, tmp_path / "dusta.docx", lambda parts: parts.update({"x.bin": bytes(9999)})
    )
    data = source.read_bytes()
    source.write_bytes(data.replace((9999).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with pytest.raises(ConversionError, match="rusak atau terpotong"):
        safe_copy(source)


def test_two_parts_of_one_name(form: Path, tmp_path: Path) -> None:
    source = tmp_path / "kembar.docx"
    source.write_bytes(form.read_bytes())
    with zipfile.ZipFile(source, "a") as package:
        package.writestr("WORD/document.xml", b"<x/>")
    with pytest.raises(ConversionError, match="susunan paketnya"):
        safe_copy(source)


@pytest.mark.parametrize(
    ("name", "target", "mode", "reason"),
    [
        ("image", "http://203.0.113.7/a.png", "External", "Sisipkan gambarnya"),
        ("image", "file:///etc/hostname", "External", "Sisipkan gambarnya"),
        ("image", "file:///etc/hostname", "Internal", "Sisipkan gambarnya"),
        ("image", "\\\\server\\a.png", "external", "Sisipkan gambarnya"),
        ("attachedTemplate", "https://203.0.113.7/a.dotm", "External", "Lepaskan templatnya"),
        ("oleObject", "file:///C:/a.xlsx", "External", "Tempelkan isinya"),
        ("subDocument", "lain.docx", "External", "Hapus tautannya"),
    ],
)
def test_what_points_outside(
    form: Path, tmp_path: Path, name: str, target: str, mode: str, reason: str
) -> None:
    xml = f'<Relationship Id="rIdX" Type="{KIND}/{name}" Target="{target}" TargetMode="{mode}"/>'
    source = rewritten(form, tmp_path / "luar.docx", lambda parts: with_relationship(parts, xml))
    with pytest.raises(ConversionError, match=rf"luar\.docx .*merujuk ke luar.*{reason}"):
        safe_copy(source)


def test_hyperlink_is_fine(converter: Converter, form: Path, tmp_path: Path) -> None:
    xml = (
        f'<Relationship Id="rIdX" Type="{KIND}/hyperlink" Target="https://contoh.go.id/" '
        'TargetMode="External"/>'
    )
    source = rewritten(form, tmp_path / "tautan.docx", lambda parts: with_relationship(parts, xml))
    converter.to_pdf(source, tmp_path / "tautan.pdf")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entity_bomb(form: Path, tmp_path: Path, encoding: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    source = rewritten(
        form,
        tmp_path / "entitas.docx",
        lambda parts: parts.update({"word/styles.bin": xml.encode(encoding)}),
    )
    with pytest.raises(ConversionError, match="deklarasi terlarang"):
        safe_copy(source)


def test_macros(form: Path, tmp_path: Path) -> None:
    def as_docm(parts: dict[str, bytes]) -> None:
        types = parts["[Content_Types].xml"]
        parts["[Content_Types].xml"] = types.replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        )

    for change in (as_docm, lambda parts: parts.update({"word/vbaProject.bin": b"x"})):
        with pytest.raises(ConversionError, match="mengandung makro"):
            safe_copy(rewritten(form, tmp_path / "makro.docx", change))


def test_workbook_named_docx(tmp_path: Path) -> None:
    source = tmp_path / "buku.docx"
    with zipfile.ZipFile(source, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(ConversionError, match="bukan dokumen Word"):
        safe_copy(source)


def test_broken_xml(form: Path, tmp_path: Path) -> None:
    source = rewritten(form, tmp_path / "xml.docx", lambda parts: with_body(parts, "<w:p>"))
    with pytest.raises(ConversionError, match=r"bagian word/document\.xml rusak"):
        safe_copy(source)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A web server on this machine that notes what is asked of it."""
    asked: list[str] = []

    class Noting(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Noting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1], asked
        server.shutdown()
        thread.join()


FIELD = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText>'
    ' {} "{}" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    '<w:r><w:t>lama</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)
SHAPE = (
    '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:90pt;'
    'height:90pt"><v:imagedata src="{1}" {0}="{1}"/></v:shape></w:pict></w:r></w:p>'
)
CHUNK = '<html><body>potongan<img src="{}"/></body></html>'


@pytest.mark.parametrize("way", ["INCLUDEPICTURE", "INCLUDETEXT", "src", "altChunk", "hyperlink"])
def test_nothing_is_fetched_past_the_relationships(
    converter: Converter,
    form: Path,
    tmp_path: Path,
    listener: tuple[int, list[str]],
    way: str,
) -> None:
    port, asked = listener
    secret = tmp_path / "rahasia.png"
    Image.new("RGB", (64, 64), "red").save(secret)
    tmp_path.joinpath("rahasia.txt").write_text("RAHASIA-NEGARA")
    places = [
        f"http://127.0.0.1:{port}/a.png",
        secret.as_uri(),
        secret.with_suffix(".txt").as_uri(),
    ]
    for number, place in enumerate(places):
        source = tmp_path / f"{number}.docx"
        rewritten(form, source, lambda parts, place=place: _reaching(parts, way, place))
        converter.to_pdf(source, source.with_suffix(".pdf"))
        with pikepdf.open(source.with_suffix(".pdf")) as pdf:
            assert all(not page.get_images() for page in pdf.pages)
            content = b"".join(page.Contents.read_bytes() for page in pdf.pages)
        assert b"RAHASIA" not in content
        assert b"RAHASIA" not in source.with_suffix(".pdf").read_bytes()
    assert asked == []


def _reaching(parts: dict[str, bytes], way: str, place: str) -> None:
    if way.startswith("INCLUDE"):
        with_body(parts, FIELD.format(way, place))
    elif way == "src":
        with_body(parts, SHAPE.format("href", place))
    elif way == "hyperlink":  # a picture that names a relationship of the permitted kind
        with_relationship(
            parts,
            f'<Relationship Id="rIdX" Type="{KIND}/hyperlink" Target="{place}" '
            'TargetMode="External"/>',
        )
        with_body(parts, PICTURE)
    else:
        parts["word/chunk.html"] = CHUNK.format(place).encode()
        types = parts["[Content_Types].xml"]
        parts["[Content_Types].xml"] = types.replace(
            b"</Types>", b'<Default Extension="html" ContentType="text/html"/></Types>'
        )
        with_relationship(
            parts, f'<Relationship Id="rIdC" Type="{KIND}/aFChunk" Target="chunk.html"/>'
        )
        with_body(parts, f'<w:altChunk xmlns:r="{KIND}" r:id="rIdC"/>')


def _run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


nested = st.recursive(
    st.sampled_from("abcdefgh").map(_run),
    lambda inner: st.lists(inner, max_size=3).map(
        lambda items: "<w:sdt><w:sdtPr/><w:sdtContent>" + "".join(items) + "</w:sdtContent></w:sdt>"
    ),
    max_leaves=12,
)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(nested, min_size=1, max_size=4))
def test_unwrapping_keeps_every_run_in_order(form: Path, tmp_path: Path, pieces: list[str]) -> None:
    body = "<w:p>" + "".join(pieces) + "</w:p>"
    source = rewritten(form, tmp_path / "bersarang.docx", lambda parts: with_body(parts, body))
    with zipfile.ZipFile(io.BytesIO(safe_copy(source))) as package:
        after = etree.fromstring(package.read(MAIN_PART))
    assert after.find(f".//{{{W}}}sdt") is None
    first = next(after.iter(f"{{{W}}}p"))
    expected = etree.fromstring(f'<w:body xmlns:w="{W}">{body}</w:body>')
    assert "".join(first.itertext()) == "".join(expected.itertext())


def test_copy_changes_nothing_but_the_controls(form: Path) -> None:
    with zipfile.ZipFile(form) as before, zipfile.ZipFile(io.BytesIO(safe_copy(form))) as after:
        assert set(before.namelist()) == set(after.namelist())
        assert after.testzip() is None
        changed = {name for name in before.namelist() if before.read(name) != after.read(name)}
    assert changed == {MAIN_PART}


@settings(
    max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.data())
def test_damage_never_escapes_as_a_foreign_error(
    form: Path, tmp_path: Path, data: st.DataObject
) -> None:
    content = bytearray(form.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    source = tmp_path / "rusak.docx"
    source.write_bytes(content)
    try:
        safe_copy(source)
    except ConversionError as error:
        if "rusak.docx" not in str(error):
            raise
