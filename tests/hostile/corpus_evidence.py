"""Evidence, which is kept as it came and never opened: PDFs and others, and what files are called.

The same PDFs are given to what does open PDFs: `kinerja verify` and the gathering of facts.
"""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf

from . import packages as zips
from .corpus import Hostile, Outcome

ONE_PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"


def pdf(
    catalog: str = "", page: str = ONE_PAGE, pages: str = "", more: tuple[str, ...] = ()
) -> bytes:
    """A PDF whose objects are given as text: 1 catalogue, 2 page tree, 3 page, from 4 ``more``."""
    tree = pages or "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    objects = [f"<< /Type /Catalog /Pages 2 0 R {catalog} >>", tree, page, *more]
    return assembled([text.encode("latin-1") for text in objects])


def assembled(objects: list[bytes], trailer: bytes = b"") -> bytes:
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


def stream(data: bytes, dictionary: str) -> bytes:
    return f"<< {dictionary} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def flate_bomb(layers: int = 1) -> bytes:
    """A page whose content unpacks to 300 MB; with layers, a filter over a filter."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(zips.ZERO_MB) for _ in range(300)) + packer.flush()
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    filters = " ".join(["/FlateDecode"] * layers)
    return with_content(stream(data, f"/Filter [{filters}]"))


def with_content(body: bytes) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return assembled([b"<< /Type /Catalog /Pages 2 0 R >>", tree, page, body])


def with_picture(filter_name: str, width: int, height: int) -> bytes:
    """A page that shows a picture said to be vast."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /XObject << /P 5 0 R >> >> >>"
    )
    look = (
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 8"
        f" /ColorSpace /DeviceRGB /Filter /{filter_name}"
    )
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    content = stream(b"q 500 0 0 500 0 0 cm /P Do Q", "")
    return assembled(
        [b"<< /Type /Catalog /Pages 2 0 R >>", tree, page, content, stream(b"\0" * 500, look)]
    )


def object_stream_bomb() -> bytes:
    """An object stream of 200 MB."""
    packed = zlib.compress(b"9 0 " + bytes(200 << 20), 9)
    body = stream(packed, "/Type /ObjStm /N 1000000 /First 4 /Filter /FlateDecode")
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return assembled([b"<< /Type /Catalog /Pages 2 0 R >>", tree, ONE_PAGE.encode(), body])


def long_xref() -> bytes:
    """A table that says that it has two billion entries."""
    return pdf().replace(b"xref\n0 4\n", b"xref\n0 2000000000\n")


def many_pages(count: int = 100_000) -> bytes:
    kids = " ".join(["3 0 R"] * count)
    return pdf(pages=f"<< /Type /Pages /Kids [{kids}] /Count {count} >>")


def deep_pages(depth: int = 20_000) -> bytes:
    """A page tree as deep as it is long."""
    nodes = [
        f"<< /Type /Pages /Kids [{n + 1} 0 R] /Count 1 /Parent {n - 1} 0 R >>"
        for n in range(3, 3 + depth)
    ]
    leaf = f"<< /Type /Page /Parent {2 + depth} 0 R /MediaBox [0 0 9 9] >>"
    first = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return pdf(pages=first, page=nodes[0], more=(*nodes[1:], leaf))


def encrypted() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="rahasia"))
    return out.getvalue()


def nested_arrays(depth: int = 100_000) -> bytes:
    return pdf(catalog=f"/X {'[' * depth}{']' * depth}")


def attached() -> bytes:
    names = "/Names << /EmbeddedFiles << /Names [(a.exe) 4 0 R] >> >>"
    spec = "<< /Type /Filespec /F (a.exe) /UF (../../a.exe) /EF << /F 5 0 R >> >>"
    return pdf(catalog=names, more=(spec, "<< /Length 2 >>\nstream\nMZ\nendstream"))


def opening(action: str) -> str:
    return f"/OpenAction << {action} >>"


