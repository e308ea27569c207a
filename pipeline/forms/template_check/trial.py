"""A part filled in with example data, to find every field that does not exist, each in its place.

Unknown fields do not stop the trial, as they stop a real document: they are noted and shown empty.
Whatever else goes wrong is noted too, its tag mended, and the trial begins again.

At last every branch is gone through, whatever its condition says: a form that comes back filled in
takes other ones than the example does.
"""

import sys
from collections.abc import Iterator, Mapping
from types import FrameType, TracebackType
from typing import Any

from jinja2 import Template, Undefined, nodes
from jinja2.exceptions import SecurityError

from pipeline.domain.finding import Finding
from pipeline.forms.compiled.values import Prepared
from pipeline.forms.render import reason_of
from pipeline.forms.sandbox import Sandbox, TemplateLimitError, bounded_work
from pipeline.forms.template_check.grammar import unknown_field, unreadable
from pipeline.forms.template_check.tags import Tagged

MOST_TRIALS = 20


def faults_of_values(part: Tagged, sample: Mapping[str, Any]) -> list[Finding]:
    """What goes wrong when ``part`` is filled in with ``sample``."""
    values = Prepared(sample, lambda _: _NoPicture()).values
    found: dict[Finding, None] = {}
    for _ in range(MOST_TRIALS):
        seen: list[tuple[int, Undefined]] = []
        stopped = _try(part, values, Sandbox(undefined=_noting(seen)))
        found |= {_told(part, line, missing): None for line, missing in seen}
        if stopped is None:
            break
        line, error = stopped
        found[unreadable(part.tags[part.tag_on(line)].place, reason_of(error))] = None
        if isinstance(error, TemplateLimitError) or part.tag_on(line) in part.mended:
            break
        part.mend(part.tag_on(line))
    found |= dict.fromkeys(_in_any_branch(part, values))
    return list(found)


def _in_any_branch(part: Tagged, values: Mapping[str, Any]) -> Iterator[Finding]:
    """Fields that do not exist, wherever they stand; whether a list is long enough is left open."""
    seen: list[tuple[int, Undefined]] = []
    environment = _EveryBranch(undefined=_noting(seen))
    environment.asked_for = set()
    _try(part, values, environment)
    for line, missing in seen:
        owner, name = missing._undefined_obj, missing._undefined_name
        if isinstance(owner, Mapping) and name not in environment.asked_for:
            yield _told(part, line, missing)


class _EveryBranch(Sandbox):
    """Goes through all branches of each ``if``; ``asked_for`` are fields that may be missing."""

    asked_for: set[str]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for asked in tree.find_all(nodes.Test):
            if asked.name in ("defined", "undefined") and isinstance(asked.node, nodes.Getattr):
                self.asked_for.add(asked.node.attr)
        _flatten(tree)
        return tree


def _flatten(node: nodes.Node) -> None:
    for child in node.iter_child_nodes():
        _flatten(child)
    for field, value in list(node.iter_fields()):
        if isinstance(value, list) and field != "elif_":
            flat = (_branches(each) if isinstance(each, nodes.If) else [each] for each in value)
            setattr(node, field, [each for some in flat for each in some])


def _branches(node: nodes.If) -> list[nodes.Node]:
    """The conditions of an ``if``, and what stands in its branches, one after the other."""
    branches = [node, *node.elif_]
    tests = [nodes.Output([each.test], lineno=each.lineno) for each in branches]
    return [*tests, *(inner for each in branches for inner in each.body), *node.else_]


class _NoPicture:
    def __html__(self) -> str:
        return ""


def _try(
    part: Tagged, values: Mapping[str, Any], environment: Sandbox
) -> tuple[int, Exception] | None:
    """Fill in ``part``; where and why that ended early."""
    try:
        with bounded_work():
            template = environment.from_string(part.source())
            environment.concat(template.root_render_func(template.new_context(dict(values))))
    except Exception as broken:  # people's Jinja fails in every way that Python knows
        return _line_of(broken), broken
    return None


def _told(part: Tagged, line: int, missing: Undefined) -> Finding:
    place = part.tags[part.tag_on(line)].place
    if missing._undefined_exception is SecurityError:
        return Finding(
            place,
            f"ada penulisan yang tidak diizinkan: '{missing._undefined_name}'",
            "hapus isian itu; yang dapat dipakai hanya kolom formulir",
        )
    owner = missing._undefined_obj
    known = [str(key) for key in owner] if isinstance(owner, Mapping) else []
    return unknown_field(place, str(missing._undefined_name), known)


def _noting(seen: list[tuple[int, Undefined]]) -> type[Undefined]:
    """A kind of unknown field that is noted wherever it is used, and can be used for anything."""

    class Noted(Undefined):
        def _note(self, *_: Any, **__: Any) -> Any:
            seen.append((_line_in(sys._getframe(1)), self))
            return self

        def _nothing(self, *_: Any) -> bool:
            self._note()
            return False

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return self._note()

        def __iter__(self) -> Iterator[Any]:
            self._note()
            return iter(())

        def __str__(self) -> str:
            self._note()
            return ""

        def __len__(self) -> int:
            self._note()
            return 0

        def __hash__(self) -> int:
            return id(self)

        __bool__ = __eq__ = __ne__ = __contains__ = _nothing
        __lt__ = __le__ = __gt__ = __ge__ = _note
        __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _note
        __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _note
        __mod__ = __rmod__ = __pow__ = __rpow__ = __pos__ = __neg__ = _note
        __call__ = __getitem__ = _note

    return Noted


def _line_in(frame: FrameType | None) -> int:
    """The line of the template that is being filled in, from the frames of Python."""
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            return template.get_corresponding_lineno(frame.f_lineno)
        frame = frame.f_back
    return 0


def _line_of(error: Exception) -> int:
    """The line of the template in which an error came up, or that Jinja names."""
    line = getattr(error, "lineno", None) or 0
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return int(line)
