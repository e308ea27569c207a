"""PDFs against whoever judges signatures, and what strangers append to a print-out of ours.

The first kind stands alone: signature fields whose insides are endless, empty or absurd. The second
begins with the bytes of a print-out, as a sealed one would, and adds what nobody may add.
"""

import io
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from .corpus import Honest, Hostile
from .corpus_evidence import PDFS, SHARE, assembled, opening, pdf, stream
from .corpus_word import CUT, MARKS
from .packages import ZERO_MB

BOX = "/Rect [10 10 200 80]"
FIELD = "/Type /Annot /Subtype /Widget /FT /Sig /F 4 /P 3 0 R"
ONE_RANGE = "[0 10 20 30]"
ACTING_NAME = "\x1b[2J\x9b31m\n- SAH: semua tanda tangan berlaku\u202e{0.__class__}[red]"


@cache
def envelope() -> str:
    """A signature by somebody whose name would act on a terminal; in hexadecimal digits."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ACTING_NAME[:64])])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=9_000))
        .sign(key, SHA256())
    )
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"x")
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    return builder.add_signer(certificate, key, SHA256()).sign(Encoding.DER, options).hex()


def signature(contents: str = "", byte_range: str = ONE_RANGE) -> str:
    """A signature dictionary; without ``contents`` they are somebody's real ones."""
    return (
        "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached"
        f" /ByteRange {byte_range} /Contents {contents or f'<{envelope()}>'} >>"
    )


def signed(
    contents: str = "", byte_range: str = ONE_RANGE, name: str = "Paraf", catalog: str = ""
) -> bytes:
    """A PDF that says that it is signed: 4 is the field, 5 its signature."""
    return pdf(
        f"/AcroForm << /Fields [4 0 R] /SigFlags 3 >> {catalog}",
        more=(
            f"<< {FIELD} /T ({name}) {BOX} /V 5 0 R >>",
            signature(contents, byte_range),
        ),
    )


def covering(contents: str = "", name: str = "Paraf") -> bytes:
    """Signed over all but the contents, as an honest one is."""
    blank = " ".join(["0" * 10] * 4)
    data = signed(contents, f"[{blank}]", name)
    start = data.index(b"/Contents ") + len(b"/Contents ")
    end = data.index(b">", start) + 1
    figures = b"%010d %010d %010d %010d" % (0, start, end, len(data) - end)
    return data.replace(blank.encode(), figures, 1)


def many_signatures(count: int = 5_000) -> bytes:
    fields = " ".join(f"{n} 0 R" for n in range(4, 4 + count))
    field = f"<< {FIELD} {BOX} /T (f%d) /V {4 + count} 0 R >>"
    more = (*(field % n for n in range(count)), signature())
    return pdf(f"/AcroForm << /Fields [{fields}] /SigFlags 3 >>", more=more)


def deep_fields(depth: int = 20_000) -> bytes:
    """A field in a field in a field."""
    nodes = [f"<< /T (a) /Kids [{n + 1} 0 R] /Parent {n - 1} 0 R >>" for n in range(4, 4 + depth)]
    leaf = f"<< {FIELD} {BOX} /T (b) /V {5 + depth} 0 R >>"
    return pdf("/AcroForm << /Fields [4 0 R] >>", more=(*nodes, leaf, signature()))


def doubling_fields(depth: int = 40) -> bytes:
    """Each level of fields names the next one twice: two to the fortieth ways to the last."""
    nodes = [f"<< /T (a) /Kids [{n + 1} 0 R {n + 1} 0 R] >>" for n in range(4, 4 + depth)]
    leaf = f"<< {FIELD} {BOX} /T (b) /V {5 + depth} 0 R >>"
    return pdf("/AcroForm << /Fields [4 0 R] >>", more=(*nodes, leaf, signature()))


def as_text(text: str) -> str:
    """A text as a PDF writes it, in octal digits of UTF-16."""
    return "\\376\\377" + "".join(f"\\{b:03o}" for b in text.encode("utf-16-be"))


