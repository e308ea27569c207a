import threading
from collections.abc import Callable

import httpx
import pytest

from pipeline.errors import ConfigurationError
from pipeline.office import Office
from pipeline.settings import WebSection
from pipeline.web.server import WebServer

Make = Callable[..., Office]
ANY_PORT = WebSection(port=0)


def test_it_answers_until_it_is_stopped(open_office: Make) -> None:
    server = WebServer(open_office(busy=True, web=ANY_PORT))
    server.start()
    url = server.url
    try:
        assert url.startswith("http://127.0.0.1:")
        home = httpx.get(url)
        assert home.status_code == 200
        assert "Triwulan III" in home.text
        assert "server" not in home.headers
        assert home.headers["cache-control"] == "no-store"
        assert httpx.get(f"{url}/sehat").json()["database"] is True
        assert httpx.get(url, headers={"X-Forwarded-For": "10.0.0.7"}).status_code == 403
    finally:
        server.stop()
    assert server.url == ""
    assert not [t for t in threading.enumerate() if t.name == "kinerja-web"]
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    server.stop()


def test_a_port_that_is_taken_is_a_matter_of_configuration(open_office: Make) -> None:
    first = WebServer(open_office(web=ANY_PORT))
    first.start()
    try:
        port = int(first.url.rpartition(":")[2])
        second = WebServer(open_office(web=WebSection(port=port)))
        with pytest.raises(ConfigurationError, match=rf"port {port}.*\[web\] host and port"):
            second.start()
        second.stop()
    finally:
        first.stop()


def test_an_address_of_another_machine_is_refused(open_office: Make) -> None:
    server = WebServer(open_office(web=WebSection(host="192.0.2.1", port=0)))
    with pytest.raises(ConfigurationError, match=r"192\.0\.2\.1"):
        server.start()
