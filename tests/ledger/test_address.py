"""Addresses of databases: what may be shown of them, and what their programs are told."""

import pytest

from pipeline.ledger.address import options_of, password_of, shown

AT = "postgresql+psycopg://kinerja{}@127.0.0.1:5432/kantor{}"


@pytest.mark.parametrize(
    ("url", "password"),
    [
        (AT.format(":rahasia", ""), "rahasia"),
        (AT.format(":ra%2Fhasia", "?sslmode=require"), "ra/hasia"),
        (AT.format("", "?password=rahasia&sslmode=require"), "rahasia"),
        (AT.format(":lama", "?password=rahasia"), "rahasia"),
        (AT.format("", ""), None),
        ("sqlite:////data/kinerja.db", None),
    ],
)
def test_a_password_is_found_wherever_it_stands_and_not_shown(
    url: str, password: str | None
) -> None:
    assert password_of(url) == password
    assert "hasia" not in shown(url)
    assert "lama" not in shown(url)
    assert options_of(url) == ({"sslmode": "require"} if "sslmode" in url else {})
