"""A verification told in full, for people: what was found of each signature, one line a matter.

The same statement stands on the terminal and in the dossier; only the office's zone and the
language are chosen. Names come from whoever made the file, so they are made safe to show.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from pipeline.domain.calendar import long_date, long_time
from pipeline.domain.plain_text import visible
from pipeline.signing.chain import ChainLink
from pipeline.signing.findings import Weight
from pipeline.signing.report import PKCS7, Language, SignatureReport, VerificationReport
from pipeline.signing.words import WORDS

LABEL_WIDTH = 16


@dataclass(frozen=True)
class Row:
    """One matter: its label, and what was found, one or more lines."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Passage:
    """What was found of one signature or timestamp; ``weight`` is what speaks against it."""

    title: str
    weight: Weight
    rows: tuple[Row, ...]


class Statement:
    """A report in the words of one language, its times in one zone."""

    def __init__(self, report: VerificationReport, zone: tzinfo, lang: Language = "id") -> None:
        self.report = report
        self.zone = zone
        self.lang = lang

    def text(self) -> str:
        """The whole statement as plain text, for the dossier."""
        report = self.report
        lines = [self._say("heading"), ""]
        if report.at:
            lines.append(self._say("judged", at=self.moment(report.at)))
        lines += [f"SHA-256 {report.sha256}", "", report.verdict_text(self.lang)]
        for passage in self.passages():
            lines += ["", passage.title]
            for row in passage.rows:
                labels = [row.label, *[""] * (len(row.lines) - 1)]
                lines += [
                    f"  {label:<{LABEL_WIDTH}}{line}"
                    for label, line in zip(labels, row.lines, strict=True)
                ]
        return "\n".join(lines) + "\n"

    def passages(self) -> tuple[Passage, ...]:
        """One for each signature and timestamp, in the order in which they were put on."""
        return tuple(self._passage(found) for found in self.report.signatures)

    def moment(self, moment: datetime) -> str:
        """A moment in words, in the zone of the statement."""
        local = moment.astimezone(self.zone)
        told = long_time(local) if self.lang == "id" else f"{local.day} {local:%B %Y, %H:%M}"
        return f"{told} {local:%Z}"

    def day(self, moment: datetime) -> str:
        """Its day in words."""
        local = moment.astimezone(self.zone)
        return long_date(local) if self.lang == "id" else f"{local.day} {local:%B %Y}"

    def time(self, found: SignatureReport) -> str:
        """When it was put on, and whether that is proven."""
        if found.proven_time:
            key = "proven_by" if found.time_chain else "proven"
            authority = found.time_chain[0].name if found.time_chain else ""
            return self._say(key, at=self.moment(found.proven_time), who=visible(authority))
        if found.signing_time:
            return self._say("claimed", at=self.moment(found.signing_time))
        return self._say("untold")

    def chain(self, found: SignatureReport) -> tuple[str, ...]:
        """The certificates, the signer's first, each with its end; and whom it ends in."""
        if not found.chain:
            return (self._say("unread"),)
        lines = [self._link(link) for link in found.chain]
        if not found.chain[-1].anchor:
            lines.append(self._say("no_anchor"))
        return tuple(lines)

    def revocation(self, found: SignatureReport) -> tuple[str, ...]:
        """What was answered about each certificate below the root; once where it is all the same.

        Those of the signature's own timestamp count too.
        """
        below = [link for link in (*found.chain, *found.time_chain) if not link.anchor]
        told = {link: self._answer(link) for link in below}
        if len(set(told.values())) <= 1:
            return (next(iter(told.values()), self._say("unanswered")),)
        return tuple(f"{visible(link.name)}: {answer}" for link, answer in told.items())

    def after(self, found: SignatureReport) -> str:
        """What came after it in the file."""
        told = []
        for what in found.after:
            kind, _, name = what.partition(" ")
            told.append(self._say(f"after_{kind}", name=visible(name)))
        return "; ".join(told) or self._say("after_nothing")

    def certification(self, found: SignatureReport) -> str:
        """Whether it is *tersertifikasi*, as far as a file can tell."""
        return self._say(f"certification_{found.certification}", who=visible(found.anchor))

    def level(self, found: SignatureReport) -> str:
        """The level reached, called PAdES only where it is."""
        if not found.level:
            return ""
        return found.level if found.level.startswith(PKCS7) else f"PAdES {found.level}"

    def _passage(self, found: SignatureReport) -> Passage:
        stamp = found.kind == "timestamp"
        title = self._say("title_timestamp" if stamp else "title", name=visible(found.field))
        return Passage(title, self._weight(found), tuple(self._rows(found, stamp=stamp)))

    def _rows(self, found: SignatureReport, *, stamp: bool) -> Iterator[Row]:
        yield self._row("authority" if stamp else "signer", visible(found.signer) or "–")
        yield self._row("result", self._result(found))
        yield self._row("time", self.time(found))
        yield self._row("certificate", *self.chain(found))
        if found.serial:
            yield self._row("serial", f"{found.serial} ({found.algorithm})")
        yield self._row("revocation", *self.revocation(found))
        if not stamp:
            yield self._row("certified", self.certification(found))
        yield self._row("after", self.after(found))

    def _row(self, label: str, *lines: str) -> Row:
        return Row(self._say(label), lines)

    def _weight(self, found: SignatureReport) -> Weight:
        own = [f.weight for f in self.report.findings if f.field == found.field]
        passed = found.holds or (found.kind == "timestamp" and found.ades == "OK")
        return max([*own, Weight.NOTE if passed else Weight.DOUBT])

    def _result(self, found: SignatureReport) -> str:
        weight = self._weight(found)
        if weight >= Weight.DOUBT:
            return self._say("fault" if weight is Weight.FAULT else "doubt", why=found.ades)
        return "; ".join(filter(None, (self._say("sound"), self.level(found))))

    def _link(self, link: ChainLink) -> str:
        ends = self.day(link.ends)
        return self._say("anchor" if link.anchor else "link", who=visible(link.name), ends=ends)

    def _answer(self, link: ChainLink) -> str:
        answer = link.revocation
        if answer is None:
            return self._say("unrevocable" if link.unrevocable else "unanswered")
        source = self._say(f"kept_{answer.kept}", what=answer.source.upper())
        if answer.revoked_at:
            return self._say("revoked", at=self.moment(answer.revoked_at), source=source)
        return self._say("unrevoked", at=self.day(answer.issued), source=source)

    def _say(self, key: str, **values: str) -> str:
        return WORDS[key][self.lang].format(**values)
