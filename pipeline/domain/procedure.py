"""A procedure (SOP) as data: who does what, with what, in what time, and where (Permenpan 35/2012).

The models are strict: an unknown key, a step without its actor or a return to a step that does not
exist is refused when the file is read, not when a document has already arrived.
"""

from decimal import Decimal
from enum import StrEnum
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.domain.check_rules import CheckRules, EvidenceRules
from pipeline.domain.document_number import LONGEST, Numbering, NumberTemplate
from pipeline.domain.indicator import AchievementPolicy, NegativeFormula, Rating, ZeroTarget
from pipeline.domain.retention import RetentionRule

Hex = Annotated[str, Field(pattern=r"^[0-9A-F]{6}$")]
MOST_INITIALS = 3  # paraf hierarki (Permenpan RB 80/2012)
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Verb(StrEnum):
    """What a step does with a document; each has one file in ``sop/steps``."""

    DRAFT = "draft"
    CORRECT = "correct"
    DISTRIBUTE = "distribute"
    FILL = "fill"
    VERIFY = "verify"
    ENTER = "enter"
    INITIAL = "initial"
    SIGN = "sign"


class CommandFolder(StrEnum):
    """The folders that the machine takes files from; moving a file there is the decision."""

    SEND = "kirim"
    APPROVE = "setujui"
    RETURN = "kembalikan"
    INITIALLED = "diparaf"
    SIGNED = "ditandatangani"


COMMANDS: dict[Verb, tuple[CommandFolder, ...]] = {
    Verb.DRAFT: (CommandFolder.SEND,),
    Verb.CORRECT: (CommandFolder.APPROVE, CommandFolder.RETURN),
    Verb.DISTRIBUTE: (CommandFolder.SEND,),
    Verb.FILL: (CommandFolder.SEND,),
    Verb.VERIFY: (CommandFolder.APPROVE, CommandFolder.RETURN),
    Verb.ENTER: (CommandFolder.SEND,),
    Verb.INITIAL: (CommandFolder.RETURN, CommandFolder.INITIALLED),
    Verb.SIGN: (CommandFolder.RETURN, CommandFolder.SIGNED),
}


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Identity(_Strict):
    """The identity block; what the office has not filled in yet is empty."""

    name: str
    unit: str
    number: str = ""
    created: str = ""
    revised: str = ""
    effective: str = ""
    approved_by: str = ""


class Actor(_Strict):
    """A pelaksana. ``posts`` are the posts that act as it; empty where it is not one post."""

    key: Slug
    name: str
    posts: tuple[str, ...] = ()
    substitute: str | None = None


class QualityStandard(_Strict):
    """Mutu baku: the required input, the time and the output of a step."""

    required_input: str
    days: int = Field(default=0, ge=0)
    minutes: int = Field(default=0, ge=0)
    output: str

    @model_validator(mode="after")
    def _has_one_time(self) -> Self:
        if (self.days == 0) == (self.minutes == 0):
            raise ValueError("isi salah satu: days (hari kerja) atau minutes (menit)")
        return self

    @property
    def time(self) -> str:
        """As printed: ``2 Hari`` or ``10 Menit``."""
        return f"{self.days} Hari" if self.days else f"{self.minutes} Menit"


class Step(_Strict):
    """One row of the SOP's flowchart.

    ``initials`` are those who initial, in their order, the step's actor alone where nothing is
    said; none where the signer has drafted the document himself (Permenpan RB 80/2012).
    """

    number: int = Field(ge=1)
    verb: Verb
    actor: Slug
    activity: str
    inbox: Slug
    standard: QualityStandard
    returns_to: int | None = None
    initials: tuple[Slug, ...] | None = None

    @property
    def folder(self) -> str:
        """The stage inbox, numbered as in the SOP: ``5-verifikasi``."""
        return f"{self.number}-{self.inbox}"

    @property
    def commands(self) -> tuple[CommandFolder, ...]:
        """The command folders of this stage."""
        return COMMANDS[self.verb]


