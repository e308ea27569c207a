"""The environment of all templates: staff edit them, so they may neither look around nor run away.

Loops and calls are counted and powers and repetitions bounded: a slip of the pen such as
``range(10**9)`` ends in a message instead of keeping the service busy for ever.
"""

from collections.abc import Iterable, Iterator, Sized
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

MAX_TURNS = 100_000
"""Loop turns and calls in one document; 2000 officials with ten indicators each take a quarter."""
MAX_REPEATED = 10_000  # characters or items that one repetition may make
MAX_EXPONENT = 64


class TemplateLimitError(TemplateError):
    """A template asks for more work than any document needs."""


class Sandbox(SandboxedEnvironment):
    """No dunder access, unknown fields refused, XML escaped, work bounded; for one document."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self._turns = 0
        for name in ("lipsum", "namespace"):  # of no use here but to grow without bound
            self.globals.pop(name, None)
        self.filters.pop("safe", None)  # unescaped, a name with "&" or "<" is silently lost

    def counted(self, items: Iterable[Any]) -> Iterator[Any]:
        """``items``, each counted as a turn; every ``for`` of a template goes over it."""
        for item in items:
            self._count()
            yield item

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call something from a template; macros that call themselves come to an end."""
        self._count()
        return super().call(context, called, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiply or raise, unless the result would be out of all proportion."""
        too_high = operator == "**" and isinstance(right, int) and right > MAX_EXPONENT
        if too_high or (operator == "*" and _repeated(left, right) > MAX_REPEATED):
            raise TemplateLimitError(f"hasil hitungan “{operator}” terlalu besar")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        switch = tree.find(nodes.EvalContextModifier)
        if switch is not None:
            raise TemplateSyntaxError("{% autoescape %} tidak dapat dipakai di sini", switch.lineno)
        for loop in list(tree.find_all(nodes.For)):
            counter = nodes.EnvironmentAttribute("counted")
            loop.iter = nodes.Call(counter, [loop.iter], [], None, None)
        return tree

    def _count(self) -> None:
        self._turns += 1
        if self._turns > MAX_TURNS:
            raise TemplateLimitError(
                f"perulangannya melebihi {MAX_TURNS} kali; periksa {{% for %}} dan range"
            )


def _repeated(left: Any, right: Any) -> int:
    """How long a text or a list becomes when it is multiplied; 0 where numbers are."""
    if isinstance(left, Sized) and isinstance(right, int):
        return len(left) * right
    if isinstance(right, Sized) and isinstance(left, int):
        return len(right) * left
    return 0