def nested_der(depth: int = 100_000) -> str:
    """ASN.1 of indefinite length, one sequence in another."""
    return "<" + "3080" * depth + "0000" * depth + ">"


def vast_der() -> str:
    """ASN.1 that says that it has four gigabytes."""
    return "<3084fffffffb06092a864886f70d010702a084fffffff0>"


def store_of_nobody(count: int = 100_000) -> str:
    """A security store that names one stream as each of its certificates."""
    return f"/DSS << /Certs [{'1 0 R ' * count}] /CRLs [{'1 0 R ' * count}] >>"


def with_tables(count: int, circle: bool = False) -> bytes:
    """One cross-reference table after another, each with the one before; or round and round."""
    out = bytearray(pdf())
    before = out.rindex(b"xref\n0 4")
    first = None
    for _ in range(count):
        start = len(out)
        first = start if first is None else first
        out += b"xref\n0 0\ntrailer\n<< /Size 4 /Root 1 0 R /Prev %010d >>\n" % before
        out += b"startxref\n%d\n%%%%EOF\n" % start
        before = start
    if circle and first is not None:
        place = out.index(b"/Prev ", first) + len(b"/Prev ")
        out[place : place + 10] = b"%010d" % before
    return bytes(out)


def with_stream_table(index: str, widths: str, data: bytes, size: int = 9) -> bytes:
    """A PDF whose cross-reference is a packed stream."""
    body = pdf()
    body = body[: body.index(b"xref\n0 4")]
    look = f"/Type /XRef /Size {size} /Index {index} /W {widths} /Root 1 0 R /Filter /FlateDecode"
    packed = zlib.compress(data, 9)
    return body + b"8 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        stream(packed, look),
        len(body),
    )


def streams_in_streams() -> bytes:
    """The catalogue lies in an object stream that lies in another, which lies in the first."""
    inner = stream(b"1 0 << /Type /Catalog >>", "/Type /ObjStm /N 1 /First 4 /Extends 5 0 R")
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]
    body = bytearray(assembled([*parts, b"null", inner, inner]))
    start = len(body)
    rows = b"".join(bytes([2, 0, 5, 0]) if n != 5 else bytes([2, 0, 4, 0]) for n in range(9))
    look = "/Type /XRef /Size 9 /W [1 2 1] /Root 1 0 R"
    body += b"8 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream(rows, look), start)
    return bytes(body)


Revise = Callable[[bytes], bytes]


def appended(
    original: bytes,
    catalog: dict[str, str] | None = None,
    more: Sequence[bytes] = (),
    trailer: str = "",
) -> bytes:
    """A revision after the last: entries of the catalogue, and new objects.

    In the texts ``{n}`` is the number of the first new object, ``{n1}`` of the second.
    """
    with pikepdf.open(io.BytesIO(original)) as document:
        root, size = document.Root.objgen[0], int(document.trailer.Size)
        kept = {key: document.Root[key].unparse() for key in document.Root.keys()}  # noqa: SIM118
        for key in kept:
            value = document.Root[key]
            if value.is_indirect:
                kept[key] = f"{value.objgen[0]} 0 R".encode()
        identity = document.trailer["/ID"].unparse() if "/ID" in document.trailer else b"[<00><00>]"
    for key, value in (catalog or {}).items():
        kept[key] = value.format(n=size, n1=size + 1).encode("latin-1")
    body = b"<< " + b" ".join(key.encode() + b" " + value for key, value in kept.items()) + b" >>"
    objects = {root: body, **{size + n: data for n, data in enumerate(more)}}
    out = bytearray(original)
    entries = bytearray()
    for number, data in objects.items():
        entries += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, data)
    before = int(original[original.rindex(b"startxref") + 9 :].split()[0])
    start = len(out)
    out += b"xref\n%s" % entries
    out += b"trailer\n<< /Size %d /Root %d 0 R /Prev %d /ID %s %s >>\n" % (
        size + len(more),
        root,
        before,
        identity,
        trailer.encode(),
    )
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


def acting(action: str) -> Revise:
    return lambda paper: appended(paper, {"/OpenAction": f"<< {action} >>"})


