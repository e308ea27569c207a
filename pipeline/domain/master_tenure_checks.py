"""What is wrong with the tenures: who holds which post, from when to when, and by which SK."""

import re
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from datetime import date

from pipeline.domain.calendar import MONTHS
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.master import Capacity, Tenure
from pipeline.domain.master_tables import MasterTable, Placed, repeats, show_date
from pipeline.domain.naming import name_key
from pipeline.domain.official import nip_problem

Row = Placed[Tenure]


def tenure_findings(rows: Sequence[Row], posts: Container[str]) -> Iterator[Finding]:
    """The faults of the tenures; ``posts`` are the known ones."""
    for row in rows:
        if row.entry.post not in posts:
            yield row.finding(
                "post",
                f"jabatan “{row.entry.post[:60]}” tidak ada",
                f"pilih dari daftar, atau tambahkan di lembar {MasterTable.POSTS}",
            )
        yield from _day_findings(row)
        yield from _nip_findings(row)
        yield from _decree_findings(row)
    for first, row in repeats(rows, lambda tenure: tenure):
        yield row.finding("post", f"baris ini sama dengan {first.place}", "hapus salah satunya")
    yield from _name_findings(rows)
    yield from _double_findings(rows)


def _day_findings(row: Row) -> Iterator[Finding]:
    start, end = row.entry.active_from, row.entry.active_to
    if end is not None and end < start:
        yield row.finding(
            "active_to",
            f"berakhir {show_date(end)}, padahal mulai {show_date(start)}",
            "betulkan salah satu tanggalnya",
        )


def _nip_findings(row: Row) -> Iterator[Finding]:
    """The form of the NIP, and the days that it encodes, before which nobody holds a post."""
    nip, start = row.entry.nip, row.entry.active_from
    if problem := nip_problem(nip):
        mend = "periksa NIP pada surat keputusan, lalu ketik ulang"
        yield row.finding("nip", problem, mend)
        return
    born, appointed, called = _days_of(nip)
    mend = "periksa tanggal ini dan NIP-nya pada surat keputusan"
    if start < born:
        message = f"mendahului tanggal lahir menurut NIP ({show_date(born)})"
        yield row.finding("active_from", message, mend)
    elif start < appointed:
        message = f"mendahului pengangkatan menurut NIP ({called})"
        yield row.finding("active_from", message, mend)


def _days_of(nip: str) -> tuple[date, date, str]:
    """Birth, and the first day of the appointment with its name; a PPPK has the year alone."""
    digits = re.sub(r"\s", "", nip)
    born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    year, month = int(digits[8:12]), int(digits[12:14])
    if not year:
        return born, born, ""
    if month > 12:
        return born, date(year, 1, 1), f"{year}"
    return born, date(year, month, 1), f"{MONTHS[month - 1]} {year}"


def _decree_findings(row: Row) -> Iterator[Finding]:
    capacity = row.entry.capacity
    if capacity is Capacity.DEFINITIVE:
        return
    if not row.entry.decree:
        message = f"{capacity} tanpa nomor SK"
        yield row.finding("decree", message, "isi nomor surat keputusan atau surat perintahnya")
    if row.entry.active_to is None:
        yield row.finding("active_to", f"{capacity} tanpa tanggal akhir", "isi tanggal akhirnya")


def _name_findings(rows: Sequence[Row]) -> Iterator[Finding]:
    """One NIP under two names; a degree more or less is the same name."""
    for first, row in repeats([r for r in rows if r.entry.nip], lambda tenure: tenure.nip):
        if _bare(first.entry.name) != _bare(row.entry.name):
            yield row.finding(
                "nip",
                f"NIP ini di {first.place} atas nama {first.entry.name}, di sini {row.entry.name}",
                "samakan namanya bila orangnya sama; bila bukan, betulkan NIP-nya",
            )


def _bare(name: str) -> str:
    """A name without degrees: what ends in a dot, and all after the first comma."""
    words = name.partition(",")[0].split()
    return name_key("".join(word for word in words if not word.endswith(".")) or name)


def _double_findings(rows: Sequence[Row]) -> Iterator[Finding]:
    """Two holders of one post, in the same capacity, on one day; a Plt. beside a holder."""
    by_post: dict[str, list[Row]] = defaultdict(list)
    said = {id(again) for _, again in repeats(rows, lambda tenure: tenure)}
    for row in rows:
        if id(row) not in said and _end(row.entry) >= row.entry.active_from:
            by_post[row.entry.post].append(row)
    for held in by_post.values():
        held.sort(key=lambda row: row.entry.active_from)
        own = {c: [row for row in held if row.entry.capacity is c] for c in Capacity}
        for capacity, same in own.items():
            yield from _overlaps(same, capacity)
        for acting in own[Capacity.ACTING]:
            yield from _beside_holder(acting, own[Capacity.DEFINITIVE])


def _overlaps(held: Sequence[Row], capacity: Capacity) -> Iterator[Finding]:
    """``held`` by their first day: each one that begins before an earlier one has ended."""
    last: Row | None = None
    for row in held:
        if last is not None and last.entry.covers(row.entry.active_from):
            both = f"{_shown(last.entry)} dan {_shown(row.entry)}"
            yield row.finding(
                "active_from",
                f"{both} sama-sama {capacity} pada jabatan ini pada"
                f" {show_date(row.entry.active_from)}",
                f"isi atau betulkan Sampai di {last.place}, atau tanggal di baris ini",
            )
        if last is None or _end(row.entry) > _end(last.entry):
            last = row


def _beside_holder(acting: Row, holders: Sequence[Row]) -> Iterator[Finding]:
    tenure = acting.entry
    for holder in holders:
        other = holder.entry
        if other.active_from <= _end(tenure) and tenure.active_from <= _end(other):
            yield acting.finding(
                "capacity",
                f"Plt. mengisi jabatan yang kosong, padahal {_shown(other)} menjabat definitif",
                f"pakai Plh. bila ia hanya berhalangan, atau isi Sampai di {holder.place}",
                Severity.WARNING,
            )
            return


def _shown(tenure: Tenure) -> str:
    start = show_date(tenure.active_from)
    if tenure.active_to is None:
        return f"{tenure.name} (sejak {start})"
    return f"{tenure.name} ({start} s.d. {show_date(tenure.active_to)})"


def _end(tenure: Tenure) -> date:
    return tenure.active_to or date.max
