"""LibreOffice behind its walls: what a document that has taken it over could still reach."""

import ast
import io
import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
import pytest
from PIL import Image

from pipeline.pdf import office as office_module
from pipeline.pdf import profile
from pipeline.pdf.convert import TO_PDF
from pipeline.pdf.office import BESIDE, WORKER, Office, OfficeLost, OfficeStuck
from pipeline.pdf.package import safe_copy
from pipeline.pdf.program import bridge_environment, find_office
from pipeline.pdf.text import text_of

from .documents import PICTURE, rewritten, with_body, with_relationship

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SECRET = "Rahasia kantor 31415"

BEHIND = """
import importlib.util, json, os, sys
from pathlib import Path
walls_file, behind_file, binary, scratch, *tries = sys.argv[1:]
def loaded(path):
    spec = importlib.util.spec_from_file_location("module", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
walls, behind = loaded(walls_file), loaded(behind_file)
around = os.open(str(Path(scratch).parent), os.O_RDONLY)
stand = behind.go_behind(walls, binary, Path(scratch), around, ())
if os.fork() == 0:
    stand["filter"] = walls.forbid_calls(sockets=walls.LOCAL, program=True)
    said = []
    for one in tries:
        try:
            exec(one)
            said.append("")
        except OSError as refused:
            said.append(type(refused).__name__)
    print(json.dumps([stand, said]), flush=True)
    os._exit(0)
os.wait()
"""


def behind(scratch: Path, *tries: str) -> list[str]:
    """What the system says to each line of Python where soffice stands; empty where it lets it."""
    program = find_office()
    known = (*BESIDE, program.binary)
    told = subprocess.run(
        [program.python, "-I", "-c", BEHIND, *known, scratch, *tries],
        capture_output=True,
        check=True,
        env={**bridge_environment(), "KINERJA_PIN": "123456"},
    )
    stand, said = json.loads(told.stdout)
    if not all(stand.values()):
        pytest.skip(f"this machine lacks a wall: {stand}")
    return list(said)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("path", [WORKER, *BESIDE], ids=lambda path: path.name)
def test_an_old_interpreter_can_read_them(path: Path) -> None:
    """LibreOffice's own Python may be 3.8."""
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.fixture
def scratch() -> Iterator[Path]:
    with TemporaryDirectory(prefix="kinerja-office-") as folder:
        yield Path(folder)


@pytest.fixture
def state() -> Iterator[Path]:
    """A state folder of an office, which is not where LibreOffice has its own `/tmp`."""
    with TemporaryDirectory(dir="/var/tmp") as folder:
        key = Path(folder, "kunci.p12")
        key.write_text(SECRET)
        yield Path(folder)
        assert key.read_text() == SECRET


def test_nothing_of_the_office_can_be_read_or_changed(scratch: Path, state: Path) -> None:
    key = state / "kunci.p12"
    said = behind(
        scratch,
        f"open({str(key)!r})",
        f"os.listdir({str(state)!r})",
        f"open({str(key)!r}, 'a')",
        f"os.unlink({str(key)!r})",
        f"os.rename({str(key)!r}, {str(scratch / 'x')!r})",
        f"open({str(state / 'baru')!r}, 'w')",
        f"os.mkdir({str(state / 'baru')!r})",
        f"os.symlink('/', {str(state / 'baru')!r})",
        f"os.truncate({str(key)!r}, 0)",
        "open('/etc/shadow')",
        "os.listdir('/home')",
        "os.listdir(os.path.expanduser('~'))",
        f"open('/proc/{os.getpid()}/environ')",
        "open('/tmp/baru', 'w')",
    )
    assert set(said) == {"PermissionError", "OSError"}  # a rename leads to another file system
    assert os.listdir(state) == ["kunci.p12"]


