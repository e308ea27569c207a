"""A form template checked when it is sent, so that no official ever receives a broken form.

Every fault at once, each with its paragraph:

1. What it carries: macros, objects, content from elsewhere.
2. Braces that are not closed (`pipeline.forms.template_check.places`).
3. Tags that Jinja cannot read or the sandbox does not allow, blocks that are not closed, fields
   that do not exist (`pipeline.forms.template_check.grammar`).
4. What goes wrong with example data (`pipeline.forms.template_check.trial`).
5. Only then, on the document that comes of it: what a form must show
   (`pipeline.forms.template_check.required`).
"""

from collections.abc import Mapping
from typing import Any

from jinja2 import TemplateError
from lxml import etree

from pipeline.domain.finding import Finding
from pipeline.errors import ReadError
from pipeline.forms.carried import WHOLE_FILE, foreign_content
from pipeline.forms.package import WordPackage, open_word
from pipeline.forms.render import RenderError, render
from pipeline.forms.sandbox import Sandbox, bounded_work
from pipeline.forms.template_check.grammar import (
    faults_of_blocks,
    faults_of_names,
    faults_of_tags,
    unreadable,
)
from pipeline.forms.template_check.places import braces_left_open, filled_parts, writings
from pipeline.forms.template_check.required import missing_content
from pipeline.forms.template_check.tags import tagged
from pipeline.forms.template_check.trial import faults_of_values

__all__ = ["check_template"]
_SAVE_AGAIN = "buka dengan Word, simpan ulang sebagai .docx, lalu kirim lagi"
MOST_FINDINGS = 40  # on one slip


def check_template(data: bytes, package: WordPackage, sample: Mapping[str, Any]) -> list[Finding]:
    """Every fault of a form template; ``sample`` is a context like the real ones.

    Raises:
        ReadError: a part is not well-formed.
    """
    findings = [*foreign_content(package)]
    for part in filled_parts(package):
        findings += _faults_of(part, package.xml(part), sample)
    if findings:
        return findings[:MOST_FINDINGS]
    try:
        filled = open_word(render(data, sample))
    except (RenderError, ReadError) as broken:
        return [Finding(WHOLE_FILE, str(broken), _SAVE_AGAIN)]
    return missing_content(filled, sample)


def _faults_of(part: str, root: etree._Element, sample: Mapping[str, Any]) -> list[Finding]:
    """What (2) to (4) find in one part."""
    findings = braces_left_open(part, root)
    written = list(writings(part, root))
    if not written:
        return findings
    tags = tagged(etree.tostring(root, encoding="unicode"), written)
    if not tags.tags:
        return findings
    environment = Sandbox()
    with bounded_work():
        findings += faults_of_tags(tags, environment)
        findings += faults_of_blocks(tags)
        try:
            findings += faults_of_names(tags, environment, sample)
        except TemplateError as broken:
            return findings or [unreadable("isi berkas", broken.message or "")]
    return findings + faults_of_values(tags, sample)
