import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import html
from sqlalchemy import text
from structlog.testing import capture_logs

from pipeline.office import Office
from pipeline.web.headers import HEADERS
from pipeline.web.site import STATIC
from tests.web.offices import NIP, PRINTOUT_CODE, Reader

PACKAGE = Path(__file__).parents[2] / "pipeline"
PATHS = {
    "/": 200,
    "/v": 200,
    "/v?kode=O0": 400,
    "/v/K7M2PQX9RA": 200,
    "/v/S5T8WZ4NHC": 200,
    f"/v/{PRINTOUT_CODE}": 200,
    "/v/ABC": 404,
    "/v/AAAAAAAAAA": 404,
    "/tidak/ada": 404,
}
Make = Callable[..., Office]


@pytest.fixture
def reader(open_office: Make) -> Reader:
    return Reader(open_office(busy=True))


@pytest.mark.parametrize(("path", "status"), PATHS.items())
def test_each_page_stands_on_its_own_ground(reader: Reader, path: str, status: int) -> None:
    answer = reader.get(path)
    assert answer.status_code == status
    assert {k: answer.headers[k] for k in HEADERS} == HEADERS
    page = html.fromstring(answer.text)
    assert page.get("lang") == "id"
    assert len(page.findall(".//h1")) == 1
    assert page.findtext(".//title").startswith(" ") is False
    ids = Counter(page.xpath("//@id"))
    assert max(ids.values()) == 1
    named = (
        page.xpath("//@aria-labelledby | //label/@for")
        + " ".join(page.xpath("//@aria-describedby")).split()
    )
    assert set(named) <= set(ids)
    assert not page.xpath("//script | //*[@style] | //style | //*[@onclick]")
    assert "Traceback" not in answer.text
    assert NIP not in answer.text


@pytest.mark.parametrize("path", PATHS)
def test_no_page_leads_to_nowhere_or_to_another_host(reader: Reader, path: str) -> None:
    page = html.fromstring(reader.get(path).text)
    for target in set(page.xpath("//@href | //@src | //@action")):
        assert not urlsplit(target).netloc, target
        if not target.startswith("#"):
            assert reader.get(target).status_code == 200, target
        else:
            assert page.xpath(f"//*[@id='{target[1:]}']")


def test_static_files_may_be_kept_and_nothing_else_is_served(reader: Reader) -> None:
    for name, media_type in STATIC.items():
        answer = reader.get(f"/static/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(media_type)
        assert "immutable" in answer.headers["cache-control"]
    for name in ("app.py", "%2e%2e/app.py", "..%2fapp.py", ""):
        assert reader.get(f"/static/{name}").status_code == 404


def test_only_reading_is_possible(reader: Reader) -> None:
    answer = reader.get("/", method="POST")
    assert answer.status_code == 405
    assert "hanya untuk dibaca" in answer.text
    assert reader.get("/v", method="HEAD").status_code == 200
    for path in ("/docs", "/openapi.json", "/redoc"):
        assert reader.get(path).status_code == 404


def test_a_fault_of_ours_is_told_calmly(open_office: Make) -> None:
    office = open_office(busy=True)
    with office.ledger.engine.begin() as connection:
        connection.execute(text("DROP TABLE record"))
    with capture_logs() as logs:
        answer = Reader(office).get("/")
    assert answer.status_code == 500
    assert "Ada gangguan" in answer.text
    assert "record" not in answer.text
    assert {k: answer.headers[k] for k in HEADERS} == HEADERS
    incident = html.fromstring(answer.text).findtext(".//strong")
    assert [line["incident"] for line in logs if line["log_level"] == "error"] == [incident]


def test_the_pages_travel_with_the_package(tmp_path: Path) -> None:
    """As from a wheel: nothing is looked up beside the checkout, not even a real folder."""
    archive = tmp_path / "pipeline.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in PACKAGE.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                packed.write(path, Path("pipeline", path.relative_to(PACKAGE)))
    script = (
        "from pipeline.web import site\n"
        "assert '.zip' in site.__file__\n"
        "assert all(map(site.static_file, site.STATIC))\n"
        "environment = site._environment()\n"
        "names = environment.list_templates()\n"
        "assert len(names) > 8\n"
        "[environment.get_template(name) for name in names]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(archive)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
