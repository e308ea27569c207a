"""The environment of all templates: staff edit them, so they may neither look around nor run away.

Loops, calls and filters are counted and everything that grows is bounded: a slip of the pen such as
``range(10**9)``, or a text doubled thirty times, ends in a message instead of keeping the service
busy for ever.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from itertools import islice
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.runtime import Context, markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_TURNS = 100_000
"""Loop turns, calls and filters in one document; 2000 officials with ten indicators each take a
quarter."""
MAX_REPEATED = 10_000  # characters or items that one repetition may make, places of a padding
MAX_TEXT = 100_000  # characters or items of one value
MAX_BITS = 4_096  # of a whole number
MAX_MADE = 20_000_000  # characters and items of all values that a template makes
MAX_WRITTEN = 150_000_000  # characters of XML in one document, all parts together
MAX_CPU_S = 60.0  # of one document
_TURNS_A_LOOK = 64  # after so many turns the processor's time is asked for
_PIECES_A_LOOK = 256  # after so many pieces their length is added up

_PLAIN_METHODS = frozenset(
    {
        "upper",
        "lower",
        "title",
        "capitalize",
        "casefold",
        "swapcase",
        "strip",
        "lstrip",
        "rstrip",
        "startswith",
        "endswith",
        "split",
        "rsplit",
        "splitlines",
        "partition",
        "rpartition",
        "find",
        "rfind",
        "index",
        "count",
        "removeprefix",
        "removesuffix",
        "isalnum",
        "isalpha",
        "isdecimal",
        "isdigit",
        "islower",
        "isnumeric",
        "isspace",
        "istitle",
        "isupper",
    }
)
"""What a text may be asked; the others can make it as long as one likes."""
_DICT_METHODS = frozenset(dir(dict))
_GROWING = frozenset({"replace", "indent", "wordwrap"})
_DROPPED_FILTERS = ("safe", "format", "pprint", "tojson", "urlize", "xmlattr")
"""``safe``: unescaped, a name with "&" or "<" is silently lost. The others can grow or look in."""
TEXT_ONLY = "text only"
"""The filter that lets no picture pass; no template can name it."""
_DRAWING = "<w:drawing>"
_REFUSED = {
    nodes.EvalContextModifier: "{% autoescape %}",
    nodes.Include: "{% include %}",
    nodes.Import: "{% import %}",
    nodes.FromImport: "{% from … import %}",
    nodes.Extends: "{% extends %}",
}


class TemplateLimitError(TemplateError):
    """A template asks for more work than any document needs."""


class ForbiddenTagError(TemplateSyntaxError):
    """A template uses a tag that reads other files or lets XML through."""


class Work:
    """What one document has cost so far; ``room`` is how many characters may still be written."""

    def __init__(self) -> None:
        self.turns, self.made, self.room = 0, 0, MAX_WRITTEN
        self.started = time.thread_time()

    def count(self) -> None:
        """One more turn of a loop, call or filter.

        Raises:
            TemplateLimitError: it is one too many, or the document takes too long.
        """
        self.turns += 1
        if self.turns > MAX_TURNS:
            raise TemplateLimitError(
                f"perulangannya melebihi {MAX_TURNS} kali; periksa {{% for %}} dan range"
            )
        if self.turns % _TURNS_A_LOOK == 0 and time.thread_time() - self.started > MAX_CPU_S:
            raise TemplateLimitError("pengisiannya terlalu lama; periksa {% for %} dan range")


_work: ContextVar[Work] = ContextVar("work")


@contextmanager
def bounded_work() -> Iterator[None]:
    """One document: all that is parsed, compiled and rendered inside is counted together.

    Nothing of a `Sandbox` works outside. Each thread counts for itself, so that one compiled
    template may be rendered by many at once.
    """
    token = _work.set(Work())
    try:
        yield
    finally:
        _work.reset(token)


class Sandbox(ImmutableSandboxedEnvironment):
    """No dunder access, unknown fields refused, XML escaped; the work of a document bounded."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, undefined: type[Undefined] = StrictUndefined) -> None:
        super().__init__(undefined=undefined, autoescape=True)
        for name in ("lipsum", "namespace"):  # of no use here but to grow without bound
            self.globals.pop(name, None)
        for name in _DROPPED_FILTERS:
            self.filters.pop(name, None)
        self.filters = {name: self._bounded(name, f) for name, f in self.filters.items()}
        self.filters[TEXT_ONLY] = _text_only
        self.concat = _concat  # type: ignore[method-assign]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of something; of a dict at once, which Jinja would first ask for an attribute."""
        if type(obj) is dict and attribute not in _DICT_METHODS and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def counted(self, items: Iterable[Any]) -> Iterator[Any]:
        """``items``, each counted as a turn; every ``for`` of a template goes over it."""
        count = _work.get().count
        for item in items:
            count()
            yield item

    def joined(self, *parts: Any) -> Any:
        """What ``~`` makes of its sides."""
        return _kept(markup_join([_sized(part) for part in parts]))

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call something from a template; macros that call themselves come to an end."""
        _work.get().count()
        return _kept(super().call(context, called, *args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Add, multiply or raise, unless the result would be out of all proportion."""
        if _out_of_proportion(operator, left, right):
            raise TemplateLimitError(f"hasil hitungan “{operator}” terlalu besar")
        return _kept(super().call_binop(context, operator, left, right))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Nothing private, nothing that changes a value, and of texts and numbers very little."""
        if isinstance(obj, int | float | bytes) or (
            isinstance(obj, str) and attr not in _PLAIN_METHODS
        ):
            return False
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """``str.format`` pads to any width, so it stays what the sandbox refuses."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for kind, written in _REFUSED.items():
            if (found := tree.find(kind)) is not None:
                raise ForbiddenTagError(f"{written} tidak dapat dipakai di sini", found.lineno)
        for loop in list(tree.find_all(nodes.For)):
            loop.iter = _call("counted", [loop.iter])
        for block in tree.find_all(nodes.AssignBlock):
            block.filter = nodes.Filter(block.filter, "string", [], [], None, None)
        _replace_concatenations(tree)
        return tree

    def _bounded(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def bounded(*args: Any, **kwargs: Any) -> Any:
            _work.get().count()
            given = [*args, *kwargs.values()]
            _check_filter(name, given)
            if name == "join":
                args = tuple(_all_sized(arg) for arg in args)
            return _kept(function(*args, **kwargs))

        return bounded


def _text_only(value: Any) -> Any:
    """``value``, which stands where a picture would break the document."""
    if type(value) is not str and hasattr(value, "__html__") and _DRAWING in value.__html__():
        raise TemplateLimitError("gambar hanya dapat ditempatkan di tengah teks")
    return value


def _kept(value: Any) -> Any:
    """A value that the template has made, counted by its length."""
    work = _work.get()
    work.made += _length(_sized(value))
    if work.made > MAX_MADE:
        raise TemplateLimitError("isian yang dibuatnya terlalu banyak; periksa {% for %}")
    return value


def _concat(pieces: Iterable[str]) -> str:
    """All pieces in one, unless they are too long: they are counted before they are joined."""
    work, rest = _work.get(), iter(pieces)
    kept: list[str] = []
    while chunk := list(islice(rest, _PIECES_A_LOOK)):
        work.room -= sum(map(len, chunk))
        if work.room < 0:
            raise TemplateLimitError("isinya terlalu panjang; periksa {% for %}")
        kept += chunk
    return "".join(kept)


def _call(method: str, arguments: list[Any]) -> nodes.Call:
    """A call of a method of the sandbox."""
    return nodes.Call(nodes.EnvironmentAttribute(method), arguments, [], None, None)


def _replace_concatenations(node: nodes.Node) -> None:
    """Have ``a ~ b`` made by `Sandbox.joined`, however deep it stands."""
    for field, value in list(node.iter_fields()):
        if isinstance(value, nodes.Node):
            _replace_concatenations(value)
            setattr(node, field, _joined(value))
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, nodes.Node):
                    _replace_concatenations(each)
            value[:] = [_joined(each) for each in value]


