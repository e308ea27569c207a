"""What can go wrong, by family: each error speaks to its reader and carries an exit code."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command line; the guide lists them."""

    OK = 0
    AT_FAULT = 1
    USAGE = 2
    BUG = 3
    CONVERSION = 10
    SIGNING = 11
    KEY = 12
    TRUST = 13
    ARCHIVE = 14
    LEDGER = 15
    CONFLICT = 16
    NOT_FOUND = 17
    AUTHORITY = 18
    BACKUP = 19
    DISK = 20


class KinerjaError(Exception):
    """Something a person can mend; the message says what happened, to what, and what to do next."""

    exit_code = ExitCode.AT_FAULT


class Interrupted(Exception):  # noqa: N818 - nothing went wrong
    """The program ends in the middle of some work, which is done again at the next start.

    No `KinerjaError`: nobody has anything to mend, so no slip may come of it.
    """


class ConfigurationError(KinerjaError):
    """A settings or procedure file is wrong: the message names file, key and mend."""

    exit_code = ExitCode.USAGE


class UsageError(KinerjaError):
    """The command was called in a way that cannot work."""

    exit_code = ExitCode.USAGE


class ConversionError(KinerjaError):
    """LibreOffice could not turn a document into a PDF."""

    exit_code = ExitCode.CONVERSION


class SigningError(KinerjaError):
    """A signature could not be made, or a PDF cannot take one."""

    exit_code = ExitCode.SIGNING


class KeyAccessError(KinerjaError):
    """A signing key could not be opened: wrong PIN, missing file, expired certificate."""

    exit_code = ExitCode.KEY


class TrustError(KinerjaError):
    """The folder of trust anchors is missing, empty or unreadable."""

    exit_code = ExitCode.TRUST


class ArchiveError(KinerjaError):
    """A dossier could not be written or does not hold what it promises."""

    exit_code = ExitCode.ARCHIVE


class LedgerError(KinerjaError):
    """The database is missing, of another version, or its event chain is broken."""

    exit_code = ExitCode.LEDGER


class ConflictError(KinerjaError):
    """The document has moved on since the person decided."""

    exit_code = ExitCode.CONFLICT


class NotFoundError(KinerjaError):
    """No document, record or official goes by that name."""

    exit_code = ExitCode.NOT_FOUND


class AuthorityError(KinerjaError):
    """The account may not do this, or not in the post that it needs; the message says who may."""

    exit_code = ExitCode.AUTHORITY


class BackupError(KinerjaError):
    """A backup could not be made, is not whole, or could not be restored."""

    exit_code = ExitCode.BACKUP


class DiskError(KinerjaError):
    """A disk of the office is full, read-only or broken."""

    exit_code = ExitCode.DISK


class ReadError(KinerjaError):
    """A file that arrived cannot be read as what it claims to be."""
