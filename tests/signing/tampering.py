"""A signed document tampered with in every way that we could think of, and what must be said."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.fields import SigSeedSubFilter as Form
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from pipeline.signing.fields import prepare
from pipeline.signing.keys import SigningKey, open_key
from pipeline.signing.seal import Sealer

from . import revising
from .conftest import FACE, NOW, PIN, PLAN
from .honest import Bench
from .revising import Change, changed

RANGE = re.compile(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]")


@dataclass(frozen=True)
class Victim:
    """An honest document at its stages, sealed by one person; ``other`` is a second document.

    ``signed`` and ``other`` have no timestamps, ``archived`` and ``other_archived`` are B-LTA.
    """

    at: Bench
    prepared: bytes
    initialled: bytes
    signed: bytes
    archived: bytes
    other: bytes
    other_archived: bytes

    @classmethod
    def of(cls, base: bytes, at: Bench) -> "Victim":
        """Made of a PDF, and of the same with another title."""
        plain, prepared = Sealer(at.trust), prepare(base, PLAN)
        initialled = plain.initial(prepared, "Paraf", at.office.head, FACE, at=NOW)
        second = prepare(changed(base, revising.change_info), PLAN)
        return cls(
            at,
            prepared,
            initialled,
            plain.sign(initialled, at.office.head, FACE, at=NOW),
            at.sealed(prepared),
            at.sealed(second, plain),
            at.sealed(second),
        )


Tamper = Callable[[Victim], bytes]


@dataclass(frozen=True)
class Case:
    """How it is tampered with, and the code of the finding that must say so.

    ``by_dss`` is False where the EU's DSS lets it pass: it does not know whose signature belongs
    there, and looks at no attachment, metadata, padding or bytes behind the end.
    """

    tamper: Tamper
    reason: str
    by_dss: bool = True


def revised(change: Change) -> Tamper:
    """One more revision after the last signature."""
    return lambda victim: changed(victim.signed, change)


def by_another(
    victim: Victim, post: str, *, hours_ago: int = 0, before: bytes | None = None
) -> bytes:
    """The signature by the key of another post, as any program puts it."""
    opened = NOW - timedelta(hours=hours_ago)
    key = open_key("pkcs12", str(victim.at.office.pki.keys[post]), PIN, at=opened)
    return put(before or victim.initialled, key, "TandaTangan")


def put(pdf: bytes, key: SigningKey, field: str, *, new: SigFieldSpec | None = None) -> bytes:
    """A PAdES signature by a program that knows no trust."""
    signer = PdfSigner(
        PdfSignatureMetadata(field_name=field, subfilter=Form.PADES), key.signer, new_field_spec=new
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return bytes(signer.sign_pdf(writer, existing_fields_only=new is None).getvalue())


def stranger(box: tuple[int, int, int, int] | None) -> Tamper:
    """A further signature after the last one."""
    spec = SigFieldSpec("Tamu", box=box)
    return lambda victim: put(victim.signed, victim.at.office.secretary, "Tamu", new=spec)


def flipped(pdf: bytes, place: int) -> bytes:
    """``pdf`` with a bit changed."""
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def gap(pdf: bytes, number: int = -1) -> tuple[int, int]:
    """Where the hexadecimal digits of a signature begin and end."""
    start, end, _ = RANGE.findall(pdf)[number]
    return int(start) + 1, int(end) - 1


def with_contents(pdf: bytes, digits: bytes, number: int = -1) -> bytes:
    """``pdf`` with other digits in the gap of a signature, filled up with zeros."""
    start, end = gap(pdf, number)
    return pdf[:start] + digits[: end - start].ljust(end - start, b"0") + pdf[end:]


def contents(pdf: bytes, number: int = -1) -> bytes:
    """The digits in the gap of a signature."""
    start, end = gap(pdf, number)
    return pdf[start:end]


def padded(victim: Victim) -> bytes:
    """Something hidden in the zeros behind the signature."""
    _, end = gap(victim.signed)
    return victim.signed[: end - 8] + b"deadbeef" + victim.signed[end:]


def shadowed(victim: Victim) -> bytes:
    """What the signers saw hid a second page, which a later revision shows."""
    hidden = changed(victim.prepared, revising.hide_page)
    plain = Sealer(victim.at.trust)
    initialled = plain.initial(hidden, "Paraf", victim.at.office.head, FACE, at=NOW)
    signed = plain.sign(initialled, victim.at.office.head, FACE, at=NOW)
    return changed(signed, revising.show_hidden_page)


def between(change: Change) -> Tamper:
    """A change after the paraf, under the signature."""

    def tamper(victim: Victim) -> bytes:
        return put(changed(victim.initialled, change), victim.at.office.head, "TandaTangan")

    return tamper


def invisible_between(victim: Victim) -> bytes:
    """A stranger's invisible signature between paraf and signature."""
    secretary, head = victim.at.office.secretary, victim.at.office.head
    extra = put(victim.initialled, secretary, "Tamu", new=SigFieldSpec("Tamu", box=None))
    return put(extra, head, "TandaTangan")


