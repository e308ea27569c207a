from collections.abc import Callable

import pytest

from pipeline.office import Office
from pipeline.web.access import is_loopback
from tests.web.offices import PRINTOUT_CODE, Reader, on_network

Make = Callable[..., Office]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost", "LocalHost"]
)
def test_this_machine_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "192.168.1.9", "kantor.example", "127.1"])
def test_anything_else_is_not_this_machine(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "asked",
    [
        {"client": "192.168.1.20"},
        {"host": "kantor.example"},
        {"host": "127.0.0.1.evil.example"},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"headers": {"Via": "1.1 proxy"}},
    ],
)
def test_beranda_is_for_people_at_the_machine(open_office: Make, asked: dict[str, str]) -> None:
    reader = Reader(open_office(busy=True))
    assert reader.get("/").status_code == 200
    refused = reader.get("/", **asked)
    assert refused.status_code == 403
    assert "Triwulan" not in refused.text
    assert 'href="/"' not in refused.text


def test_a_server_on_the_network_shows_beranda_to_nobody(open_office: Make) -> None:
    reader = Reader(open_office(busy=True, web=on_network()))
    assert reader.get("/").status_code == 403
    for path in ("/v", f"/v/{PRINTOUT_CODE}", "/sehat"):
        assert reader.get(path, client="10.0.0.7", host="kantor.example").status_code == 200
