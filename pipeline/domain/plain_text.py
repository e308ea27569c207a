"""Text from documents and file names made safe to show: nothing in it acts, nothing hides."""

import re
import unicodedata

# Controls but tab and line feed, and what XML forbids; U+0085, U+2028 and U+2029 end lines too.
_ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# Marks that turn the reading order, hide, or join: nobody sees them, and names differ by them.
_HIDES = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def plain_text(text: str) -> str:
    """``text`` without controls and without marks that turn or hide it; line breaks stay."""
    if text.isascii() and text.isprintable():
        return text
    return _HIDES.sub("", _ACTS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def visible(text: str) -> str:
    r"""``text`` on one line, what acts or hides spelt out: a line feed as ``\n``, U+202E so.

    For terminals and logs, where an escape would paint the screen and a line feed forge a line.
    """
    return "".join(map(_spelt, text)) if not text.isascii() or not text.isprintable() else text


def visible_lines(text: str) -> str:
    """The same for a text of several lines, such as a traceback."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _spelt(char: str) -> str:
    if char.isprintable() and not _HIDES.match(char):
        return char
    if unicodedata.category(char) == "Zs":
        return " "
    return char.encode("unicode_escape").decode("ascii")