SHARE = r"(\\\\127.0.0.1\\share\\a.pdf)"
PDFS: dict[str, Callable[[], bytes]] = {
    "JavaScript": lambda: pdf(
        opening("/S /JavaScript /JS (app.launchURL\\('http://127.0.0.1'\\))")
    ),
    "a program": lambda: pdf(opening("/S /Launch /F (cmd.exe) /Win << /F (cmd.exe) /P (/c) >>")),
    "a web address": lambda: pdf(opening("/S /URI /URI (http://127.0.0.1:9/)")),
    "a document on a share": lambda: pdf(opening(f"/S /GoToR /F {SHARE} /D [0 /Fit]")),
    "a form to send": lambda: pdf(opening("/S /SubmitForm /F (http://127.0.0.1:9/)")),
    "data to import": lambda: pdf(opening("/S /ImportData /F (/etc/passwd)")),
    "an attached program": attached,
    "XFA": lambda: pdf("/AcroForm << /Fields [] /XFA (<xdp/>) >>"),
    "a password": encrypted,
    "a content of 300 MB": flate_bomb,
    "a content packed twice": lambda: flate_bomb(2),
    "an object stream of 200 MB": object_stream_bomb,
    "a vast JBIG2": lambda: with_picture("JBIG2Decode", 2_000_000_000, 2_000_000_000),
    "a vast JPEG 2000": lambda: with_picture("JPXDecode", 100_000, 100_000),
    "a vast LZW": lambda: with_picture("LZWDecode", 100_000, 100_000),
    "a page tree in a circle": lambda: pdf(pages="<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
    "a page that is its own parent": lambda: pdf(page="<< /Type /Page /Parent 3 0 R >>"),
    "a reference to itself": lambda: pdf(catalog="/X 4 0 R", more=("4 0 R",)),
    "references in a circle": lambda: pdf(catalog="/X 4 0 R", more=("5 0 R", "4 0 R")),
    "names in a circle": lambda: pdf(
        catalog="/Names << /Dests 4 0 R >>", more=("<< /Kids [4 0 R] /Limits [(a) (b)] >>",)
    ),
    "fields in a circle": lambda: pdf(
        catalog="/AcroForm << /Fields [4 0 R] >>", more=("<< /T (a) /Kids [4 0 R 4 0 R] >>",)
    ),
    "a table of two billion": long_xref,
    "a table that points to itself": lambda: pdf().replace(b"/Size", b"/Prev 15 /Size"),
    "a hundred thousand pages": many_pages,
    "pages in pages": deep_pages,
    "arrays in arrays": nested_arrays,
    "a page of a light-year": lambda: pdf(
        page="<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e30 1e30] >>"
    ),
    "a box of words": lambda: pdf(page="<< /Type /Page /Parent 2 0 R /MediaBox [(a) /b null] >>"),
    "PDF and zip in one": lambda: pdf()[:-6] + zips.packed({"a.txt": b"x"}) + b"\n%%EOF\n",
    "PDF and web page in one": lambda: b"<script>alert(1)</script>\n" + pdf(),
    "cut off": lambda: pdf()[:-30],
}


def kept(data: Callable[[], bytes], name: str, **more: Any) -> Hostile:
    return Hostile("evidence", lambda _: data(), Outcome.KEPT, name=name, **more)


OTHERS: dict[str, Hostile] = {
    "evidence: zip bomb": kept(lambda: zips.flat_bomb(zips.packed({"a": b"b"})), "bukti.zip"),
    "evidence: zips in zips": kept(zips.nested_bomb, "bukti.zip"),
    "evidence: a picture of ten gigapixels": kept(zips.vast_png, "foto.png", fast=True),
    "evidence: a black picture of 900 megapixels": kept(lambda: zips.png(30_000, 30_000), "f.png"),
    "evidence: a drawing that calls": kept(
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("http://a")</script></svg>',
        "a.svg",
    ),
    "evidence: a link to a share": kept(
        lambda: b"[InternetShortcut]\r\nURL=file://a/b\r\n", "a.url"
    ),
    "evidence: a shell command file": kept(
        lambda: b"[Shell]\r\nIconFile=\\\\a\\b.ico\r\n", "a.scf"
    ),
    "evidence: a program": kept(lambda: b"MZ" + bytes(900), "laporan.pdf.exe", fast=True),
    **{
        f"evidence: {name}": kept(make, "Bukti.pdf", fast=name in ("JavaScript", "a program"))
        for name, make in PDFS.items()
        if name != "cut off"
    },
}

NAMES: dict[str, str] = {
    "dots": "bukti.....pdf",
    "a step up": "a..%2f..%2fjahat.pdf",
    "a line feed": "baik\nSLIP - palsu.pdf",
    "an escape": "\x1b[2J\x1b[31mmerah\x07.pdf",
    "a percent": "%s%n%(x)s.pdf",
    "braces": "{0.__class__}{}.pdf",
    "Jinja": "{{ 7*7 }}{% raw %}.pdf",
    "a backslash": r"a\..\..\jahat.pdf",
    "a colon": "C:jahat.pdf:aliran",
    "a device": "CON",
    "a device with a suffix": "NUL.pdf",
    "a numbered device": "com1.tar.pdf",
    "dots and blanks at the end": "bukti.pdf. . ",
    "255 bytes": "é" * 125 + "x.pdf",
    "NFD": "Me\u0301ndata.pdf",
    "turned round": "lapor\u202efdp.exe",
    "hidden letters": "bu\u200bkti\u2060.pdf",
    "another alphabet": "Ьukti.pdf",
    "an option": "-rf --",
    "a shell": "$(touch jahat) `id`; rm -rf x|y&.pdf",
    "a formula": "=cmd|' ⁄C calc'!A0.pdf",
    "markup": "<script>alert(1)<⁄script>.pdf",
    "markup of the terminal": "[red]merah[⁄red][link=http:⁄⁄a].pdf",
    "quotes": "'\" --.pdf",
    "bytes that are no text": b"bukti\xff\xfe.pdf".decode(errors="surrogateescape"),
    "next line": "baik\u0085\u2028buruk.pdf",
}
