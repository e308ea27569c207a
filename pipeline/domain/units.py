"""Units as people write them: ``Ton.`` is ton, ``persen`` is %, ``kg per kapita`` is kg/kapita."""

import re
from collections.abc import Mapping
from functools import lru_cache

Names = tuple[tuple[str, ...], ...]
"""Groups of names, each of one and the same unit."""

SAME_UNITS: Names = (
    ("%", "persen", "prosen", "persentase", "pct"),
    ("ton", "t", "tonnes"),
    ("kg", "kilogram", "kilo"),
    ("ha", "hektar", "hektare"),
    ("m2", "m²"),
    ("km2", "km²"),
    ("m3", "m³"),
    ("orang", "org"),
    ("rupiah", "rp", "idr"),
    ("usd", "us$", "$", "dolar"),
    ("tahun", "thn", "th"),
    ("bulan", "bln"),
    ("kapita", "kap"),
    ("ribu", "rb"),
    ("juta", "jt"),
    ("miliar", "milyar"),
    ("triliun", "trilyun"),
    ("dokumen", "dok"),
    ("indeks", "index", "poin", "skor", "angka", "nilai"),
)
"""What everybody knows; an office adds its own in ``sop.toml``."""

_WORD = re.compile(r"[^\W_]+\$?|[%‰$]")
_PER = re.compile(r"/|\bper\b", re.IGNORECASE)
Key = tuple[tuple[str, ...], ...]


def same_unit(one: str, other: str, names: Names = SAME_UNITS) -> bool:
    """Whether two writings name one unit; the order of words is free, but for ``kg/kapita``."""
    return _key(one, names) == _key(other, names)


def is_one_of(unit: str, units: tuple[str, ...], names: Names = SAME_UNITS) -> bool:
    """Whether a unit is one of ``units``, however it is written."""
    return _key(unit, names) in _keys(units, names)


@lru_cache(maxsize=64)
def _keys(units: tuple[str, ...], names: Names) -> frozenset[Key]:
    return frozenset(_key(unit, names) for unit in units)


@lru_cache(maxsize=64)
def _called(names: Names) -> Mapping[str, str]:
    return {name.casefold(): group[0].casefold() for group in names for name in group}


@lru_cache(maxsize=4096)
def _key(unit: str, names: Names) -> Key:
    """The words of what is divided and of what by, each in the name that its group begins with."""
    called = _called(names)
    parts = [[word.casefold() for word in _WORD.findall(part)] for part in _PER.split(unit)]
    return tuple(tuple(sorted(called.get(word, word) for word in part)) for part in parts if part)
