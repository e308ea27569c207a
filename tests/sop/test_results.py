"""What lies in ``hasil`` once a collection is filed: each official finds his own copy."""

from pathlib import Path

import pytest

from pipeline.domain.document import Kind
from pipeline.domain.naming import post_folder
from pipeline.pdf.convert import Converter

from .filed import collections, file_one, filed, finish, open_amendment, refill
from .under_way import HEAD, KASUBAG, SECRETARY, UnderWay

pytestmark = pytest.mark.slow


def forms(at: UnderWay) -> set[str]:
    """The officials' copies."""
    return set(at.names(f"hasil/{at.period}/formulir"))


def copy_of(at: UnderWay, post: str, edition: int = 0) -> str:
    """The name of an official's copy in an edition, without what says how it came."""
    form = at.paper(collections(at)[edition].id, Kind.FORM, post)
    return f"{post_folder(post)} - {form.code}"


def test_each_official_finds_his_own(converter: Converter, tmp_path: Path) -> None:
    template = file_one(tmp_path / "awal", converter, absent=(HEAD,))
    with filed(template, tmp_path / "kantor", converter) as at:
        kasubag, secretary = copy_of(at, KASUBAG), copy_of(at, SECRETARY)
        assert forms(at) == {f"{kasubag}.pdf", f"{secretary}.pdf"}
        assert at.with_official(KASUBAG) == []

        code = at.form(HEAD).code
        at.send(HEAD)
        assert [n for n in at.with_official(HEAD) if n.startswith("DITERIMA")]
        at.approve(HEAD)
        late = f"{copy_of(at, HEAD)} - Susulan.pdf"
        assert code in late
        assert forms(at) == {f"{kasubag}.pdf", f"{secretary}.pdf", late}
        assert at.with_official(HEAD) == []
        assert at.names("5-verifikasi") == []

        open_amendment(at, KASUBAG)
        refill(at, KASUBAG, "999")
        finish(at)
        corrected = f"{copy_of(at, KASUBAG, 1)} - Ralat 1.pdf"
        replaced = f"{kasubag} (digantikan).pdf"
        assert forms(at) == {replaced, corrected, f"{secretary}.pdf", late}
        assert {n.rpartition(".")[2] for n in at.names(f"hasil/{at.period}")} == {
            "pdf",
            "xlsx",
            "csv",
        }
        assert at.with_official(KASUBAG) == []
