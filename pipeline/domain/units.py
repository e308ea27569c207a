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
_BETWEEN = frozenset({"per"})


def same_unit(one: str, other: str, names: Names = SAME_UNITS) -> bool:
    """Whether two writings name one unit; the order of its words is free (``Rp juta``)."""
    return _key(one, names) == _key(other, names)


def is_one_of(unit: str, units: tuple[str, ...], names: Names = SAME_UNITS) -> bool:
    """Whether a unit is one of ``units``, however it is written."""
    return _key(unit, names) in _keys(units, names)


@lru_cache(maxsize=64)
def _keys(units: tuple[str, ...], names: Names) -> frozenset[tuple[str, ...]]:
    return frozenset(_key(unit, names) for unit in units)


@lru_cache(maxsize=64)
def _called(names: Names) -> Mapping[str, str]:
    return {name.casefold(): group[0].casefold() for group in names for name in group}


@lru_cache(maxsize=4096)
def _key(unit: str, names: Names) -> tuple[str, ...]:
    called = _called(names)
    words = (word.casefold() for word in _WORD.findall(unit))
    return tuple(sorted(called.get(word, word) for word in words if word not in _BETWEEN))
