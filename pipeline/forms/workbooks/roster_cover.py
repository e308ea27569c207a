"""A roster judged as a whole: who has nothing to report, and which figure nobody answers for."""

from collections.abc import Collection, Iterable, Mapping

from pipeline.domain.duty import listed
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.official import Official
from pipeline.domain.roster import Assignment, Part

SHEET = "Penugasan"


def check_cover(
    officials: Iterable[Official],
    assignments: Mapping[Assignment, str],
    known: Iterable[str] | None,
) -> list[Finding]:
    """What is wrong or doubtful between the rows; ``assignments`` have the place of their row.

    A sum needs exactly one reporter who answers for it; two who report share the figure.
    """
    posts: dict[str, dict[Part, dict[str, str]]] = {code: {} for code in known or ()}
    for one, place in assignments.items():
        posts.setdefault(one.indicator, {}).setdefault(one.part, {})[one.post] = place
    findings = _idle(officials, {a.post for a in assignments})
    for code, parts in posts.items():
        reporters = sorted(parts.get(Part.REPORTS, {}))
        contributors = parts.get(Part.CONTRIBUTES, {})
        if contributors and len(reporters) != 1:
            findings.append(_unanswered(code, reporters, next(iter(contributors.values()))))
        elif not reporters:
            message = f"indikator {code} belum ditugaskan kepada siapa pun"
            mend = "tugaskan kepada satu jabatan; bila dibiarkan, indikator ini tidak dilaporkan"
            findings.append(_doubt(message, mend))
        elif len(reporters) > 1:
            message = f"indikator {code} ditugaskan kepada {listed(reporters)}"
            mend = "biarkan bila memang dilaporkan bersama: angkanya harus sama; bila angkanya"
            findings.append(_doubt(message, f"{mend} dijumlahkan, pakai peran menyumbang"))
    return findings


def _idle(officials: Iterable[Official], busy: Collection[str]) -> list[Finding]:
    mend = "tugaskan indikator atau hapus jabatannya"
    return [
        _doubt(f"{official.post} tidak ditugasi satu indikator pun", mend)
        for official in officials
        if official.post not in busy
    ]


def _unanswered(code: str, reporters: list[str], place: str) -> Finding:
    if reporters:
        message = f"jumlah kontribusi indikator {code} dilaporkan oleh {listed(reporters)}"
        mend = "sisakan satu baris berperan melaporkan; yang lain menjadi menyumbang, atau dihapus"
    else:
        message = f"indikator {code} mempunyai penyumbang, tetapi tidak ada yang melaporkannya"
        mend = "tambahkan baris dengan peran melaporkan bagi jabatan yang bertanggung jawab"
    return Finding(f"{place}, kolom Peran", message, mend)


def _doubt(message: str, mend: str) -> Finding:
    return Finding(f"lembar {SHEET}", message, mend, Severity.WARNING)
