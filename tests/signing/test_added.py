"""What lies between our bytes and a seal: nothing, or the seal is not taken; and behind them."""

import asyncio
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import HTTPTimeStamper

from pipeline.signing.added import adds_only_proof, adds_only_seals
from pipeline.signing.revision import Revision

from .conftest import FACE, NOW, Office, Signed
from .revising import add_note, add_page, change_info, change_xmp, changed, replace_content
from .tsa import time_stamping


def open_with_a_program(revision: Revision) -> None:
    action = {pdf_name("/S"): pdf_name("/Launch"), pdf_name("/F"): generic.pdf_string("cmd.exe")}
    revision.root["/OpenAction"] = generic.DictionaryObject(action)
    revision.update_root()


@pytest.fixture(scope="module")
def stamping() -> Iterator[Callable[[bytes], bytes]]:
    """A document timestamp by a service that answers over HTTP."""
    with time_stamping() as authority:
        stamper = PdfTimeStamper(HTTPTimeStamper(authority.url))

        def stamped(pdf: bytes) -> bytes:
            out = BytesIO(pdf)
            work = stamper.async_timestamp_pdf(Revision(out), "sha256", in_place=True)
            asyncio.run(work)
            return out.getvalue()

        yield stamped


@pytest.fixture(scope="module")
def stamped(signed: Signed, stamping: Callable[[bytes], bytes]) -> bytes:
    """The signed document with a timestamp behind it."""
    return stamping(signed.signed)


def test_a_seal_alone_is_nothing_more(signed: Signed) -> None:
    assert adds_only_seals(signed.initialled, len(signed.prepared))
    assert adds_only_seals(signed.signed, len(signed.initialled))
    assert adds_only_seals(signed.signed, len(signed.prepared))


@pytest.mark.parametrize(
    "change",
    [open_with_a_program, add_note, add_page, replace_content, change_info, change_xmp],
)
def test_a_change_under_the_seal_is_found(change, signed: Signed, office: Office) -> None:
    under = changed(signed.prepared, change)
    sealed = office.sealer.initial(under, "Paraf", office.head, FACE, at=NOW)
    assert not adds_only_seals(sealed, len(signed.prepared))


def test_a_table_that_leaves_our_revision_out_is_found(signed: Signed) -> None:
    size = len(signed.prepared)
    before = signed.base.rpartition(b"startxref")[2].split()[0]
    skipping = b"\nxref\n0 0\ntrailer\n<< /Size 99 /Root 1 0 R /Prev %s >>\n" % before
    made = signed.prepared + skipping + b"startxref\n%d\n%%%%EOF\n" % (size + 1)
    assert not adds_only_seals(made, size)


@pytest.mark.parametrize("tail", [b"", b"x", b"\n%PDF-1.7\n%%EOF\n"])
def test_what_is_no_document_adds_no_seal(tail: bytes, signed: Signed) -> None:
    assert not adds_only_seals(signed.prepared[:-30] + tail, len(signed.prepared))


def test_validation_data_and_a_timestamp_are_proof(signed: Signed, stamped: bytes) -> None:
    assert adds_only_proof(stamped, len(signed.signed))
    assert not adds_only_proof(signed.signed, len(signed.signed)), "nothing was added"


@pytest.mark.parametrize(
    "change", [open_with_a_program, add_note, add_page, replace_content, change_info]
)
def test_a_change_under_a_timestamp_is_no_proof(
    change, signed: Signed, stamping: Callable[[bytes], bytes]
) -> None:
    under = changed(signed.signed, change)
    assert not adds_only_proof(under, len(signed.signed)) or change is change_info
    assert adds_only_proof(stamping(under), len(signed.signed)) is (change is change_info)


def test_a_signature_is_no_proof(signed: Signed) -> None:
    assert not adds_only_proof(signed.signed, len(signed.initialled))
    assert not adds_only_proof(signed.initialled, len(signed.prepared))


@pytest.mark.parametrize("tail", [b"x", b"\n%PDF-1.7\n%%EOF\n"])
def test_what_cannot_be_read_is_no_proof(tail: bytes, signed: Signed) -> None:
    assert not adds_only_proof(signed.signed + tail, len(signed.signed))
