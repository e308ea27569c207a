"""What an administrator copies into the system: the share's configuration, rights, units."""

from pathlib import Path

from pipeline.errors import KinerjaError, UsageError
from pipeline.files import make_folder, write_whole
from pipeline.office import Office, open_office
from pipeline.sop.authority import as_listed, holders_on_file
from pipeline.tasks.share import rights_script, smb_conf
from pipeline.tasks.unit import units

BACKUPS = Path("/var/backups/kinerja")


def write_examples(root: Path, folder: Path) -> list[Path]:
    """Put the examples for the office in ``root`` into ``folder``; what was written.

    Raises:
        ConfigurationError: the office's settings are wrong.
        UsageError: they cannot be written there.
    """
    with open_office(root) as office:
        texts = {"smb.conf": smb_conf(office), "hak-folder.sh": _rights(office)}
        texts |= units(office, BACKUPS / office.id)
    try:
        make_folder(folder)
        for name, text in texts.items():
            mode = 0o755 if name.endswith(".sh") else 0o644
            write_whole(folder / name, text.encode(), mode=mode)
    except OSError as refused:
        raise UsageError(f"{folder}: cannot be written ({refused.strerror}).") from refused
    return [folder / name for name in texts]


def _rights(office: Office) -> str:
    """By who holds which post; only as the settings list it where the database does not answer."""
    try:
        office.ledger.check()
        with office.ledger.read() as session:
            holders = holders_on_file(session, office)
    except KinerjaError:
        holders = as_listed(office)
    return rights_script(office, holders)
