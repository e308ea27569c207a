"""The programs of PostgreSQL that dump a database and bring it back, found and called.

The address goes to them without its password, which they are handed in their environment: what
a command is called with, everybody on the machine may read.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg import conninfo
from sqlalchemy import make_url

from pipeline.errors import BackupError
from pipeline.ledger.address import options_of, password_of, shown

PLACES = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def dump(url: str, snapshot: str, target: Path) -> None:
    """The database as ``snapshot`` shows it, in PostgreSQL's custom format.

    Raises:
        BackupError: there is no fitting ``pg_dump``, or it fails.
    """
    program = _program("pg_dump", _server_version(url))
    call = [program, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
    _run([*call, f"--snapshot={snapshot}", f"--dbname={_address(url)}"], url)


def read_through(url: str, source: Path) -> None:
    """Read a dump from beginning to end, and let nothing come of it.

    Raises:
        BackupError: it cannot be read.
    """
    program = _program("pg_restore", _server_version(url))
    _run([program, "--file=/dev/null", str(source)], url)


def require_empty(url: str) -> None:
    """The database can be reached and holds nothing yet.

    Raises:
        BackupError: it cannot be reached, or holds something.
    """
    _program("pg_restore", _server_version(url))
    if tables := _tables(url):
        raise BackupError(
            f"The database {shown(url)} is not empty: it holds {len(tables)} tables, such as"
            f" {tables[0]}. Make a new one (createdb), and name that."
        )


def load(url: str, source: Path) -> None:
    """Bring a dump into an empty database; all of it, or nothing.

    Raises:
        BackupError: the dump does not go in.
    """
    program = _program("pg_restore", _server_version(url))
    call = [program, "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    _run([*call, f"--dbname={_address(url)}", str(source)], url)


def _server_version(url: str) -> int:
    try:
        with psycopg.connect(_address(url), password=password_of(url)) as server:
            return server.info.server_version // 10000
    except psycopg.Error as failed:
        raise BackupError(
            f"The database {shown(url)} cannot be reached: {failed}. Check its address, and that"
            " the server runs."
        ) from failed


def _tables(url: str) -> list[str]:
    query = (
        "SELECT schemaname || '.' || tablename FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
    )
    with psycopg.connect(_address(url), password=password_of(url)) as server:
        return [row[0] for row in server.execute(query)]


def _program(name: str, server: int) -> str:
    """The program of the server's version, or a newer one."""
    found = [str(path) for path in PLACES.glob(f"*/bin/{name}")]
    if (on_path := shutil.which(name)) is not None:
        found.insert(0, on_path)
    versions = {path: _version_of(path) for path in found}
    fitting = [path for path, version in versions.items() if version >= server]
    if fitting:
        return min(fitting, key=lambda path: versions[path])
    told = ", ".join(str(v) for v in sorted(versions.values())) or "none"
    raise BackupError(
        f"The database is PostgreSQL {server}, which needs {name} {server} or newer; found: {told}."
        f" Install it: apt-get install postgresql-client-{server}"
    )


def _version_of(program: str) -> int:
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    match = _VERSION.search(said.stdout)
    return int(match[1]) if match else 0


def _run(call: list[str], url: str) -> None:
    environment = dict(os.environ)
    if password := password_of(url):
        environment["PGPASSWORD"] = password
    done = subprocess.run(call, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-3:]
        raise BackupError(
            f"{Path(call[0]).name} failed on {shown(url)}: {' '.join(last)} Mend that, then repeat."
        )


def _address(url: str) -> str:
    """As PostgreSQL's own programs are told it, without the password."""
    parts = make_url(url)
    named = {
        "host": parts.host,
        "port": parts.port,
        "user": parts.username,
        "dbname": parts.database,
    }
    told = {key: value for key, value in {**options_of(url), **named}.items() if value}
    return conninfo.make_conninfo("", **told)
