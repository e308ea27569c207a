"""A proof that a template can write nothing but well-formed XML, whatever it is filled in with.

Parsing each document that was made would cost more than making it. So the template itself is looked
at, once:

1. Every branch and every loop of it begins and ends in the same place of the XML, with the same
   elements open. Then any way through them writes whole elements.
2. A value stands in text or in an attribute only, where the sandbox escapes it. Control characters
   are taken from the context, and no text in the template holds one.
3. Nothing cuts into what is escaped already: what makes such text (``~``, ``join``) and what may
   cut it (``truncate``, an index …) do not occur in one template.
4. What brings XML of its own, a picture, may stand only in the text of a run
   (`pipeline.forms.sandbox.TEXT_ONLY`).

Where this does not hold, the template may still be right: each document is then parsed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jinja2 import nodes

VALUE = "\ue000"
"""Stands for a value in the `Skeleton`."""
BEGIN, END = "<?branch?>", "<?end?>"
"""Stand around what may be left out or repeated in the `Skeleton`."""
_ESCAPED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)|[\ue000]")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OPENING = re.compile(r"<([\w:.-]+)")
_ATTRIBUTES = re.compile(r"(?:\s+[\w:.-]+=\"[^\"<]*\")*\s*(/?)>")
_UP_TO_A_VALUE = re.compile(r"(?:\s+[\w:.-]+=\"[^\"<]*\")*\s+[\w:.-]+=\"([^\"<]*)\Z")
_REST_OF_A_VALUE = re.compile(r"([^\"<]*)\"")
_CLOSING = re.compile(r"</([\w:.-]+)\s*>")
_RUN_TEXT = ["w:r", "w:t"]

_WHOLE = frozenset(
    {
        *("abs", "count", "d", "default", "dictsort", "first", "float", "groupby", "int", "items"),
        *("join", "last", "length", "list", "max", "min", "reject", "rejectattr", "round"),
        *("select", "selectattr", "sort", "sum", "unique"),
    }
)
"""Filters that give what they were given, or a number: they neither make nor cut escaped text."""
_MAKING = frozenset({"join", "replace"})
_ESCAPING = frozenset({"e", "escape", "forceescape"})
_UNSEEN = (nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.AssignBlock, nodes.Block)


class UnprovenError(Exception):
    """It cannot be shown; nothing is said against the template."""


@dataclass
class Skeleton:
    """The XML of a template with every branch in it once, as ``pieces``.

    ``outside_runs`` are the values that stand elsewhere than in the text of a run.
    """

    pieces: list[str] = field(default_factory=list)
    outside_runs: list[tuple[nodes.Output, int]] = field(default_factory=list)

    @property
    def xml(self) -> str:
        """All of it."""
        return "".join(self.pieces)


@dataclass
class _Place:
    """Where in the XML one is: which elements are open, and in which of them an attribute's value.

    ``tag`` is the name of the element whose opening tag is being written.
    """

    open: list[str]
    tag: str = ""

    def same(self, other: "_Place") -> bool:
        return self.open == other.open and self.tag == other.tag

    def copy(self) -> "_Place":
        return _Place(list(self.open), self.tag)


def skeleton(tree: nodes.Template, inside: Sequence[str] = ()) -> Skeleton:
    """What a parsed template writes ``inside`` of elements, if that is always well-formed.

    Raises:
        UnprovenError: it cannot be shown that it is.
    """
    _check_expressions(tree)
    made, place = Skeleton(), _Place(list(inside))
    _walk(tree.body, place, made)
    if place.open != list(inside) or place.tag:
        raise UnprovenError("not closed")
    return made


def _walk(body: list[nodes.Node], place: _Place, made: Skeleton) -> None:
    for node in body:
        match node:
            case nodes.Output():
                _walk_output(node, place, made)
            case nodes.If():
                for branch in (node.body, *(each.body for each in node.elif_), node.else_):
                    _walk_branch(branch, place, made)
            case nodes.For() if not node.recursive:
                _walk_branch(node.body, place, made)
                _walk_branch(node.else_, place, made)
            case nodes.With():
                _walk_branch(node.body, place, made)
            case nodes.Assign():
                pass
            case _:
                raise UnprovenError(type(node).__name__)


def _walk_branch(body: list[nodes.Node], place: _Place, made: Skeleton) -> None:
    """(1) A branch ends where it began."""
    marked = not place.tag and place.open
    made.pieces.append(BEGIN if marked else "")
    inside = place.copy()
    _walk(body, inside, made)
    if not inside.same(place):
        raise UnprovenError("a branch that does not end where it began")
    made.pieces.append(END if marked else "")


def _walk_output(node: nodes.Output, place: _Place, made: Skeleton) -> None:
    for at, piece in enumerate(node.nodes):
        if isinstance(piece, nodes.TemplateData):
            if _ILLEGAL.search(piece.data) or _ESCAPED.search(piece.data):
                raise UnprovenError("a character that XML does not allow")
            _scan(piece.data, place)
            made.pieces.append(piece.data)
            continue
        if not place.tag and not place.open:
            raise UnprovenError("a value outside of all elements")
        if place.tag or place.open[-2:] != _RUN_TEXT:
            made.outside_runs.append((node, at))
        made.pieces.append(VALUE)


def _scan(data: str, place: _Place) -> None:
    """Go on from ``place`` over a stretch of XML."""
    at = 0
    if place.tag:
        if (rest := _REST_OF_A_VALUE.match(data)) is None:
            if "<" in data:
                raise UnprovenError("a tag within an attribute")
            return
        at = _attributes(data, rest.end(), place, place.tag)
    while (at := data.find("<", at)) >= 0:
        if data.startswith("</", at):
            closing = _CLOSING.match(data, at)
            if closing is None or not place.open or place.open.pop() != closing[1]:
                raise UnprovenError("an element closed that is not open")
            at = closing.end()
        else:
            opening = _OPENING.match(data, at)
            if opening is None:
                raise UnprovenError("a comment, an instruction, or no tag at all")
            at = _attributes(data, opening.end(), place, opening[1])


def _attributes(data: str, at: int, place: _Place, name: str) -> int:
    """Go on over the attributes of the element ``name``; where its tag ends, or all of ``data``."""
    if (tag := _ATTRIBUTES.match(data, at)) is not None:
        place.tag = ""
        if not tag[1]:
            place.open.append(name)
        return tag.end()
    if _UP_TO_A_VALUE.match(data, at) is None:
        raise UnprovenError("a value within a tag")
    place.tag = name
    return len(data)


def _check_expressions(tree: nodes.Template) -> None:
    """(2) and (3) No control characters, and nothing that cuts where something is escaped."""
    found = list(_all(tree))
    for node in found:
        unseen = isinstance(node, _UNSEEN)
        if unseen or (isinstance(node, nodes.Filter) and node.name in _ESCAPING):
            raise UnprovenError("escaped text")
        if isinstance(node, nodes.Const) and _ILLEGAL.search(str(node.value)):
            raise UnprovenError("a character that XML does not allow")
    if any(map(_makes, found)) and any(map(_cuts, found)):
        raise UnprovenError("escaped text that may be cut")


def _makes(node: nodes.Node) -> bool:
    """Whether escaped text can come of it, where there was none."""
    if isinstance(node, nodes.Call):
        return isinstance(node.node, nodes.EnvironmentAttribute) and node.node.name == "joined"
    return isinstance(node, nodes.Filter) and node.name in _MAKING


def _cuts(node: nodes.Node) -> bool:
    """Whether it can leave only some characters of a text."""
    match node:
        case nodes.Filter():
            return node.name not in _WHOLE
        case nodes.Call():
            return not isinstance(node.node, nodes.EnvironmentAttribute)
        case nodes.Getitem(arg=nodes.Const(value=str())):
            return False
    return isinstance(node, nodes.Getitem | nodes.Slice | nodes.BinExpr)


def _all(tree: nodes.Node) -> Iterator[nodes.Node]:
    yield tree
    for child in tree.iter_child_nodes():
        yield from _all(child)