class RatingRow(_Strict):
    """A predicate from ``lower`` percent upwards."""

    lower: Decimal
    name: str
    background: Hex
    foreground: Hex


class ZeroTargetRow(_Strict):
    """What is reached against a target of 0, in percent; what is left out does not apply."""

    negative_kept: Decimal | None = Decimal(100)
    negative_missed: Decimal | None = None
    positive: Decimal | None = None


class Achievement(_Strict):
    """The office's policy for achievements."""

    floor: Decimal = Decimal(0)
    cap: Decimal | None = None
    negative: NegativeFormula = NegativeFormula.DIFFERENCE
    zero_target: ZeroTargetRow = ZeroTargetRow()
    ratings: tuple[RatingRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _runs_from_best_to_worst(self) -> Self:
        bounds = [r.lower for r in self.ratings]
        if bounds != sorted(bounds, reverse=True):
            raise ValueError("predikat harus berurutan dari batas bawah tertinggi ke terendah")
        if self.cap is not None and self.cap < self.floor:
            raise ValueError("cap tidak boleh lebih rendah daripada floor")
        return self

    @property
    def policy(self) -> AchievementPolicy:
        """Formula, bounds, and what a target of 0 means."""
        zero = self.zero_target
        kept = ZeroTarget(zero.negative_kept, zero.negative_missed, zero.positive)
        return AchievementPolicy(self.floor, self.cap, self.negative, kept)

    @property
    def scale(self) -> tuple[Rating, ...]:
        """The predicates, from best to worst."""
        return tuple(Rating(r.lower, r.name, r.background, r.foreground) for r in self.ratings)


class Filing(_Strict):
    """How a collection is numbered and filed (SOP Pengarsipan).

    Procedures of one ``unit_code`` share its sequence.
    """

    classification: str = Field(pattern=r"^\d{3}(\.\d+)*$")
    description: str
    numbering: Numbering = Numbering.AUTOMATIC
    number_template: str = "{kode}/{urut}/{unit}/{tahun}"
    unit_code: str
    security: Literal["B", "T", "R", "SR"] = "B"
    retention: RetentionRule

    @field_validator("number_template")
    @classmethod
    def _numbers_apart(cls, template: str) -> str:
        first, second, later = (
            _filled(template, kode="0", urut=n, unit="U", tahun=year)
            for n, year in ((1, 2026), (2, 2026), (1, 2027))
        )
        if first == second:
            raise ValueError("nomor harus memuat {urut}, supaya tiap naskah bernomor lain")
        if first == later:
            raise ValueError("nomor harus memuat {tahun}: urutan mulai lagi dari 1 tiap tahun")
        return template

    @model_validator(mode="after")
    def _numbers_read_back(self) -> Self:
        # The archive knows a number by its text only; the sequence goes on from there.
        for seq in (1, 99, 123_456):
            text = self.template.number(seq, 2026)
            if self.template.place(text) != (2026, seq):
                raise ValueError(
                    "number_template: tulis {urut} atau {urut:03} saja, dan {tahun} dengan empat"
                    " angka"
                )
            if len(text) > LONGEST:
                raise ValueError(f"number_template: nomor tidak boleh lebih dari {LONGEST} huruf")
        return self

    @field_validator("description")
    @classmethod
    def _describes(cls, template: str) -> str:
        _filled(template, triwulan="I", tahun=2026)
        return template

    @property
    def template(self) -> NumberTemplate:
        """The numbers of this procedure's unit."""
        return NumberTemplate(self.number_template, self.classification, self.unit_code)


def _filled(template: str, **names: object) -> str:
    try:
        if {name for _, name, _, _ in Formatter().parse(template)} - {None, *names}:
            raise LookupError
        return template.format(**names)
    except (LookupError, ValueError, AttributeError) as unknown:
        known = ", ".join(f"{{{name}}}" for name in names)
        raise ValueError(f"'{template}' memuat isian yang tidak dikenal; yang ada {known}") from (
            unknown
        )


class Procedure(_Strict):
    """One SOP, whole."""

    key: Slug
    identity: Identity
    legal_basis: tuple[str, ...] = Field(min_length=1)
    qualifications: tuple[str, ...]
    related: tuple[str, ...]
    equipment: tuple[str, ...]
    warning: str
    recording: str
    actors: tuple[Actor, ...] = Field(min_length=1)
    steps: tuple[Step, ...] = Field(min_length=1)
    achievement: Achievement
    checks: CheckRules = CheckRules()
    evidence: EvidenceRules = EvidenceRules()
    filing: Filing

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        numbers = [s.number for s in self.steps]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError("nomor langkah (steps.number) harus urut mulai dari 1 tanpa loncat")
        known = {a.key for a in self.actors}
        for step in self.steps:
            if step.actor not in known:
                raise ValueError(
                    f"langkah {step.number}: actor '{step.actor}' tidak ada di [[actors]]; "
                    f"pilih salah satu dari {', '.join(sorted(known))}"
                )
            if step.returns_to is not None and not 1 <= step.returns_to < step.number:
                raise ValueError(
                    f"langkah {step.number}: returns_to harus nomor langkah sebelumnya"
                )
        for actor in self.actors:
            if actor.substitute is not None and actor.substitute not in known:
                raise ValueError(
                    f"pelaksana '{actor.key}': substitute '{actor.substitute}' tidak ada di"
                    f" [[actors]]; pilih salah satu dari {', '.join(sorted(known))}"
                )
        if len({s.verb for s in self.steps}) != len(self.steps):
            raise ValueError("setiap verb hanya boleh dipakai satu langkah")
        for step in self.steps:
            self._initials_hold(step)
        return self

    def _initials_hold(self, step: Step) -> None:
        keys, where = step.initials, f"langkah {step.number}: initials"
        if keys is None:
            return
        if step.verb is not Verb.INITIAL:
            raise ValueError(f"{where} hanya untuk langkah paraf (verb initial)")
        if len(keys) > MOST_INITIALS:
            raise ValueError(
                f"{where} memuat {len(keys)} pemaraf; paraf hierarki paling banyak {MOST_INITIALS}"
            )
        posts = {actor.key: actor.posts[0] for actor in self.actors if actor.posts}
        strange = [key for key in keys if key not in posts]
        if strange:
            raise ValueError(
                f"{where}: '{strange[0]}' bukan pelaksana yang berjabatan (posts) di [[actors]];"
                f" pilih dari antara {', '.join(sorted(posts))}"
            )
        if len({posts[key] for key in keys}) < len(keys):
            raise ValueError(f"{where} memuat jabatan yang sama dua kali; satu jabatan satu paraf")

    def initialling(self, step: Step) -> tuple[Actor, ...]:
        """Who initials at a step, in their order: those whom it names, else its actor."""
        keys = (step.actor,) if step.initials is None else step.initials
        return tuple(self.actor(key) for key in keys)

    def step(self, verb: Verb) -> Step:
        """The step that does ``verb``.

        Raises:
            KeyError: the procedure has no such step.

        """
        for step in self.steps:
            if step.verb is verb:
                return step
        raise KeyError(verb)

    def step_in(self, folder: str) -> Step | None:
        """The step whose inbox is ``folder``."""
        return next((s for s in self.steps if s.folder == folder), None)

    def actor(self, key: str) -> Actor:
        """The pelaksana called ``key``.

        Raises:
            KeyError: there is none.

        """
        for actor in self.actors:
            if actor.key == key:
                return actor
        raise KeyError(key)

    def post_for(self, step: Step, *, party: str | None = None) -> str | None:
        """The post that acts at ``step``; the substitute's where ``party`` would judge itself."""
        actor = self.actor(step.actor)
        if party is not None and party in actor.posts and actor.substitute is not None:
            actor = self.actor(actor.substitute)
        return actor.posts[0] if actor.posts else None
