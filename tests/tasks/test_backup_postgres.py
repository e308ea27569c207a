"""What PostgreSQL's own programs are called with: everybody on the machine may read that."""

import shutil
from pathlib import Path

import psycopg
import pytest

from pipeline.tasks.backup import postgres
from tests.ledger.postgres import cluster

WATCHED = """#!/bin/sh
echo "$@" >> "{said}"
echo "PGPASSWORD=$PGPASSWORD" >> "{heard}"
exec "{real}" "$@"
"""


@pytest.mark.slow
@pytest.mark.parametrize("where", ["in the query", "before the host"])
def test_a_password_is_handed_over_in_the_environment_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    said, heard = tmp_path / "kata", tmp_path / "lingkungan"
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("pg_dump", "pg_restore"):
        watched = programs / name
        watched.write_text(WATCHED.format(said=said, heard=heard, real=shutil.which(name)))
        watched.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    with cluster() as server:
        old, new = server.database("template0"), server.database("template0")
        if where == "in the query":
            old, new = f"{old}?password=rahasia", f"{new}?password=rahasia"
        else:
            old, new = (url.replace("kinerja@", "kinerja:rahasia@") for url in (old, new))
        with psycopg.connect(old.replace("+psycopg", "")) as held:
            held.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            (name,) = held.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
            postgres.dump(old, name, tmp_path / "salinan")
        postgres.read_through(old, tmp_path / "salinan")
        postgres.load(new, tmp_path / "salinan")
    assert "--dbname=" in said.read_text()
    assert "rahasia" not in said.read_text()
    assert set(heard.read_text().split()) == {"PGPASSWORD=rahasia", "PGPASSWORD="}
