"""What LibreOffice exported, made a file of ours: alike in a confined process and outside."""

import io
import os
import resource

import pikepdf
import pytest

from pipeline.confine.reader import Reader
from pipeline.errors import ConversionError
from pipeline.pdf.apart import APART
from pipeline.pdf.finish import finished


def exported(pages: int) -> bytes:
    """A PDF as another program writes it."""
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        for number in range(pages):
            page = pdf.add_blank_page()
            page.Contents = pdf.make_stream(f"% {number}\n".encode() * 2000)
        pdf.save(file)
    return file.getvalue()


def test_a_confined_process_makes_the_same_bytes() -> None:
    raw = exported(3)
    here = finished(raw, "a.docx", "id-ID", True)
    with pikepdf.open(io.BytesIO(here)) as pdf:
        assert len(pdf.pages) == 3
        assert str(pdf.Root.Lang) == "id-ID"
    reader = Reader(APART, network=False)
    try:
        assert reader.run(finished, raw, "a.docx", "id-ID", True) == here
    finally:
        reader.close()


def test_where_no_file_may_be_written_it_is_made_all_the_same() -> None:
    raw = exported(2)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(raw) // 2, before[1]))
    try:
        confined = finished(raw, "a.docx", "id-ID", True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert confined == finished(raw, "a.docx", "id-ID", True)


@pytest.mark.parametrize(
    ("raw", "said"), [(exported(0), "satu halaman pun"), (b"%PDF-1.7\nbukan", "PDF yang rusak")]
)
def test_what_is_no_document_is_refused_and_nothing_stays_open(raw: bytes, said: str) -> None:
    handles = len(os.listdir("/proc/self/fd"))
    with pytest.raises(ConversionError, match=said):
        finished(raw, "a.docx", "id-ID", True)
    assert len(os.listdir("/proc/self/fd")) == handles
