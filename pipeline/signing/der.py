"""Whether bytes are in DER, the one encoding of a value (ITU-T X.690 §8, §10, §11).

asn1crypto can encode anew what it has read, to be compared; but that takes 40 ms for one signature.
Here only the frames are walked.
"""

from collections.abc import Iterator

from asn1crypto import parser

UNIVERSAL, CONSTRUCTED = 0, 1
BOOLEAN, INTEGER, BIT_STRING, NULL, OBJECT_IDENTIFIER, ENUMERATED = 1, 2, 3, 5, 6, 10
SEQUENCE, SET = 16, 17
MOST_NESTED = 64

Frame = tuple[int, int, int, bytes, bytes, bytes]
"""Class, method and number of a tag; header, contents and trailer as they stand."""


def is_der(data: bytes) -> bool:
    """Whether ``data`` is one value, encoded as DER demands; nothing may follow it.

    Lengths are definite and as short as they can be (§10.1), strings in one piece (§10.2), sets in
    order (§11.6), booleans, integers and the rest as they must be (§11.1, §8.3.2, §8.19.2, §11.2).
    A set under a tag of its context cannot be told from a sequence.
    """
    try:
        return len(list(_frames(data))) == 1 and _all_canonical(data, MOST_NESTED)
    except (ValueError, IndexError):
        return False


def _all_canonical(data: bytes, depth: int) -> bool:
    return depth > 0 and all(_is_canonical(frame, depth) for frame in _frames(data))


def _is_canonical(frame: Frame, depth: int) -> bool:
    cls, method, tag, header, contents, trailer = frame
    if trailer or header + contents != parser.emit(cls, method, tag, contents):
        return False
    if cls == UNIVERSAL and (method == CONSTRUCTED) != (tag in {SEQUENCE, SET}):
        return False
    if method == CONSTRUCTED:
        ordered = cls != UNIVERSAL or tag != SET or in_order(map(_whole, _frames(contents)))
        return ordered and _all_canonical(contents, depth - 1)
    return cls != UNIVERSAL or _is_canonical_primitive(tag, contents)


def in_order(encodings: Iterator[bytes]) -> bool:
    """Whether the members of a set stand in the order of their encodings (§11.6)."""
    found = list(encodings)
    return found == sorted(found)


def _is_canonical_primitive(tag: int, contents: bytes) -> bool:
    if tag == BOOLEAN:
        return contents in (b"\x00", b"\xff")
    if tag in {INTEGER, ENUMERATED}:
        return _is_shortest_integer(contents)
    if tag == NULL:
        return not contents
    if tag == BIT_STRING:
        unused = contents[0]
        return unused < 8 and not (contents[-1] & ((1 << unused) - 1) if contents[1:] else unused)
    if tag == OBJECT_IDENTIFIER:
        starts = (0, *(n for n, byte in enumerate(contents, 1) if byte < 0x80))
        return contents[-1] < 0x80 and all(contents[n] != 0x80 for n in starts[:-1])
    return True


def _is_shortest_integer(contents: bytes) -> bool:
    first = contents[0]
    if len(contents) == 1 or first not in {0x00, 0xFF}:
        return True
    return (contents[1] >= 0x80) == (first == 0x00)


def _whole(frame: Frame) -> bytes:
    return frame[3] + frame[4] + frame[5]


def _frames(data: bytes) -> Iterator[Frame]:
    """The values that follow one another in ``data``.

    Raises:
        ValueError: one is cut off.
    """
    while data:
        frame: Frame = parser.parse(data)
        yield frame
        data = data[len(_whole(frame)) :]
