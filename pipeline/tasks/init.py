"""A new office: settings, templates, folders, database; for trying out, practice keys too."""

import json
import secrets
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pipeline
from pipeline.domain.authority import Role
from pipeline.errors import ConfigurationError
from pipeline.files import make_folder, write_whole
from pipeline.office import Office, open_office
from pipeline.settings import FILE_NAME
from pipeline.signing.practice import Person, make_practice_pki
from pipeline.sop.prepare import make_folders
from pipeline.tasks.account import current_account
from pipeline.tasks.restore.needed import require_database

PIN_DIGITS = 8
OWNER_ONLY = 0o700  # keys, the database and the store: they hold personal data
PRACTICE_DAYS = 365
PRACTICE_SIGNERS = (
    (
        "kasubag",
        "Kasubag Program, Kepegawaian dan Pelaporan",
        "Rahmat Latihan, S.Pi., M.Si.",
        "198304152008011003",
        "III/d",
    ),
    ("sekretaris", "Sekretaris", "Dr. Siti Percobaan, M.P.", "197511202001122002", "IV/b"),
)
PRACTICE_ROLES = (Role.STAFF, Role.ARCHIVIST, Role.ADMINISTRATOR)


def init_office(directory: Path) -> Path:
    """Make the office in ``directory``; what is there already stays as it is.

    Raises:
        ConfigurationError: the folder cannot be written, or its settings are wrong.
        LedgerError: there is an office that has lost its database.
    """
    root = directory.resolve()
    try:
        make_folder(root)
        _copy_templates(root)
        with open_office(root) as office:
            require_database(office)
            make_folder(office.archive)
            make_folder(office.work)
            office.state.chmod(OWNER_ONLY)
            make_folders(office)
            office.ledger.migrate()
    except OSError as refused:
        raise ConfigurationError(
            f"{root}: the office cannot be made here ({refused.strerror}). Choose a folder that"
            " you may write to."
        ) from refused
    return root


def make_practice_keys(root: Path, now: Callable[[], datetime] | None = None) -> dict[str, str]:
    """Practice keys and trust for the signers of the procedure; alias → PIN, kept nowhere.

    They are good from ``now`` on: the office's own clock, unless another is given.

    This account is entered as everybody: it acts in the hat that each act demands.

    Raises:
        ConfigurationError: the office has signers already.
    """
    with open_office(root, now) as office:
        if office.settings.signers:
            raise ConfigurationError(
                f"{root / FILE_NAME}: signers are configured already; practice keys would only"
                " stand in their way."
            )
        return _make_keys(office)


def bundled_templates() -> Path:
    """The templates that come with the program: of the installed package, or of the checkout."""
    package = Path(pipeline.__file__).parent
    installed = package / "_templates"
    return installed if installed.is_dir() else package.parent / "templates"


def _copy_templates(root: Path) -> None:
    source = bundled_templates()
    settings = root / FILE_NAME
    if not settings.exists():
        write_whole(settings, (source / FILE_NAME).read_bytes())
    target = root / "templates"
    for folder in source.iterdir():
        if (folder / "sop.toml").is_file() and not (target / folder.name).exists():
            shutil.copytree(folder, target / folder.name)


def _accounts(name: str) -> list[str]:
    """Whoever tries the office out is everybody in it, at one account."""
    quoted = json.dumps(name, ensure_ascii=False)
    entries = [
        f'\n[[accounts]]\nname = {quoted}\nnip = "{nip}"\n' for _, _, _, nip, _ in PRACTICE_SIGNERS
    ]
    roles = ", ".join(f'"{role}"' for role in PRACTICE_ROLES)
    return [*entries, f"\n[[accounts]]\nname = {quoted}\nroles = [{roles}]\n"]


def _make_keys(office: Office) -> dict[str, str]:
    now = office.now()
    people = [Person(post, name) for _, post, name, _, _ in PRACTICE_SIGNERS]
    pins = {
        post: f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"
        for _, post, *_ in PRACTICE_SIGNERS
    }
    pki = make_practice_pki(office.state, people, pins, now=now, days=PRACTICE_DAYS)
    first, last = now.date() - timedelta(days=1), now.date() + timedelta(days=PRACTICE_DAYS)
    entries = [
        "\n[[signers]]\n"
        f'alias = "{alias}"\n'
        f'post = "{post}"\n'
        f'name = "{name}"\n'
        f'nip = "{nip}"\n'
        f'grade = "{grade}"\n'
        f'key = "{pki.keys[post].relative_to(office.state).as_posix()}"\n'
        f'certificates = [{{ sha256 = "{pki.certificates[post]}",'
        f" valid_from = {first.isoformat()}, valid_to = {last.isoformat()} }}]\n"
        for alias, post, name, nip, grade in PRACTICE_SIGNERS
    ]
    settings = office.root / FILE_NAME
    added = "".join([*entries, *_accounts(current_account())])
    write_whole(settings, settings.read_bytes() + added.encode())
    return {alias: pins[post] for alias, post, *_ in PRACTICE_SIGNERS}
