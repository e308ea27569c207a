"""An office brought back from a backup, onto a machine that has nothing of it.

1. The backup is whole: every file reads as its digest says, before anything is written.
2. What would be written over is looked for; then the folder is marked as unfinished.
3. The files come back, to the places that the settings name; the newest sound dossiers.
4. The database comes back, and is brought to this version.
5. Ledger and archive are compared; numbers go on past the highest of both.
6. Everything is examined as `kinerja audit` does.
7. The settings come last: from now on it is an office.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import make_url

from pipeline.archive import generation
from pipeline.errors import BackupError, UsageError
from pipeline.files import place_new, write_whole
from pipeline.ledger.sqlite_file import require_sound
from pipeline.ledger.versions import known_revisions
from pipeline.office import Office
from pipeline.settings import FILE_NAME, DatabaseSection, Settings, load_settings
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.backup import postgres
from pipeline.tasks.backup.files import database_file
from pipeline.tasks.backup.manifest import Area, Kept, Manifest, named, to_bytes
from pipeline.tasks.backup.pool import PRIVATE, Pool, Progress, owner_of, telling
from pipeline.tasks.restore.archive import RestoreFinding, bring_archive
from pipeline.tasks.restore.ledger import reconcile
from pipeline.tasks.restore.places import (
    RIGHTS,
    give,
    give_rights,
    make_all,
    make_durable,
    own_like,
    require_free,
    unfinished,
    write_files,
)

_URL = re.compile(r"^(\s*url\s*=\s*).*$", re.MULTILINE)
_DATABASE = re.compile(r"^\[database\]\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Wanted:
    """What is to be restored: ``at`` names a backup (empty: the last), ``database`` a PostgreSQL.

    ``archive`` is a living archive that outlived the machine.
    """

    at: str = ""
    archive: Path | None = None
    database: str = ""


@dataclass(frozen=True)
class RestoreReport:
    """A restored office: from which backup, how much, and what is to be known of it."""

    backup: str
    made_at: str
    office: Path
    counts: dict[str, int]
    findings: tuple[RestoreFinding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        findings = [asdict(finding) for finding in self.findings]
        told = {"ok": self.ok, "backup": self.backup, "made_at": self.made_at}
        return told | {"office": str(self.office), "counts": self.counts, "findings": findings}


def restore(
    source: Path,
    target: Path,
    wanted: Wanted,
    *,
    progress: Progress = lambda _what, _done, _of: None,
) -> RestoreReport:
    """Restore a backup out of ``source`` into the empty folder ``target``.

    Raises:
        UsageError: the folder is not empty, or the database is not of the backup's kind.
        BackupError: the backup is not whole or not readable, or the disk refuses.
    """
    source, target = source.resolve(), target.resolve()
    with telling(source):
        owner_of(source)
        with generation.locked(source):
            pool = Pool(source)
            manifest = named(pool.backups(), wanted.at)
            # (1)
            _require_whole(pool, manifest, progress)
            with telling(target), _described(pool, manifest, target, wanted) as office:
                try:
                    return _restored(office, pool, manifest, wanted, progress)
                finally:
                    office.close()


def _restored(
    office: Office, pool: Pool, manifest: Manifest, wanted: Wanted, progress: Progress
) -> RestoreReport:
    living = wanted.archive.resolve() if wanted.archive else None
    # (2)
    _require_database(office, manifest, wanted)
    _require_archive(office, living)
    require_free(office, living)
    done = 0

    def told() -> None:
        nonlocal done
        done += 1
        progress("restoring", done, len(manifest.files))

    with unfinished(office.root):
        # (3)
        make_all(office, manifest.folders, manifest.bags())
        others = (Area.ROOT, Area.ARCHIVE)
        write_files(office, pool, [f for f in manifest.files if f.area not in others], told)
        findings = bring_archive(office, pool, manifest, living, told)
        give_rights(office, manifest.folders)
        # (4)
        _bring_database(office, pool, manifest, told)
        office.ledger.migrate()
        # (5)
        digest = sha256(to_bytes(manifest)).hexdigest()
        findings += reconcile(office, manifest, digest)
        make_durable(office)
        # (6)
        spoken = {finding.place for finding in findings}
        findings += [
            RestoreFinding(f.place, f.message, f.mend)
            for f in audit(office, progress).findings
            if f.place.rstrip("/.") not in spoken
        ]
        # (7)
        settings = _settings_text(pool, manifest, wanted)
        findings += _other_database(settings, wanted)
        kept = _settings_of(manifest)
        write_whole(office.root / FILE_NAME, settings, mode=kept.mode & RIGHTS)
        give(office.root / FILE_NAME, kept.owner, kept.group)
    return RestoreReport(
        manifest.name, manifest.made_at, office.root, manifest.counts(), tuple(findings)
    )


def _require_whole(pool: Pool, manifest: Manifest, progress: Progress) -> None:
    bad = set(pool.damaged(manifest.digests(), progress))
    if bad:
        broken = [f"{kept.area}/{kept.path}" for kept in manifest.files if kept.sha256 in bad]
        named_first = broken[0] if broken else "the database"
        raise BackupError(
            f"The backup '{manifest.name}' is not whole: {len(bad)} file(s) are missing or damaged,"
            f" such as {named_first}. Nothing was restored. Take another one with --at, or another"
            " copy of the backup folder."
        )
    if manifest.database.revision not in known_revisions():
        raise BackupError(
            f"The backup '{manifest.name}' was made by a newer kinerja ({manifest.program}, tables"
            f" of version {manifest.database.revision}). Install that version, then repeat."
        )


def _settings_of(manifest: Manifest) -> Kept:
    found = [f for f in manifest.in_area(Area.ROOT) if f.path == FILE_NAME]
    if not found:
        raise BackupError(f"The backup '{manifest.name}' holds no {FILE_NAME}. Take another one.")
    return found[0]


@contextmanager
def _described(pool: Pool, manifest: Manifest, target: Path, wanted: Wanted) -> Iterator[Office]:
    """The office as it will be, before its settings stand in its folder."""
    with TemporaryDirectory(prefix="kinerja-") as folder:
        text = _settings_text(pool, manifest, wanted)
        write_whole(Path(folder) / FILE_NAME, text)
        settings: Settings = load_settings(Path(folder))
    if wanted.database:
        database = DatabaseSection(url=wanted.database)
        settings = settings.model_copy(update={"database": database})
    elif manifest.database.kind == "sqlite" and not settings.database.url.startswith("sqlite"):
        settings = settings.model_copy(update={"database": DatabaseSection()})
    yield Office(target, settings)


def _settings_text(pool: Pool, manifest: Manifest, wanted: Wanted) -> bytes:
    """The settings as they were; where they name a database as ours do, they name the new one."""
    text = pool.path(_settings_of(manifest).sha256).read_text("utf-8")
    section = _DATABASE.search(text)
    if not wanted.database or not _database_in(text) or section is None:
        return text.encode()
    before, after = text[: section.end()], text[section.end() :]
    quoted = wanted.database.replace("\\", "\\\\").replace('"', '\\"')
    changed = before + _URL.sub(lambda m: f'{m[1]}"{quoted}"', after, count=1)
    return (changed if _database_in(changed) == wanted.database else text).encode()


def _database_in(settings: str) -> str:
    return str(tomllib.loads(settings).get("database", {}).get("url", ""))


def _other_database(settings: bytes, wanted: Wanted) -> Iterator[RestoreFinding]:
    named = _database_in(settings.decode())
    if wanted.database and named and named != wanted.database:
        yield RestoreFinding(
            FILE_NAME,
            "It still names the database of the old office, in a way that cannot be changed here.",
            "Before anything is started, let [database] url name the new one.",
        )


def _require_database(office: Office, manifest: Manifest, wanted: Wanted) -> None:
    kind = manifest.database.kind
    if kind == "sqlite" and wanted.database:
        raise UsageError(
            "This backup holds a SQLite database, which is restored into the office's folder: leave"
            " --database out."
        )
    if kind == "postgresql":
        if not wanted.database:
            raise UsageError(
                "This backup holds a PostgreSQL database. Make an empty one, and name it with"
                " --database postgresql+psycopg://USER@HOST/NAME."
            )
        if make_url(office.ledger.url).get_backend_name() != kind:
            raise UsageError("--database must be the URL of a PostgreSQL database.")
        postgres.require_empty(office.ledger.url)


def _require_archive(office: Office, living: Path | None) -> None:
    if living is None:
        return
    if not living.is_dir():
        raise UsageError(f"{living}: there is no such archive. Mount it, or leave --archive out.")
    if living.is_relative_to(office.root) or office.archive.is_relative_to(living):
        raise UsageError(f"{living} lies where the office is restored to. Leave --archive out.")


def _bring_database(
    office: Office, pool: Pool, manifest: Manifest, told: Callable[[], object]
) -> None:
    dump = pool.path(manifest.database.sha256)
    if manifest.database.kind == "postgresql":
        postgres.load(office.ledger.url, dump)
    else:
        file = database_file(office)
        assert file is not None  # noqa: S101 - `_require_database` has seen to it
        file.parent.mkdir(parents=True, exist_ok=True)
        place_new(file, dump, mode=PRIVATE)
        own_like(file, file.parent)
        require_sound(file, whole=True)
    told()
