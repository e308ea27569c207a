"""Where the seals stand on the real print-out, as LibreOffice lays it out."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.domain.evaluation import evaluate
from pipeline.domain.form import FilledRow
from pipeline.domain.indicator import AchievementPolicy
from pipeline.domain.official import Official
from pipeline.domain.procedure import Procedure
from pipeline.errors import ConfigurationError
from pipeline.forms.contexts.printout import Printout, printout_context
from pipeline.forms.render import render
from pipeline.pdf.convert import Converter
from pipeline.pdf.facts import gather
from pipeline.procedures import load_procedure
from pipeline.settings import OfficeSection
from pipeline.signing.fields import prepare
from pipeline.sop.printout.places import signature_plan

from .samples import HEAD, INDICATOR, PERIOD

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "data-kinerja"
OFFICE = OfficeSection(
    id="uji", government="PEMERINTAH", name="DINAS", subdivision="Subbagian", city="Jambi"
)
KASUBAG = "Kasubag Program, Kepegawaian dan Pelaporan"
SIGNER = Official(KASUBAG, "Contoh, S.Pi.", "198304152008011003", "III/d", "")


@pytest.fixture(scope="module")
def procedure() -> Procedure:
    return load_procedure(TEMPLATES / "sop.toml")


@pytest.fixture(scope="module")
def converter() -> Iterator[Converter]:
    with Converter(offices=1, timeout_s=60) as office:
        yield office


@pytest.fixture(scope="module", params=[1, 60])
def pdf(
    request: pytest.FixtureRequest,
    procedure: Procedure,
    converter: Converter,
    tmp_path_factory: pytest.TempPathFactory,
) -> bytes:
    """A print-out of so many indicators."""
    scale = procedure.achievement.scale
    row = FilledRow(INDICATOR.code, {}, Decimal(1150))
    policy = AchievementPolicy()
    one = evaluate(HEAD.post, INDICATOR, row, quarter=3, policy=policy, scale=scale)
    content = Printout(
        code="K7Q2M9XT4B",
        number="000.8.6.3/1/DKP/2026",
        revision=1,
        day=date(2026, 10, 14),
        objectives=["Sasaran"],
        evaluations=[one] * request.param,
        corrections=[],
        sources=[],
        absent=[],
        initials=[SIGNER],
        signer=SIGNER,
    )
    context = printout_context(OFFICE, PERIOD, content, scale)
    folder = tmp_path_factory.mktemp("cetak")
    source, target = folder / "cetak.docx", folder / "cetak.pdf"
    source.write_bytes(render((TEMPLATES / "cetak.docx").read_bytes(), context))
    converter.to_pdf(source, target)
    return target.read_bytes()


def test_both_seals_stand_within_the_last_pages_paper(pdf: bytes, procedure: Procedure) -> None:
    plan, facts = signature_plan(pdf, procedure), gather(pdf)
    for field in plan.fields:
        page = field.place.page
        width, height = (side * 72 / 25.4 for side in facts.page_sizes_mm[page])
        left, bottom, right, top = field.place.box
        assert 0 < left < right < width
        assert 0 < bottom < top < height
    assert plan.signature.page == plan.initials[0].page


def test_the_seals_do_not_overlap(pdf: bytes, procedure: Procedure) -> None:
    plan = signature_plan(pdf, procedure)
    one, other = plan.initials[0].box, plan.signature.box
    assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_the_procedure_says_who_seals(pdf: bytes, procedure: Procedure) -> None:
    plan = signature_plan(pdf, procedure)
    assert [f.name for f in plan.fields] == ["Paraf", "TandaTangan"]
    assert [f.place.post for f in plan.fields] == [KASUBAG, KASUBAG]


def test_the_fields_can_be_laid_down_there(pdf: bytes, procedure: Procedure) -> None:
    prepared = prepare(pdf, signature_plan(pdf, procedure), document="Print Out.pdf")
    assert gather(prepared).signature_fields == ("Paraf", "TandaTangan")
    assert gather(prepared).pages == gather(pdf).pages


def test_a_template_without_its_bookmark_is_told(
    procedure: Procedure, converter: Converter, tmp_path: Path
) -> None:
    target = tmp_path / "slip.pdf"
    converter.to_pdf(TEMPLATES / "slip.docx", target)
    with pytest.raises(ConfigurationError, match="bookmark 'ttd' hilang"):
        signature_plan(target.read_bytes(), procedure)
