"""A form template checked when it is sent, so that no official ever receives a broken form."""

import io
from collections.abc import Mapping
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError

from pipeline.domain.finding import Finding
from pipeline.domain.form import LABELS, Field
from pipeline.forms.carried import WHOLE_FILE, foreign_content
from pipeline.forms.package import W, WordPackage, open_word
from pipeline.forms.readback import read_fields
from pipeline.forms.render import RenderError, reason_of, render
from pipeline.forms.sandbox import Sandbox

PLACE_LENGTH = 60


def check_template(data: bytes, package: WordPackage, sample: Mapping[str, Any]) -> list[Finding]:
    """Every fault of a form template; ``sample`` is a context like the real ones.

    Macros, objects, content from elsewhere, Jinja that does not parse, unknown fields, and a
    missing control for the actual are errors.
    """
    findings = [*foreign_content(package), *_syntax(data, package, sample)]
    if findings:
        return findings
    try:
        rendered = open_word(render(data, sample))
    except RenderError as broken:
        return [_jinja_finding(package, str(broken))]
    filled = read_fields(rendered)
    if any(Field.ACTUAL in fields for fields in filled.values()):
        return []
    return [
        Finding(
            f"tabel indikator, kolom {LABELS[Field.ACTUAL]}",
            "kotak isian untuk realisasi tidak ada lagi di dalam format",
            "ambil kembali kotak isiannya dari draf awal (salin baris tabelnya), lalu kirim lagi",
        )
    ]


def _syntax(data: bytes, package: WordPackage, sample: Mapping[str, Any]) -> list[Finding]:
    try:
        template = DocxTemplate(io.BytesIO(data))
        unknown = template.get_undeclared_template_variables(Sandbox()) - set(sample)
    except TemplateSyntaxError as broken:
        return [_jinja_finding(package, broken.message or "tidak terbaca")]
    except Exception as broken:  # a foreign package fails in every way that Python knows
        return [
            Finding(
                WHOLE_FILE,
                f"susunan dokumen Word ini rusak ({reason_of(broken)[:80]})",
                "buka dengan Word, simpan ulang sebagai .docx, lalu kirim lagi",
            )
        ]
    return [
        Finding(
            _paragraph_with(package, name),
            f"kolom '{name}' tidak dikenal",
            f"betulkan ejaannya atau hapus; yang ada: {', '.join(sorted(sample))}",
        )
        for name in sorted(unknown)
    ]


def _jinja_finding(package: WordPackage, message: str) -> Finding:
    return Finding(
        _paragraph_with(package, "{%") if "{%" in message else "isian {{ … }} atau {% … %}",
        f"penulisan isian tidak terbaca: {message}",
        "bandingkan dengan draf awal; setiap {{ harus ditutup }}, setiap {% for %} dengan"
        " {% endfor %}",
    )


def _paragraph_with(package: WordPackage, needle: str) -> str:
    for part in package.content_parts():
        for paragraph in package.xml(part).iter(f"{W}p"):
            text = "".join(t.text or "" for t in paragraph.iter(f"{W}t"))
            if needle in text:
                return f"paragraf “{text.strip()[:PLACE_LENGTH]}”"
    return "isi berkas"