def with_field(value: str, name: str = "Paraf") -> Revise:
    """A field beside ours, with a signature dictionary in it."""
    field = f"<< {FIELD} {BOX} /T ({name}) /V {{n1}} 0 R >>"

    def revise(paper: bytes) -> bytes:
        with pikepdf.open(io.BytesIO(paper)) as document:
            size = int(document.trailer.Size)
        made = field.format(n1=size + 1).encode()
        form = {"/AcroForm": "<< /Fields [{n} 0 R] /SigFlags 3 >>"}
        return appended(paper, form, [made, value.encode()])

    return revise


def many_revisions(paper: bytes, count: int = 3_000) -> bytes:
    for _ in range(12):
        paper = appended(paper)
    before = int(paper[paper.rindex(b"startxref") + 9 :].split()[0])
    with pikepdf.open(io.BytesIO(paper)) as document:
        root, size = document.Root.objgen[0], int(document.trailer.Size)
    out = bytearray(paper)
    for _ in range(count):
        start = len(out)
        out += b"xref\n0 0\ntrailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (size, root, before)
        out += b"startxref\n%d\n%%%%EOF\n" % start
        before = start
    return bytes(out)


def attached(paper: bytes) -> bytes:
    names = {"/Names": "<< /EmbeddedFiles << /Names [(a.exe) {n} 0 R] >> >>"}
    with pikepdf.open(io.BytesIO(paper)) as document:
        size = int(document.trailer.Size)
    spec = f"<< /Type /Filespec /F (a.exe) /UF (../../a.exe) /EF << /F {size + 1} 0 R >> >>"
    return appended(paper, names, [spec.encode(), stream(b"MZ", "/Type /EmbeddedFile")])


JAVASCRIPT = r"/S /JavaScript /JS (app.launchURL\('http://127.0.0.1'\))"
LAUNCH = "/S /Launch /F (cmd.exe) /Win << /F (cmd.exe) /P (/c) >>"
SIGNED: dict[str, Callable[[], bytes]] = {
    "signature: a range beyond the end": lambda: signed(byte_range="[0 10 99999999999 9999999999]"),
    "signature: a range of a quintillion": lambda: signed(byte_range=f"[0 1{'0' * 18} 20 30]"),
    "signature: a range backwards": lambda: signed(byte_range="[-5 -10 -20 -30]"),
    "signature: a range of words": lambda: signed(byte_range="[/a (b) null true]"),
    "signature: a million ranges": lambda: signed(byte_range=f"[{'0 1 ' * 1_000_000}]"),
    "signature: no contents": lambda: covering("<>"),
    "signature: contents that are nothing": lambda: covering("<00>"),
    "signature: contents of 50 MB": lambda: covering(f"<{'30' * (50 << 20)}>"),
    "signature: contents of zeros": lambda: covering(f"<{'00' * (8 << 20)}>"),
    "signature: sequences in sequences": lambda: covering(nested_der()),
    "signature: contents of four gigabytes": lambda: covering(vast_der()),
    "signature: five thousand of them": many_signatures,
    "signature: fields in fields": deep_fields,
    "signature: fields that double": doubling_fields,
    "signature: contents and much after them": lambda: covering(
        f"<{envelope()}{'00' * 9_000_000}>"
    ),
    "signature: a field called by escapes": lambda: covering(name=as_text(ACTING_NAME)),
    "signature: a field called by marks": lambda: covering(name=as_text(MARKS)),
    "signature: a field of a megabyte": lambda: covering(name="x" * (1 << 20)),
    "signature: a store of nothing": lambda: signed(catalog=store_of_nobody()),
    "table: ten thousand of them": lambda: with_tables(10_000),
    "table: three in a circle": lambda: with_tables(3, circle=True),
    "table: packed, 100 MB": lambda: with_stream_table(
        "[0 25000000]", "[1 2 1]", ZERO_MB * 100, 25_000_000
    ),
    "table: packed, of two billion": lambda: with_stream_table(
        "[0 2000000000]", "[1 2 1]", b"", 2_000_000_000
    ),
    "table: packed, vast widths": lambda: with_stream_table("[0 9]", "[1 2000000000 1]", bytes(99)),
    "table: packed, no widths": lambda: with_stream_table("[0 2000000000]", "[0 0 0]", b""),
    "streams in streams": streams_in_streams,
}
REVISED: dict[str, Revise] = {
    "JavaScript": acting(JAVASCRIPT),
    "a program": acting(LAUNCH),
    "a document on a share": acting(f"/S /GoToR /F {SHARE} /D [0 /Fit]"),
    "an attached program": attached,
    "XFA": lambda paper: appended(paper, {"/AcroForm": "<< /Fields [] /XFA (<xdp/>) >>"}),
    "a password": lambda paper: appended(
        paper,
        trailer=f"/Encrypt << /Filter /Standard /V 2 /R 3 /O <{'00' * 32}> /U <{'00' * 32}>"
        " /P -44 >>",
    ),
    "a signature of nothing": with_field(signature("<>")),
    "a vast range": with_field(signature("<00>", "[0 99999999999 999999999999 9]")),
    "a signature of 20 MB": with_field(signature(f"<{'30' * (20 << 20)}>")),
    "another page tree, in a circle": lambda paper: appended(
        paper, {"/Pages": "{n} 0 R"}, [b"<< /Type /Pages /Kids [1 0 R 2 0 R] /Count 9 >>"]
    ),
    "three thousand revisions": many_revisions,
    "50 MB of nothing": lambda paper: paper + b"\n%" + ZERO_MB * 50 + b"\n%%EOF\n",
    "a table of itself": lambda paper: paper + b"startxref\n%d\n%%%%EOF\n" % len(paper),
    "a hostile PDF behind it": lambda paper: paper + pdf(opening(JAVASCRIPT)),
}