def test_nobody_can_be_called_started_or_signalled(scratch: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        said = behind(
            scratch,
            f"__import__('socket').create_connection(('127.0.0.1', {port}), 5)",
            "os.execv('/bin/sh', ['sh'])",
            "os.execv('/usr/bin/env', ['env'])",
            "os.fork()",
            f"os.kill({os.getpid()}, 0)",
            "os.kill(os.getppid(), 0)",
            f"__import__('resource').prlimit({os.getpid()}, 4)",
        )
    assert said == ["PermissionError"] * len(said)


def test_no_program_of_this_machine_is_called_by_its_socket(scratch: Path, state: Path) -> None:
    """Such as PostgreSQL, which knows the service's account by the socket alone."""
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as near:
        server.bind(str(state / ".s.PGSQL.5432"))
        server.listen()
        near.bind(str(scratch / "near"))
        near.listen()
        made = "__import__('socket').socket"
        said = behind(
            scratch,
            f"{made}(1).connect({str(state / '.s.PGSQL.5432')!r})",
            f"{made}(1).connect({str(scratch / 'near')!r})",
            f"{made}(1, 2)",
            f"{made}(1).bind('/tmp/own')",
        )
    assert said == ["PermissionError"] * 3 + [""]


def test_what_libreoffice_needs_it_has(scratch: Path) -> None:
    inside, pipe = scratch / "tmp", "/tmp/OSL_PIPE_x"
    said = behind(
        scratch,
        f"os.mkdir({str(inside)!r}); open({str(inside / 'a')!r}, 'w')",
        f"os.unlink({str(inside / 'a')!r}); os.rmdir({str(inside)!r})",
        "os.listdir('/usr/share/fonts')",
        f"__import__('socket').socket(1).bind({pipe!r}); os.unlink({pipe!r})",
    )
    assert said == [""] * len(said)
    assert not Path(pipe).exists()


def test_soffice_itself_stands_behind_them(form: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINERJA_PIN", "123456")
    office = Office(find_office())
    office.start()
    try:
        if not office.protection.complete:
            pytest.skip(f"this machine lacks {office.protection.missing()}")
        status = [status_of(pid) for pid in group(office.worker_pid or 0)]
        assert len(status) == 2  # the worker and soffice
        known = [Path(f"/proc/{pid}/environ").read_bytes() for pid in group(office.worker_pid or 0)]
        assert all(b"KINERJA_PIN" not in environment for environment in known)
        assert all(re.search(r"^NoNewPrivs:\s1$", text, re.M) for text in status)
        assert all(re.search(r"^CapEff:\s0+$", text, re.M) for text in status)
        assert sum(bool(re.search(r"^Seccomp:\s2$", text, re.M)) for text in status) == 1
        assert office.convert(safe_copy(form), TO_PDF, 60).startswith(b"%PDF")
    finally:
        office.stop()


def status_of(pid: int) -> str:
    return Path(f"/proc/{pid}/status").read_text()


def group(leader: int) -> list[int]:
    """The processes of a group."""
    found = subprocess.run(["pgrep", "-g", str(leader)], capture_output=True, text=True, check=True)
    return [int(line) for line in found.stdout.split()]


@pytest.fixture(scope="module")
def trusting() -> Iterator[Office]:
    """An office whose profile fetches what a document links: only the walls are left."""
    lax = [entry for entry in profile.SETTINGS if entry[1] != "BlockUntrustedRefererLinks"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(profile, "SETTINGS", lax)
        office = Office(find_office())
        office.start()
    if not office.protection.landlock:
        office.stop()
        pytest.skip("this kernel has no Landlock")
    yield office
    office.stop()


def test_a_linked_picture_is_out_of_reach(
    trusting: Office, form: Path, state: Path, tmp_path: Path
) -> None:
    known, secret = find_office().soffice.with_name("intro.png"), state / "tanda-tangan.png"
    Image.effect_noise((400, 400), 90).save(secret)
    assert pictures(trusting, form, tmp_path, known) > 0  # so the link itself works
    assert pictures(trusting, form, tmp_path, secret) == 0


def pictures(office: Office, form: Path, folder: Path, target: Path) -> int:
    """How many pictures the PDF of a form has that links to one."""
    kind, href = f"{R}/image", target.as_uri()
    link = f'<Relationship Id="rIdX" Type="{kind}" Target="{href}" TargetMode="External"/>'

    def change(parts: dict[str, bytes]) -> None:
        with_relationship(parts, link)
        with_body(parts, PICTURE)

    source = rewritten(form, folder / "luar.docx", change)
    pdf = office.convert(source.read_bytes(), TO_PDF, 60)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return sum(len(page.get_images()) for page in opened.pages)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> INCLUDETEXT "{0}"'
            ' </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>',
            '<w:r><w:t>-</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
        ),
        (
            "<w:fldSimple w:instr=' DDEAUTO soffice \"{0}\" x '><w:r><w:t>-</w:t></w:r>",
            "</w:fldSimple>",
        ),
    ],
)
def test_a_text_from_elsewhere_is_out_of_reach(
    trusting: Office, form: Path, state: Path, tmp_path: Path, before: str, after: str
) -> None:
    secret = state / "rahasia.txt"
    secret.write_text(SECRET)
    body = f"<w:p>{before.format(secret)}{after}</w:p>"
    source = rewritten(form, tmp_path / "luar.docx", lambda parts: with_body(parts, body))
    pdf = trusting.convert(source.read_bytes(), TO_PDF, 60)
    assert SECRET not in text_of(pdf, "luar.pdf")


