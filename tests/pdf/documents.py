"""Small Word files to feed the converter with, and a signature made on the spot."""

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import docx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
SIDE = 900000
PICTURE = f"""
<w:p><w:r><w:drawing><wp:inline><wp:extent cx="{SIDE}" cy="{SIDE}"/><wp:docPr id="9" name="x"/>
<a:graphic xmlns:a="{A}"><a:graphicData uri="{PIC}"><pic:pic xmlns:pic="{PIC}">
<pic:nvPicPr><pic:cNvPr id="0" name="x"/><pic:cNvPicPr/></pic:nvPicPr>
<pic:blipFill><a:blip xmlns:r="{R}" r:link="rIdX"/></pic:blipFill>
<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{SIDE}" cy="{SIDE}"/></a:xfrm>
<a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>
</w:r></w:p>"""

SENTENCE = "Faktor penghambat: cuaca di perairan timur Jambi pada bulan September. "


def write_form(path: Path, *, rows: int = 15, heading: str = "Format Data Kinerja") -> Path:
    """A form of two A4 pages with a table, a bookmark, a content control and a hyperlink."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    title = document.add_paragraph(heading)
    for xml in (
        '<w:bookmarkStart {} w:id="7" w:name="TandaTangan"/>',
        '<w:bookmarkEnd {} w:id="7"/>',
    ):
        title._p.append(parse_xml(xml.format(nsdecls("w"))))
    table = document.add_table(rows=rows, cols=5, style="Table Grid")
    for number, row in enumerate(table.rows):
        for cell in row.cells:
            cell.text = f"Indikator {number}: produksi perikanan"
    control = (
        f"<w:sdt {nsdecls('w')}><w:sdtPr><w:tag w:val='realisasi'/><w:text/></w:sdtPr>"
        "<w:sdtContent><w:r><w:rPr><w:b/></w:rPr><w:t>52.067,25 ton</w:t></w:r></w:sdtContent>"
        "</w:sdt>"
    )
    document.add_paragraph("Realisasi: ")._p.append(parse_xml(control))
    for _ in range(10):
        document.add_paragraph(SENTENCE * 4)
    document.save(str(path))
    return path


def rewritten(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The package at `source` with its parts changed in place by `change`."""
    with zipfile.ZipFile(source) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return target


def with_relationship(parts: dict[str, bytes], xml: str) -> None:
    """Add one relationship to the main part."""
    name = "word/_rels/document.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", xml.encode() + b"</Relationships>")


def with_body(parts: dict[str, bytes], xml: str) -> None:
    """Put a paragraph in front of the body's content."""
    parts["word/document.xml"] = parts["word/document.xml"].replace(
        b"<w:body>", b"<w:body>" + xml.encode(), 1
    )


def sign(source: Path, target: Path) -> Path:
    """Sign with a key made on the spot, in a field without a box."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Pejabat Contoh")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    box = target.with_suffix(".p12")
    box.write_bytes(
        serialization.pkcs12.serialize_key_and_certificates(
            b"contoh", key, certificate, None, serialization.BestAvailableEncryption(b"0000")
        )
    )
    signer = signers.SimpleSigner.load_pkcs12(str(box), passphrase=b"0000")
    assert signer is not None
    writer = IncrementalPdfFileWriter(BytesIO(source.read_bytes()))
    metadata = signers.PdfSignatureMetadata(field_name="TandaTangan")
    target.write_bytes(signers.sign_pdf(writer, metadata, signer=signer).getvalue())
    return target
