"""The settings of one office, read from its ``kinerja.toml``.

Every value may be overridden by an environment variable, ``KINERJA_DATABASE__URL`` for
``[database] url``: a database password need not stand in a file.
"""

import tomllib
from datetime import date
from pathlib import Path, PureWindowsPath
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from pipeline.errors import ConfigurationError

FILE_NAME = "kinerja.toml"
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


class FoldersSection(_Section):
    """Where things lie, relative to the office; ``client_prefix`` is the share as seen there."""

    client_prefix: str = "K:\\"
    inbox: str = "inbox"
    archive: str = "archive"
    templates: str = "templates"
    state: str = ".kinerja"


class DatabaseSection(_Section):
    """A SQLAlchemy URL; empty means SQLite inside the state folder."""

    url: str = ""


class ConverterSection(_Section):
    """How many LibreOffice processes, and how long one document may take."""

    offices: int = Field(default=2, ge=1, le=8)
    timeout_s: float = Field(default=60, gt=0)


class WatchSection(_Section):
    """Events are hints; every ``rescan_s`` seconds the folders themselves are read."""

    rescan_s: float = Field(default=5, gt=0)
    quiet_s: float = Field(default=600, gt=0)


class WebSection(_Section):
    """The page on the office network."""

    host: str = "127.0.0.1"
    port: int = Field(default=8750, ge=0, le=65535)
    public_url: str = ""


class SigningSection(_Section):
    """Revocation and time: no fetching unless the office has a way out to its PSrE."""

    allow_fetching: bool = False
    tsa_url: str = ""
    trust: str = "trust"


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

    ``accounts`` are operating-system accounts whose commands count as this official's.
    """

    alias: str = Field(pattern=r"^[a-z0-9-]+$")
    post: str
    name: str
    nip: str = Field(pattern=r"^\d{18}$")
    grade: str
    backend: Literal["pkcs12"] = "pkcs12"
    key: str
    certificates: tuple[Enrolment, ...] = ()
    accounts: tuple[str, ...] = ()

    def enrolled_on(self, day: date) -> frozenset[str]:
        """SHA-256 of the certificates enrolled to this official on ``day``."""
        return frozenset(c.sha256 for c in self.certificates if c.covers(day))


class Settings(BaseSettings):
    """One office's settings."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="KINERJA_", env_nested_delimiter="__"
    )

    office: OfficeSection
    procedures: tuple[str, ...] = ("data-kinerja",)
    folders: FoldersSection = FoldersSection()
    database: DatabaseSection = DatabaseSection()
    converter: ConverterSection = ConverterSection()
    watch: WatchSection = WatchSection()
    web: WebSection = WebSection()
    signing: SigningSection = SigningSection()
    signers: tuple[Signer, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment stands above the file."""
        return env_settings, init_settings


def load_settings(root: Path) -> Settings:
    """The settings of the office in ``root``.

    Raises:
        ConfigurationError: there is no such file, or a key is wrong; names file, key and mend.
    """
    path = root / FILE_NAME
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


MENDS = {
    "missing": "tambahkan kunci ini",
    "extra_forbidden": "hapus kunci ini atau betulkan ejaannya",
    "enum": "pakai salah satu nilai yang disebut",
}


def explain(path: Path, invalid: ValidationError) -> str:
    """Each fault of a settings file as ``file: key: what; mend``, a line each."""
    lines = []
    for fault in invalid.errors(include_url=False, include_context=False):
        key = ".".join(str(part) for part in fault["loc"]) or "(seluruh berkas)"
        mend = MENDS.get(fault["type"], "betulkan nilainya")
        lines.append(f"{path}: {key}: {fault['msg'].removeprefix('Value error, ')}; {mend}.")
    return "\n".join(lines)


def client_path(prefix: str, *parts: str) -> str:
    r"""A path as a client's Explorer shows it: ``K:\data-kinerja\4-pengisian``."""
    return str(PureWindowsPath(prefix, *parts))
