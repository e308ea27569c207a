"""How the papers of a collection stand to the master data.

What the master data do not know yet is taken over from a paper once the Kasubag has approved it;
what contradicts them is a finding: it is changed in the master data, with its legal basis and the
day from which it holds, not in passing.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from pipeline.domain.evaluation import show_target
from pipeline.domain.finding import Finding
from pipeline.domain.indicator import Indicator, Target
from pipeline.domain.master import Definition, MasterData, Opening, Post, TargetSet, Tenure, Unit
from pipeline.domain.master_tables import HEADINGS, MasterTable
from pipeline.domain.numbers import format_number
from pipeline.domain.official import Official, show_nip
from pipeline.domain.period import ROMAN, Period
from pipeline.domain.roster import Roster, Statements

MEND = "samakan dengan Data Induk, atau ajukan perubahannya lewat Data Induk.xlsx lebih dahulu"


def contradictions(
    master: MasterData, statements: Statements, established: Mapping[tuple[str, int], Decimal]
) -> list[Finding]:
    """Where the statements say something else than the master data; ``established`` as there."""
    period = statements.period
    if period is None:
        return []
    known = {definition.code: definition for definition in master.indicators}
    figures = master.figures(period.year, established)
    findings = []
    for row in statements.indicators:
        if row.code in known:
            findings += _definition_findings(known[row.code], row)
            findings += _target_findings(master.targets_for(row.code, period), row)
            findings += _figure_findings(figures, row, period)
    return findings


def adopt_statements(
    master: MasterData,
    statements: Statements,
    *,
    paper: str,
    established: Container[tuple[str, int]] = frozenset(),
) -> MasterData:
    """The master data with all that the approved statements bring and that is not known yet.

    ``paper`` names them: it is the basis of the targets that they set. What print-outs have
    ``established`` (indicator and quarter) is known.
    """
    period = statements.period
    if period is None:
        return master
    known = {definition.code for definition in master.indicators}
    with_targets = {t.indicator for t in master.targets if t.year == period.year}
    opened = {(o.indicator, o.quarter) for o in master.openings if o.year == period.year}
    new_year = date(period.year, 1, 1)
    rows = statements.indicators
    return replace(
        master,
        indicators=(*master.indicators, *(_definition(i) for i in rows if i.code not in known)),
        targets=(
            *master.targets,
            *(
                TargetSet(i.code, period.year, new_year, paper, i.annual_target, i.quarter_targets)
                for i in rows
                if i.code not in with_targets
            ),
        ),
        openings=(
            *master.openings,
            *(
                Opening(i.code, period.year, quarter, actual, paper)
                for i in rows
                for quarter, actual in enumerate(i.previous_actuals[: period.quarter - 1], start=1)
                if actual is not None
                and (i.code, quarter) not in opened
                and (i.code, quarter) not in established
            ),
        ),
    )


def roster_conflicts(
    master: MasterData, roster: Roster, day: date, *, signers: Sequence[Official] = ()
) -> list[Finding]:
    """Where the roster names somebody else than who holds the post on ``day``.

    Before the master data know any post, ``signers`` are who the settings list: nobody becomes one
    by the first roster, on which nobody decides.
    """
    if not master.posts:
        return _signer_findings(roster, signers)
    known = {post.name for post in master.posts}
    findings = []
    for listed in roster.officials:
        place = f"lembar Pejabat, {listed.post}"
        holder = master.official(listed.post, day)
        if listed.post not in known:
            findings.append(Finding(place, "jabatan ini belum ada di Data Induk", MEND))
        elif holder is None:
            findings.append(
                Finding(
                    place,
                    "jabatan ini lowong menurut Data Induk",
                    "tunjuk Plt. atau Plh. lewat Data Induk.xlsx, atau keluarkan dari daftar ini",
                )
            )
        else:
            findings += _holder_findings(place, holder, listed)
    return findings


def adopt_roster(master: MasterData, roster: Roster, since: date) -> MasterData:
    """The master data with the officials of the first roster, where none are known yet."""
    if master.posts:
        return master
    units = dict.fromkeys(o.unit for o in roster.officials if o.unit)
    return replace(
        master,
        units=tuple(Unit(name) for name in units),
        posts=tuple(Post(o.post, o.unit) for o in roster.officials),
        tenures=tuple(Tenure(o.post, o.name, o.nip, o.grade, since) for o in roster.officials),
    )


def from_master(master: MasterData, roster: Roster, day: date) -> Roster:
    """The roster with its officials as the master data know them on ``day``, capacity included."""
    officials = (master.official(o.post, day) or o for o in roster.officials)
    return replace(roster, officials=tuple(officials))


def _definition(row: Indicator) -> Definition:
    return Definition(
        row.code,
        row.strategic_objective,
        row.name,
        row.definition,
        row.unit,
        row.polarity,
        row.aggregation,
        row.source,
    )


def _definition_findings(known: Definition, row: Indicator) -> list[Finding]:
    return [
        _differs(row.code, label, str(getattr(row, key)), str(getattr(known, key)))
        for key, label in HEADINGS[MasterTable.INDICATORS].items()
        if getattr(row, key) != getattr(known, key)
    ]


def _target_findings(known: TargetSet | None, row: Indicator) -> list[Finding]:
    if known is None:
        return []
    pairs: list[tuple[str, Target | None, Target | None]] = [
        ("Target Tahunan", row.annual_target, known.annual)
    ]
    pairs += [
        (f"Target TW {roman}", written, on_file)
        for roman, written, on_file in zip(ROMAN, row.quarter_targets, known.quarters, strict=True)
    ]
    return [
        _differs(row.code, label, show_target(written), f"{show_target(on_file)} ({known.basis})")
        for label, written, on_file in pairs
        if written != on_file
    ]


def _figure_findings(
    figures: Mapping[tuple[str, int], Decimal], row: Indicator, period: Period
) -> list[Finding]:
    return [
        _differs(
            row.code,
            f"Realisasi TW {ROMAN[quarter - 1]}",
            format_number(written),
            format_number(on),
        )
        for quarter, written in enumerate(row.previous_actuals, start=1)
        if quarter < period.quarter
        and (on := figures.get((row.code, quarter))) is not None
        and written != on
    ]


def _holder_findings(place: str, holder: Official, listed: Official) -> list[Finding]:
    pairs = [
        ("Nama", listed.name, holder.name),
        ("NIP", show_nip(listed.nip), show_nip(holder.nip)),
        ("Golongan", listed.grade, holder.grade),
        ("Unit", listed.unit, holder.unit),
    ]
    return [
        Finding(f"{place}, kolom {label}", _said(written, on_file), MEND)
        for label, written, on_file in pairs
        if written != on_file
    ]


def _signer_findings(roster: Roster, signers: Sequence[Official]) -> list[Finding]:
    enrolled: dict[str, set[str]] = {}
    for signer in signers:
        enrolled.setdefault(signer.post, set()).add(signer.nip)
    return [
        Finding(
            f"lembar Pejabat, {official.post}, kolom NIP",
            f"{show_nip(official.nip)} bukan penanda tangan yang terdaftar untuk jabatan ini",
            "samakan dengan [[signers]] di kinerja.toml, atau minta administrator memperbaruinya",
        )
        for official in roster.officials
        if official.nip not in enrolled.get(official.post, {official.nip})
    ]


def _differs(code: str, label: str, written: str, on_file: str) -> Finding:
    return Finding(f"{code}, kolom {label}", _said(written, on_file), MEND)


def _said(written: str, on_file: str) -> str:
    return f"tertulis “{written or 'kosong'}”, sedangkan di Data Induk “{on_file or 'kosong'}”"
