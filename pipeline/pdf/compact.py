"""A PDF written out small: object streams, nothing of the writer's own left in it."""

import io

import pikepdf

_LIBREOFFICE_TRAILER_KEY = "/DocChecksum"
_MARKS = frozenset({"BMC", "BDC", "EMC", "MP", "DP"})


def compacted(pdf: pikepdf.Pdf) -> bytes:
    """The document with object streams (about half of what LibreOffice writes), PDF/A kept.

    The same document gives the same bytes: the second half of /ID is made from the content.
    LibreOffice's private trailer key goes, and so does the opening action, which says no more than
    what viewers do anyway and which an archive would rather not have.
    """
    _drop(pdf.trailer, _LIBREOFFICE_TRAILER_KEY)
    _drop(pdf.Root, "/OpenAction")
    file = io.BytesIO()
    pdf.save(
        file,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
    )
    return file.getvalue()


def untag(pdf: pikepdf.Pdf) -> None:
    """Take the structure out and declare each page's content an artifact as a whole.

    LibreOffice tags every PDF/A, asked or not, and two structures cannot share one page.
    """
    _drop(pdf.Root, "/StructTreeRoot", "/MarkInfo")
    for page in pdf.pages:
        _drop(page.obj, "/StructParents", "/Tabs")
        kept = [
            instruction
            for instruction in pikepdf.parse_content_stream(page)
            if str(instruction.operator) not in _MARKS
        ]
        content = pikepdf.unparse_content_stream(kept)
        page.Contents = pdf.make_stream(b"/Artifact BMC\n" + content + b"\nEMC\n")


def _drop(holder: pikepdf.Object, *keys: str) -> None:
    for key in keys:
        if key in holder:
            del holder[key]
