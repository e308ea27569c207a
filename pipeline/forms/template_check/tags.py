"""The tags of a part as Jinja comes to see them, each with its place, and mended where faulty.

A tag is taken as docxtpl leaves it (without ``tr``, ``p`` …), and finds its place by what it says:
the second ``{{ kode }}`` of the part is the second one that somebody wrote. A faulty one is
replaced by one that does nothing, so that what else is wrong comes to light at once.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.forms.compiled.part import DOCXTPL
from pipeline.forms.template_check.places import Writing

TAG = re.compile(r"\{([{%])(-?)(.*?)-?[}%]\}", re.DOTALL)
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_ALIKE = str.maketrans("“”‘’", "\"\"''")
_KIND = re.compile(r"^(?:tr|tc|p|r)\s|^(?:colspan|cellbg)\s")
_NOTHING = "{#\n#}"
_MENDED = {
    "for": "{% for _ in () %}",
    "if": "{% if false %}",
    "elif": "{% elif false %}",
    "with": "{% with %}",
    "filter": "{% filter string %}",
}


@dataclass(frozen=True)
class Tag:
    """``words`` is what stands between the braces, ``prints`` whether it is ``{{ … }}``."""

    words: str
    prints: bool
    place: str

    @property
    def verb(self) -> str:
        """The first word of ``{% … %}``; empty for ``{{ … }}``."""
        return "" if self.prints else (self.words.split() or [""])[0]

    @property
    def written(self) -> str:
        """The tag itself."""
        return f"{{{{ {self.words} }}}}" if self.prints else f"{{% {self.words} %}}"

    @property
    def mended(self) -> str:
        """A tag in its place that does nothing."""
        return "" if self.prints else _MENDED.get(self.verb, "")


@dataclass
class Tagged:
    """A part between its tags: ``between[n]`` stands before ``tags[n]``, the last one at the end.

    ``mended`` is what stands in place of faulty tags, by their number.
    """

    between: list[str]
    tags: list[Tag]
    mended: dict[int, str] = field(default_factory=dict)

    def mend(self, number: int) -> None:
        """Have a tag do nothing; a block stays one."""
        self.mended.setdefault(number, self.tags[number].mended)

    def cut(self, number: int) -> None:
        """Leave a tag out, which neither opens nor closes a block any more."""
        self.mended[number] = ""

    def source(self) -> str:
        """The template, with each tag on a line of its own: tag ``n`` on line ``n + 2``."""
        pieces = [self.between[0]]
        for number, tag in enumerate(self.tags):
            written = self.mended.get(number, tag.written)
            start = f"{written[:2]}\n{written[2:]}" if written else _NOTHING
            pieces += (start, self.between[number + 1])
        return "".join(pieces)

    def tag_on(self, line: int) -> int:
        """The number of the tag on a line of `source`."""
        return min(max(line - 2, 0), len(self.tags) - 1)


def tagged(xml: str, places: Iterable[Writing]) -> Tagged:
    """The tags of a part, given as XML, in the order in which Jinja comes to them."""
    known: defaultdict[str, list[str]] = defaultdict(list)
    for writing in places:
        for found in TAG.finditer(writing.text):
            known[_words(found)].append(writing.place)
    patched = _COMMENT.sub("", DOCXTPL.patch_xml(xml)).replace("\n", " ")
    seen: Counter[str] = Counter()
    between: list[str] = []
    tags: list[Tag] = []
    at, raw = 0, False
    for found in TAG.finditer(patched):
        words = _words(found)
        if raw and words != "endraw":
            continue
        raw = words == "raw" and found[1] == "%"
        where = known[words] or ["isi berkas"]
        tags.append(Tag(words, found[1] == "{", where[min(seen[words], len(where) - 1)]))
        seen[words] += 1
        between.append(patched[at : found.start()])
        at = found.end()
    return Tagged([*between, patched[at:]], tags)


def _words(found: re.Match[str]) -> str:
    return _KIND.sub("", " ".join(found[3].translate(_ALIKE).split()))
