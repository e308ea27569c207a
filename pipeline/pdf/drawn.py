"""Small drawings put onto the pages of a PDF of ours, before anything is signed."""

import io
from collections.abc import Callable

import pikepdf

from pipeline.pdf.compact import compacted

Drawing = Callable[[float, float], bytes]
"""Operators for a page of this width and height, in points."""


def drawn_on(pdf: bytes, drawings: Callable[[int, int], Drawing]) -> bytes:
    """``pdf`` with a drawing on each page; asked for by the page, from 1, and how many there are.

    It is no part of the document's text: an artifact (ISO 32000-2 §14.8.2.2).
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        count = len(opened.pages)
        for number, page in enumerate(opened.pages, start=1):
            left, bottom, right, top = (float(edge) for edge in page.mediabox)
            operators = drawings(number, count)(right - left, top - bottom)
            page.contents_add(b"q", prepend=True)
            page.contents_add(b"Q /Artifact BMC q " + operators + b" Q EMC")
        return compacted(opened)