def test_disk_is_bounded(form: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a worker whose bound is nearer, so that no disk has to be filled."""
    office = bounded_office(tmp_path, monkeypatch, "SCRATCH_BYTES", 24 << 20)
    scratch, process = office._scratch, office._process
    assert scratch is not None
    assert process is not None
    try:
        (scratch / "tmp" / "penuh").write_bytes(os.urandom(24 << 20))
        until(lambda: process.poll() is not None)
        with pytest.raises(OfficeLost):
            office.convert(safe_copy(form), TO_PDF, 60)
    finally:
        office.stop()
    assert not scratch.exists()


@pytest.mark.slow
def test_the_log_is_bounded(form: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = bounded_office(tmp_path, monkeypatch, "LOG_BYTES", 1 << 16)
    assert office._scratch is not None
    log = office._scratch / "log"
    try:
        log.write_bytes(b"x\n" * (1 << 16))
        until(lambda: log.stat().st_size == 0)
        assert office.convert(safe_copy(form), TO_PDF, 60).startswith(b"%PDF")
    finally:
        office.stop()


@pytest.mark.slow
def test_memory_is_bounded(form: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = bounded_office(tmp_path, monkeypatch, "RESIDENT_BYTES", 420 << 20)
    Image.new("RGB", (12_000, 12_000)).save(tmp_path / "besar.png")
    link = f'<Relationship Id="rIdX" Type="{R}/image" Target="media/besar.png"/>'

    def change(parts: dict[str, bytes]) -> None:
        with_relationship(parts, link)
        with_body(parts, PICTURE.replace("r:link", "r:embed"))
        parts["word/media/besar.png"] = (tmp_path / "besar.png").read_bytes()
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
            b"<Override", b'<Default Extension="png" ContentType="image/png"/><Override', 1
        )

    source = rewritten(form, tmp_path / "besar.docx", change)
    try:
        with pytest.raises(OfficeStuck):
            office.convert(source.read_bytes(), TO_PDF, 120)
        assert not office.started
    finally:
        office.stop()


def bounded_office(folder: Path, monkeypatch: pytest.MonkeyPatch, bound: str, size: int) -> Office:
    """A started office, one bound of whose worker is another."""
    text, count = re.subn(rf"(?m)^{bound} = .*$", f"{bound} = {size}", WORKER.read_text())
    assert count == 1
    (folder / "worker.py").write_text(text)
    monkeypatch.setattr(office_module, "WORKER", folder / "worker.py")
    office = Office(find_office())
    office.start()
    return office
