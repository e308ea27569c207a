"""The address of a database, as it is shown and passed on: its password is nobody else's."""

from sqlalchemy import make_url

_SECRET = "password"  # noqa: S105 - what libpq calls it, in the query of an address too


def password_of(url: str) -> str | None:
    """The password, wherever it stands in the address; the query counts before the rest."""
    parts = make_url(url)
    said = parts.query.get(_SECRET)
    return said if isinstance(said, str) else parts.password


def options_of(url: str) -> dict[str, str]:
    """What the query of the address says, but for a password."""
    said = make_url(url).query.items()
    return {key: value for key, value in said if isinstance(value, str) and key != _SECRET}


def shown(url: str) -> str:
    """The address as messages and logs may say it: ``***`` for a password, or nothing."""
    return make_url(url).difference_update_query([_SECRET]).render_as_string()
