"""How near two figures are, by how many times one is the other."""

from decimal import Decimal


def times(value: Decimal, peer: Decimal) -> Decimal | None:
    """How many times ``peer`` the value is, without signs; ``None`` where ``peer`` is zero."""
    return abs(value) / abs(peer) if peer else None


def is_nearer(candidate: Decimal, other: Decimal, goal: Decimal) -> bool:
    """Whether ``candidate`` is nearer to ``goal``: by the ratio, by the difference where none is.

    1.234 and 1,234 are as far apart from 500 in differences as they are different in size.
    """
    if not (candidate and other and goal):
        return abs(candidate - goal) < abs(other - goal)
    return _apart(candidate, goal) < _apart(other, goal)


def is_within(value: Decimal, goal: Decimal, factor: Decimal) -> bool:
    """Whether a value is between ``goal`` divided and multiplied by ``factor``, signs aside."""
    if not goal:
        return not value
    return abs(goal) / factor <= abs(value) <= abs(goal) * factor


def _apart(value: Decimal, goal: Decimal) -> Decimal:
    ratio = abs(value) / abs(goal)
    return max(ratio, 1 / ratio)
