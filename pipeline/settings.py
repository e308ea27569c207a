"""The settings of one office, read from its ``kinerja.toml``.

Where and how it runs may be overridden by an environment variable, ``KINERJA_DATABASE__URL`` for
``[database] url``: a database password need not stand in a file. What the office is, and who may do
what in it, stands in the file alone.
"""

import os
import re
import tomllib
from datetime import date, time
from itertools import pairwise
from pathlib import Path, PureWindowsPath
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from pipeline.errors import ConfigurationError
from pipeline.explain import explain
from pipeline.token_uri import SCHEME, parse_token_uri

FILE_NAME = "kinerja.toml"
ENVIRONMENT_PREFIX = "KINERJA_"
OVERRIDABLE = ("database", "converter", "watch", "web", "log")
"""Whoever runs a command sets its environment: it must not make him somebody who may."""
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OfficeSection(_Section):
    """Who the office is, as printed in its letterhead."""

    id: str = Field(pattern=r"^[a-z0-9-]{2,40}$")
    government: str
    name: str
    subdivision: str
    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    city: str
    timezone: str = "Asia/Jakarta"

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as unknown:
            raise ValueError(f"zona '{name}' tidak dikenal; misalnya Asia/Jakarta") from unknown
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which people read times."""
        return ZoneInfo(self.timezone)


_RANGE = re.compile(r"(\d{1,2})[.:](\d{2})\s*[-–]\s*(\d{1,2})[.:](\d{2})")


class HoursSection(_Section):
    """Office hours (jam kerja) as ``07.30-12.00``, in the office's time zone.

    The defaults make the 37.5 hours a week of Perpres 21/2023. ``days_off`` are local ones, besides
    national holidays and cuti bersama: they only lengthen.
    """

    monday_to_thursday: tuple[str, ...] = ("07.30-12.00", "13.00-16.00")
    friday: tuple[str, ...] = ("07.30-11.30", "13.00-16.30")
    days_off: tuple[date, ...] = ()

    @field_validator("monday_to_thursday", "friday")
    @classmethod
    def _follow_each_other(cls, ranges: tuple[str, ...]) -> tuple[str, ...]:
        if not ranges:
            raise ValueError('tidak ada jam kerjanya; isi misalnya ["07.30-12.00", "13.00-16.00"]')
        for (_, closes), (opens, _) in pairwise(map(time_range, ranges)):
            if opens < closes:
                raise ValueError(
                    f"jam yang mulai {opens:%H.%M} bertumpang tindih dengan yang berakhir"
                    f" {closes:%H.%M}; urutkan dari pagi ke sore tanpa bertumpang tindih"
                )
        return ranges


def time_range(text: str) -> tuple[time, time]:
    """``07.30-12.00`` as two times of the day.

    Raises:
        ValueError: it is not written so, is no time, or ends before it begins.
    """
    found = _RANGE.fullmatch(text.strip())
    mend = f"'{text}' bukan rentang jam; tulis misalnya 07.30-12.00"
    if found is None:
        raise ValueError(mend)
    from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
    try:
        opens, closes = time(from_hour, from_minute), time(to_hour, to_minute)
    except ValueError as no_time:
        raise ValueError(mend) from no_time
    if opens >= closes:
        raise ValueError(f"'{text}' berakhir sebelum mulai; tulis jam mulai lebih dahulu")
    return opens, closes


class FoldersSection(_Section):
    """Where things lie, relative to the office; ``client_prefix`` is the share as seen there.

    ``work`` holds what is being taken and must lie on the file system of ``inbox``, outside the
    share; by default it is inside ``state``. Where the inbox is a network mount, name one there.
    """

    client_prefix: str = "K:\\"
    inbox: str = "inbox"
    archive: str = "archive"
    templates: str = "templates"
    state: str = ".kinerja"
    work: str = ""


class DatabaseSection(_Section):
    """A SQLAlchemy URL; empty means SQLite inside the state folder."""

    url: str = ""


class ConverterSection(_Section):
    """How many LibreOffice processes, and how long one document may take."""

    offices: int = Field(default=2, ge=1, le=8)
    timeout_s: float = Field(default=60, gt=0)


class WatchSection(_Section):
    """The folders are read every ``rescan_s``; below ``least_free_mb`` nothing new is taken.

    A service that is silent for two minutes is taken for stuck: so it looks every minute at least.
    """

    rescan_s: float = Field(default=5, gt=0, le=60)
    quiet_s: float = Field(default=600, gt=0)
    least_free_mb: float = Field(default=100, ge=0)


class LogSection(_Section):
    """The log in ``<state>/log``: a line of JSON an event, ``keep`` old files of ``size_mb``."""

    level: Literal["debug", "info", "warning"] = "info"
    size_mb: float = Field(default=10, gt=0)
    keep: int = Field(default=10, ge=1)


class SealsSection(_Section):
    """How often the ledger is sealed, and a second folder (of another machine) for the seals."""

    every_h: float = Field(default=24, gt=0)
    copy_to: str = ""


class WebSection(_Section):
    """The page on the office network."""

    host: str = "127.0.0.1"
    port: int = Field(default=8750, ge=0, le=65535)
    public_url: str = ""


class SigningSection(_Section):
    """Revocation and time: no fetching unless the office has a way out to its PSrE.

    With ``allow_fetching`` a certificate that came with a signature chooses the addresses that are
    asked (AIA, OCSP, CRL), and the process that examines it reaches whatever this machine reaches.
    A filed print-out gets a further timestamp ``renew_before_days`` before the certificate behind
    its last one ends.
    """

    allow_fetching: bool = False
    tsa_url: str = ""
    trust: str = "trust"
    renew_before_days: int = Field(default=180, ge=1)


class Enrolment(_Section):
    """A certificate that an official signs with, from one day to another."""

    sha256: Sha256
    valid_from: date
    valid_to: date

    def covers(self, day: date) -> bool:
        """Whether the enrolment holds on ``day``."""
        return self.valid_from <= day <= self.valid_to


class Signer(_Section):
    """An official who may initial or sign, with the place of the key (never its PIN).

    The ``key`` is a file of the state folder or, where a token keeps it (``pkcs11``), a PKCS#11
    URI. Post, name and grade count while the master data do not know the post.
    """

    alias: str = Field(pattern=r"^[a-z0-9-]+$")
    post: str
    name: str
    nip: str = Field(pattern=r"^\d{18}$")
    grade: str
    backend: Literal["pkcs11", "pkcs12"] = "pkcs12"
    key: str
    certificates: tuple[Enrolment, ...] = ()

    @field_validator("key")
    @classmethod
    def _names_a_key(cls, key: str, info: ValidationInfo) -> str:
        if info.data.get("backend") == "pkcs11":
            parse_token_uri(key)
        elif key.startswith(SCHEME):
            raise ValueError('adalah alamat kunci di token; tambahkan backend = "pkcs11"')
        return key

    @property
    def on_token(self) -> bool:
        """Whether a token keeps the key, and not a file."""
        return self.backend == "pkcs11"

    def key_location(self, state: Path) -> str:
        """Where the key is, for its backend; ``state`` is the folder in which files lie."""
        return self.key if self.on_token else str(state / self.key)

    def enrolled_on(self, day: date) -> frozenset[str]:
        """SHA-256 of the certificates enrolled to this official on ``day``."""
        return frozenset(c.sha256 for c in self.certificates if c.covers(day))


class Account(_Section):
    """An account of the operating system or of the share: whose it is, and what it may.

    The posts of the person ``nip`` follow from the master data, day by day. Several entries of one
    name are several persons at one account.
    """

    name: str = Field(min_length=1)
    nip: str = Field(default="", pattern=r"^(\d{18})?$")
    roles: tuple[Literal["staf", "arsiparis", "administrator", "auditor"], ...] = ()


class Settings(BaseSettings):
    """One office's settings."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter="__"
    )

    office: OfficeSection
    procedures: tuple[str, ...] = ("data-kinerja",)
    hours: HoursSection = HoursSection()
    folders: FoldersSection = FoldersSection()
    database: DatabaseSection = DatabaseSection()
    converter: ConverterSection = ConverterSection()
    watch: WatchSection = WatchSection()
    web: WebSection = WebSection()
    log: LogSection = LogSection()
    seals: SealsSection = SealsSection()
    signing: SigningSection = SigningSection()
    signers: tuple[Signer, ...] = ()
    accounts: tuple[Account, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment stands above the file; `load_settings` refuses what it may not say."""
        return env_settings, init_settings


def load_settings(root: Path) -> Settings:
    """The settings of the office in ``root``.

    Raises:
        ConfigurationError: there is no such file, a key is wrong, or the environment overrides
            what stands in the file alone; names file, key and mend.
    """
    path = root / FILE_NAME
    _refuse_overridden(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Settings(**data)
    except FileNotFoundError as missing:
        raise ConfigurationError(
            f"{path}: no office here. Run `kinerja init {root}` first, or name one with --office."
        ) from missing
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise ConfigurationError(f"{path}: not valid TOML ({broken}). Mend that line.") from broken
    except ValidationError as invalid:
        raise ConfigurationError(explain(path, invalid)) from invalid
    except SettingsError as unreadable:
        raise ConfigurationError(
            f"{path}: an environment variable KINERJA_… overrides it and cannot be read:"
            f" {unreadable}. Write lists and tables there as JSON, or unset it."
        ) from unreadable


def _refuse_overridden(path: Path) -> None:
    closed = [
        f"{ENVIRONMENT_PREFIX}{key}".upper()
        for key in Settings.model_fields
        if key not in OVERRIDABLE
    ]
    for variable in os.environ:
        if variable.upper().split("__")[0] in closed:
            raise ConfigurationError(
                f"{path}: the environment variable {variable} would override what stands in this"
                " file alone. Unset it, and have an administrator change the file."
            )


def client_path(prefix: str, *parts: str) -> str:
    r"""A path as a client's Explorer shows it: ``K:\data-kinerja\4-pengisian``."""
    return str(PureWindowsPath(prefix, *parts))
