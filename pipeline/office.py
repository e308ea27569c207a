"""One office opened: settings → database, store, converter, trust, archive. The only wiring."""

import atexit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import holidays

from pipeline.confine.reader import Reader
from pipeline.domain.deadline import Deadline, deadline_for
from pipeline.domain.office_hours import OfficeHours, Span
from pipeline.domain.procedure import Procedure, Step
from pipeline.errors import ConfigurationError
from pipeline.forms import apart as forms_apart
from pipeline.forms.render import render
from pipeline.intake.mark import InboxMark
from pipeline.intake.outbox import Outbox
from pipeline.ledger.database import Ledger
from pipeline.pdf import apart as pdf_apart
from pipeline.pdf.convert import Converter
from pipeline.pdf.formats import format_of, safe_document
from pipeline.procedures import FILE_NAME as SOP_FILE
from pipeline.procedures import load_procedure
from pipeline.scans import apart as scans_apart
from pipeline.settings import Settings, Signer, load_settings, time_range
from pipeline.signing import apart as signing_apart
from pipeline.signing.report import VerificationReport
from pipeline.signing.trust import Trust
from pipeline.signing.verify import Expectation
from pipeline.store import Store


class Office:
    """What every room is handed: one office's places, rules and services.

    Opening it touches nothing; LibreOffice and the database start at their first use.
    """

    def __init__(
        self, root: Path, settings: Settings, now: Callable[[], datetime] | None = None
    ) -> None:
        self.root = root
        self.settings = settings
        self.id = settings.office.id
        self.now = now or (lambda: datetime.now(settings.office.zone))
        folders = settings.folders
        self.inbox = root / folders.inbox
        self.archive = root / folders.archive
        self.templates = root / folders.templates
        self.state = root / folders.state
        self.store = Store(self.state / "store")
        self.mark = InboxMark(self.inbox, self.state)

    @cached_property
    def ledger(self) -> Ledger:
        """The database."""
        url = self.settings.database.url or f"sqlite:///{self.state / 'kinerja.db'}"
        return Ledger(url, self.id, self.now)

    @cached_property
    def converter(self) -> Converter:
        """LibreOffice."""
        chosen = self.settings.converter
        return Converter(offices=chosen.offices, timeout_s=chosen.timeout_s)

    @property
    def reader(self) -> Reader:
        """What reads people's files, in processes of their own."""
        return reader_of()

    @cached_property
    def outbox(self) -> Outbox:
        """What lays files into people's folders."""
        return Outbox(self.inbox, self.store, self.ledger, self.mark)

    @cached_property
    def trust(self) -> Trust:
        """The certificates that this office relies on."""
        signing = self.settings.signing
        return Trust.load(self.state / signing.trust, allow_fetching=signing.allow_fetching)

    @cached_property
    def hours(self) -> OfficeHours:
        """When the office works."""
        chosen = self.settings.hours
        return OfficeHours(
            tuple(Span(*time_range(text)) for text in chosen.monday_to_thursday),
            tuple(Span(*time_range(text)) for text in chosen.friday),
            _DaysOff(frozenset(chosen.days_off)),
            self.settings.office.zone,
        )

    @cached_property
    def procedures(self) -> dict[str, Procedure]:
        """The procedures that this office runs."""
        return {
            key: load_procedure(self.templates / key / SOP_FILE) for key in self.settings.procedures
        }

    @property
    def work(self) -> Path:
        """Where claimed files lie: on the inbox's file system, outside the share."""
        chosen = self.settings.folders.work
        return self.root / chosen if chosen else self.state / "work"

    def inbox_of(self, procedure: Procedure) -> Path:
        """The inbox of one procedure."""
        return self.inbox / procedure.key

    def template(self, procedure: Procedure, name: str) -> bytes:
        """A Word template.

        Raises:
            ConfigurationError: the template is missing.
        """
        path = self.templates / procedure.key / f"{name}.docx"
        try:
            return path.read_bytes()
        except OSError as missing:
            raise ConfigurationError(
                f"{path}: templat tidak ada. Salin kembali dari templat bawaan."
            ) from missing

    def pdf_from(
        self, procedure: Procedure, template: str, context: dict[str, Any], *, tagged: bool = True
    ) -> bytes:
        """A template filled in and converted to PDF/A-2b.

        Raises:
            ConversionError: LibreOffice cannot convert it.
        """
        word = render(self.template(procedure, template), context)
        return self._converted(word, tagged=tagged, apart=None)

    def convert(self, word: bytes, *, tagged: bool = True) -> bytes:
        """A Word file in which people had a part, as PDF/A-2b.

        Raises:
            ConversionError: LibreOffice cannot convert it.
        """
        return self._converted(word, tagged=tagged, apart=self.reader)

    def word(self, document: bytes) -> bytes:
        """A text document that people sent, as .docx: the same bytes where it is none of another.

        Raises:
            ReadError: it is encrypted, damaged, or nothing that can be read.
            ConversionError: LibreOffice is missing or does not start.
        """
        known = format_of(document)
        if known is None:
            return document
        return self.converter.to_word(self.reader.run(safe_document, document), known)

    def verify(
        self, pdf: bytes, *, expectation: Expectation | None = None, at: datetime | None = None
    ) -> VerificationReport:
        """The judgement of a PDF by whom this office trusts; see `pipeline.signing.verify`.

        Raises:
            TrustError: the folder of trust anchors cannot be used.
            ReadError: judging it took too much time or memory.
        """
        return judged(pdf, self.trust, expectation=expectation, at=at)

    def _converted(self, word: bytes, *, tagged: bool, apart: Reader | None) -> bytes:
        with self.scratch() as folder:
            source, target = folder / "naskah.docx", folder / "naskah.pdf"
            source.write_bytes(word)
            self.converter.to_pdf(source, target, tagged=tagged, apart=apart)
            return target.read_bytes()

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder that is gone afterwards."""
        with TemporaryDirectory(prefix="kinerja-") as folder:
            yield Path(folder)

    def deadline(self, step: Step, arrived: datetime, opened: datetime | None = None) -> Deadline:
        """When a step should be done whose document ``arrived``, and was ``opened``."""
        return deadline_for(step.standard, self.hours, arrived, opened)

    def signer(self, name: str) -> Signer:
        """The signer called ``name``: an alias or a post.

        Raises:
            ConfigurationError: nobody goes by that name.
        """
        for signer in self.settings.signers:
            if name.casefold() in {signer.alias.casefold(), signer.post.casefold()}:
                return signer
        known = ", ".join(s.alias for s in self.settings.signers) or "none yet"
        raise ConfigurationError(
            f"No signer is called '{name}'. Known: {known}. Add a [[signers]] entry to"
            " kinerja.toml."
        )

    def close(self) -> None:
        """Let everything go that was opened."""
        for name in ("converter", "ledger"):
            if name in self.__dict__:
                self.__dict__[name].close()


@contextmanager
def open_office(root: Path, now: Callable[[], datetime] | None = None) -> Iterator[Office]:
    """The office in ``root``.

    Raises:
        ConfigurationError: there is no office there, or its settings are wrong.
    """
    office = Office(root.resolve(), load_settings(root), now)
    try:
        yield office
    finally:
        office.close()


def reader_of(*, network: bool = False) -> Reader:
    """What reads people's files, one for this process; only signatures are judged on a network."""
    return _reader(network)


@lru_cache(maxsize=2)
def _reader(network: bool) -> Reader:
    near = {} if network else {**forms_apart.APART, **pdf_apart.APART, **scans_apart.APART}
    reader = Reader({**near, **signing_apart.APART}, network=network)
    atexit.register(reader.close)
    return reader


def judged(
    pdf: bytes,
    trust: Trust,
    *,
    expectation: Expectation | None = None,
    at: datetime | None = None,
) -> VerificationReport:
    """The judgement of a PDF, in a process that has the network only where ``trust`` asks there.

    Raises:
        ReadError: judging it took too much time or memory.
    """
    reader = reader_of(network=trust.allow_fetching)
    return signing_apart.verify_apart(reader, pdf, trust, expectation=expectation, at=at)


@dataclass(frozen=True)
class _DaysOff:
    """National holidays, cuti bersama, and what the office's settings add."""

    local: frozenset[date]

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day in self.local or day in _national(day.year))


@lru_cache(maxsize=64)
def _national(year: int) -> frozenset[date]:
    return frozenset(
        holidays.country_holidays("ID", years=year, categories=("public", "government"))
    )
