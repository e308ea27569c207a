"""Faults of the tags of a part that show without filling it in.

1. Each tag for itself: what Jinja cannot read, unknown filters, what the sandbox never allows.
2. All of them together: what is opened and not closed, or closed and not open.
3. The names: fields that no form has.
"""

import re
from collections.abc import Collection, Iterator

from jinja2 import TemplateError, meta, nodes

from pipeline.domain.finding import Finding
from pipeline.forms.sandbox import ForbiddenTagError, Sandbox
from pipeline.forms.template_check.tags import Tag, Tagged

_BLOCKS = ("for", "if", "macro", "call", "filter", "set", "with", "block", "raw")
_END_OF = {verb: f"end{verb}" for verb in _BLOCKS}
_ENDS = {end: verb for verb, end in _END_OF.items()}
_BETWEEN = {"else": ("for", "if"), "elif": ("if",)}
_VERBS = {*_END_OF, *_ENDS, *_BETWEEN}
_NEAR = re.compile(r"got '([^']+)'")
_UNREADABLE = "penulisan isian tidak terbaca"
_BRACES = (
    "bandingkan dengan draf awal; setiap {{ harus ditutup }}, setiap {% for %} dengan {% endfor %}"
)


def faults_of_tags(part: Tagged, environment: Sandbox) -> list[Finding]:
    """(1) What is wrong with single tags; they are mended."""
    known: dict[Tag, list[Finding]] = {}
    for number, tag in enumerate(part.tags):
        if tag not in known:
            known[tag] = list(_faults_of(tag, environment))
        if known[tag]:
            part.mend(number)
    return [finding for findings in known.values() for finding in findings]


def faults_of_blocks(part: Tagged) -> list[Finding]:
    """(2) What is opened and never closed, or closed and not open; it is left out."""
    findings: list[Finding] = []
    open_ones: list[int] = []
    for number, tag in enumerate(part.tags):
        if _opens(tag):
            open_ones.append(number)
        elif tag.verb in _BETWEEN:
            top = part.tags[open_ones[-1]].verb if open_ones else ""
            if top not in _BETWEEN[tag.verb]:
                findings.append(_stray(part, number))
        elif tag.verb in _ENDS:
            findings += _closed(part, number, open_ones)
    return findings + [_unclosed(part, number) for number in open_ones]


def faults_of_names(part: Tagged, environment: Sandbox, known: Collection[str]) -> list[Finding]:
    """(3) Names of no field; the tags that use them are mended.

    Raises:
        jinja2.TemplateError: the part cannot be read, although every tag can.
    """
    unknown = meta.find_undeclared_variables(environment.parse(part.source())) - set(known)
    findings = {}
    for number, tag in enumerate(part.tags):
        if not unknown or number in part.mended or tag.verb in _ENDS:
            continue
        for name in sorted(unknown & _names(tag, environment)):
            part.mend(number)
            findings[tag.place, name] = unknown_field(tag.place, name, known)
    return list(findings.values())


def unknown_field(place: str, name: str, known: Collection[str]) -> Finding:
    """A field that does not exist; ``known`` are those that do."""
    there = f"; yang ada: {', '.join(sorted(known))}" if known else ""
    return Finding(place, f"kolom '{name}' tidak dikenal", f"betulkan ejaannya atau hapus{there}")


def unreadable(place: str, why: str) -> Finding:
    """A tag that cannot be read."""
    return Finding(place, f"{_UNREADABLE}: {why}", _BRACES)


def _faults_of(tag: Tag, environment: Sandbox) -> Iterator[Finding]:
    text = _alone(tag)
    if text is None:
        return
    try:
        tree = environment.parse(text)
    except TemplateError as broken:
        yield unreadable(tag.place, f"“{tag.written}”: {_why(tag, broken)}")
        return
    for used in tree.find_all(nodes.Filter):
        if used.name not in environment.filters:
            yield unreadable(tag.place, f"saringan '{used.name}' tidak dikenal")
    for asked in tree.find_all(nodes.Test):
        if asked.name not in environment.tests:
            yield unreadable(tag.place, f"uji '{asked.name}' tidak dikenal")
    for field in tree.find_all(nodes.Getattr):
        if field.attr.startswith("_"):
            yield Finding(
                tag.place,
                f"ada penulisan yang tidak diizinkan: '{field.attr}'",
                "hapus isian itu; yang dapat dipakai hanya kolom formulir",
            )


def _why(tag: Tag, broken: TemplateError) -> str:
    if isinstance(broken, ForbiddenTagError):
        return str(broken.message)
    if tag.verb and tag.verb not in _VERBS:
        return f"perintah '{tag.verb}' tidak dikenal"
    near = _NEAR.search(broken.message or "")
    return f"salah tulis di dekat '{near[1]}'" if near else "tidak lengkap atau salah tulis"


def _alone(tag: Tag) -> str | None:
    """A template of one tag, with what it takes to be one; ``None`` for what says nothing."""
    if tag.verb in _ENDS or tag.verb == "raw":
        return None
    if tag.verb in _BETWEEN:
        return f"{{% if true %}}{tag.written}{{% endif %}}"
    return f"{tag.written}{{% {_END_OF[tag.verb]} %}}" if _opens(tag) else tag.written


def _opens(tag: Tag) -> bool:
    return tag.verb in _END_OF and not (tag.verb == "set" and "=" in tag.words)


def _names(tag: Tag, environment: Sandbox) -> set[str]:
    text = _alone(tag)
    return meta.find_undeclared_variables(environment.parse(text)) if text else set()


def _closed(part: Tagged, number: int, open_ones: list[int]) -> Iterator[Finding]:
    """``number`` closes the last block of its kind; those begun after that are not closed."""
    verb = _ENDS[part.tags[number].verb]
    if verb not in (part.tags[each].verb for each in open_ones):
        yield _stray(part, number)
        return
    while part.tags[last := open_ones.pop()].verb != verb:
        yield _unclosed(part, last)
    if last in part.mended and not part.mended[last]:
        part.cut(number)


def _stray(part: Tagged, number: int) -> Finding:
    part.cut(number)
    tag = part.tags[number]
    return unreadable(tag.place, f"“{tag.written}” tanpa pembukanya")


def _unclosed(part: Tagged, number: int) -> Finding:
    part.cut(number)
    tag = part.tags[number]
    return unreadable(tag.place, f"“{tag.written}” tidak ditutup dengan {_END_OF[tag.verb]}")