def _joined(node: Any) -> Any:
    return _call("joined", node.nodes) if isinstance(node, nodes.Concat) else node


def _out_of_proportion(operator: str, left: Any, right: Any) -> bool:
    if operator == "%":  # of a text this pads to any width
        return isinstance(left, str)
    if operator == "+":
        return _length(left) + _length(right) > MAX_TEXT
    if isinstance(left, int) and isinstance(right, int):
        if operator == "*":
            return left.bit_length() + right.bit_length() > MAX_BITS
        return max(left.bit_length(), 1) * abs(right) > MAX_BITS
    return operator == "*" and _repeated(left, right) > MAX_REPEATED


def _repeated(left: Any, right: Any) -> int:
    """How long a text or a list becomes when it is multiplied; 0 where numbers are."""
    if isinstance(left, Sized) and isinstance(right, int):
        return len(left) * right
    if isinstance(right, Sized) and isinstance(left, int):
        return len(right) * left
    return 0


def _length(value: Any) -> int:
    return len(value) if isinstance(value, Sized) else 0


def _sized(value: Any) -> Any:
    """``value``, unless it has grown too long."""
    if _length(value) > MAX_TEXT:
        raise TemplateLimitError(f"sebuah isian melebihi {MAX_TEXT} karakter")
    return value


def _all_sized(items: Any) -> Any:
    """``items`` as a list, unless they are too long when they are joined."""
    if isinstance(items, str) or not isinstance(items, Iterable):
        return items
    listed = list(items)
    if sum(len(str(item)) for item in listed) > MAX_TEXT:
        raise TemplateLimitError(f"sebuah isian melebihi {MAX_TEXT} karakter")
    return listed


def _check_filter(name: str, given: list[Any]) -> None:
    """Refuse a filter that would pad, repeat or add up to something huge."""
    if any(isinstance(each, int) and abs(each) > MAX_REPEATED for each in given[1:]):
        raise TemplateLimitError(f"ukuran pada saringan “{name}” terlalu besar")
    texts = [len(each) + 1 for each in given if isinstance(each, str)]
    product = 1
    for length in texts:
        product *= length
    lists = name == "sum" and any(isinstance(each, list | str) for each in given[1:])
    if lists or (name in _GROWING and product > MAX_TEXT):
        raise TemplateLimitError(f"hasil saringan “{name}” terlalu besar")