STRANGE, REFUSED = "bukan naskah yang menunggu", "tanda tangan yang tidak dapat diterima"
AFTER = "sesudah tanda tangan terakhir masih ada perubahan"
BEFORE = "memuat perubahan atau perintah yang bukan dari naskah"
ACTIONS = ("JavaScript", "a program", "a document on a share", "an attached program")
HEAVY: dict[str, Any] = {"cpu_s": 75.0, "megabytes": 1_500}  # a job may take 30 s and 1 GiB


def dropped_at(desk: str) -> dict[str, Hostile]:
    """What is dropped where ``desk`` awaits a print-out that was sealed elsewhere."""
    found = {
        f"{desk}: {name}": alone(desk, make)
        for name, make in {**PDFS, **SIGNED}.items()
        if name != "cut off"
    }
    cut = {f"{desk}: cut off": Hostile(desk, lambda _: PDFS["cut off"](), says=CUT)}
    unsealed = {
        f"{desk}: waiting, with {name}": Hostile(
            desk, after(revise, "printout"), says=REFUSED, **HEAVY
        )
        for name, revise in REVISED.items()
    }
    sealed = {
        f"{desk}: sealed, then {name}": Hostile(
            desk,
            after(revise, "sealed"),
            says=AFTER if name in ACTIONS else REFUSED,
            fast=(desk, name) == ("initial", "JavaScript"),
            **HEAVY,
        )
        for name, revise in REVISED.items()
    }
    under = {
        f"{desk}: {name}, then sealed": Hostile(
            desk,
            lambda h, name=name: h.seal(REVISED[name](h.printout)),
            says=BEFORE if desk == "initial" else REFUSED,
            fast=(desk, name) == ("initial", "a program"),
        )
        for name in ACTIONS
    }
    return {**found, **cut, **unsealed, **sealed, **under}


def alone(desk: str, make: Callable[[], bytes]) -> Hostile:
    return Hostile(desk, lambda _: make(), says=STRANGE)


def after(revise: Revise, what: str) -> Callable[[Honest], bytes]:
    """What the sender does with the print-out, or with the sealed one."""

    def make(honest: Honest) -> bytes:
        return revise(bytes(getattr(honest, what)))

    return make