def twice_named(victim: Victim) -> bytes:
    """A stranger's field under the paraf's own name."""
    extra = put(
        victim.signed, victim.at.office.secretary, "Tamu", new=SigFieldSpec("Tamu", box=None)
    )
    return changed(extra, revising.rename_last_field)


def rewritten(victim: Victim) -> bytes:
    """Saved anew by a program that knows no revisions."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(victim.signed)) as document:
        document.save(out)
    return out.getvalue()


def linearized(victim: Victim) -> bytes:
    """Rewritten by qpdf for the web."""
    with TemporaryDirectory() as folder:
        before, after = Path(folder, "a.pdf"), Path(folder, "b.pdf")
        before.write_bytes(victim.signed)
        with pikepdf.open(before) as document:
            document.save(after, linearize=True)
        return after.read_bytes()


def other_range(victim: Victim) -> bytes:
    """The signature says that it covers less than it does."""
    start, end, length = (int(n) for n in RANGE.findall(victim.signed)[-1])
    said = f"/ByteRange [0 {start} {end} {length}]".encode()
    less = f"/ByteRange [0 {start} {end} {length - 9}]".encode().ljust(len(said))
    return victim.signed.replace(said, less)


def pdf_text(victim: Victim) -> int:
    """A byte of the page's content."""
    return victim.signed.index(b"stream") + 40


TAMPERED: dict[str, Case] = {
    "a bit of the page": Case(lambda v: flipped(v.signed, pdf_text(v)), "not_intact"),
    "a note": Case(revised(revising.add_note), "followed"),
    "a link over the page": Case(revised(revising.add_link), "followed"),
    "a page": Case(revised(revising.add_page), "followed"),
    "another content": Case(revised(revising.replace_content), "followed"),
    "another stream under the old name": Case(revised(revising.overwrite_content), "followed"),
    "half the page cut off": Case(revised(revising.crop_page), "followed"),
    "hidden content shown": Case(shadowed, "followed"),
    "an attachment": Case(revised(revising.attach), "followed", by_dss=False),
    "JavaScript": Case(revised(revising.run_javascript), "followed"),
    "a second form in XML": Case(revised(revising.add_xfa), "followed"),
    "another appearance": Case(revised(revising.swap_appearance), "followed"),
    "the signature moved": Case(revised(revising.move_signature), "followed"),
    "the paraf hidden": Case(revised(revising.hide_paraf), "followed"),
    "the signature's value removed": Case(revised(revising.remove_signature), "lost_signature"),
    "the paraf's field removed": Case(revised(revising.remove_paraf_s_field), "lost_signature"),
    "the lock removed": Case(revised(revising.unlock), "followed"),
    "the certification removed": Case(revised(revising.uncertify), "followed"),
    "the certification widened": Case(revised(revising.widen_permission), "followed"),
    "the store emptied": Case(revised(revising.strip_store), "followed", by_dss=False),
    "another title in Info": Case(revised(revising.change_info), "metadata_changed", by_dss=False),
    "another XMP": Case(revised(revising.change_xmp), "metadata_changed", by_dss=False),
    "an empty field": Case(revised(revising.add_empty_field), "unexpected_field"),
    "a note under the signature": Case(between(revising.add_note), "changed_after"),
    "a page under the signature": Case(between(revising.add_page), "changed_after"),
    "truncated to the paraf": Case(lambda v: v.initialled, "missing_signature", by_dss=False),
    "truncated in the middle": Case(lambda v: v.signed[: len(v.signed) * 9 // 10], "unreadable"),
    "something behind the end": Case(
        lambda v: v.signed + b"\n<script>", "trailing_bytes", by_dss=False
    ),
    "something in the padding": Case(padded, "padding", by_dss=False),
    "the CMS of another document": Case(
        lambda v: with_contents(v.signed, contents(v.other)), "not_intact"
    ),
    "the paraf's CMS for the signature": Case(
        lambda v: with_contents(v.signed, contents(v.signed, 0)), "not_intact"
    ),
    "another byte range": Case(other_range, "not_intact"),
    "expired": Case(lambda v: by_another(v, "Kedaluwarsa", hours_ago=36), "expired"),
    "revoked": Case(lambda v: by_another(v, "Dicabut"), "revoked"),
    "another employee": Case(lambda v: by_another(v, "Sekretaris"), "not_enrolled", by_dss=False),
    "a stranger's signature": Case(stranger((10, 10, 90, 60)), "unexpected_field"),
    "a stranger's invisible signature": Case(stranger(None), "invisible"),
    "an invisible signature in between": Case(invisible_between, "unexpected_field", by_dss=False),
    "a stranger under the paraf's name": Case(twice_named, "unexpected_field"),
    "the timestamp removed": Case(
        lambda v: changed(v.archived, revising.remove_timestamp), "lost_signature"
    ),
    "a note after the timestamp": Case(
        lambda v: changed(v.archived, revising.add_note), "followed"
    ),
    "the timestamp of another document": Case(
        lambda v: with_contents(v.archived, contents(v.other_archived)), "not_intact"
    ),
    "rewritten": Case(rewritten, "not_intact"),
    "linearized": Case(linearized, "not_intact"),
}
"""By name; each must be refused for its reason."""
