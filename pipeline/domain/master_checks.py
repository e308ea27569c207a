"""What is wrong with master data as a whole, beyond what each cell says by itself.

The places of findings are the rows of the workbook that the data were read from, or else the
entries' own names.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from pipeline.domain.finding import Finding
from pipeline.domain.master import Definition, MasterData, Post, Unit
from pipeline.domain.master_tables import (
    EntryT,
    MasterTable,
    Placed,
    entries,
    label,
    repeats,
)
from pipeline.domain.master_target_checks import opening_findings, target_findings
from pipeline.domain.master_tenure_checks import tenure_findings
from pipeline.domain.naming import name_key, post_folder

Place = Callable[[MasterTable, int], str]
_PICK = "pilih dari daftar, atau tambahkan di lembar {table}"
_TWICE = "hapus salah satunya"


def problems(master: MasterData, place: Place | None = None) -> list[Finding]:
    """Every fault between the entries of ``master``, in the order of its tables.

    ``place`` says where an entry stands, by its table and its index there.
    """
    at = place or by_name(master)

    def placed(table: MasterTable, found: Sequence[EntryT]) -> list[Placed[EntryT]]:
        return [Placed(entry, at(table, index)) for index, entry in enumerate(found)]

    posts = {p.name for p in master.posts}
    indicators = {d.code: d for d in master.indicators}
    units = placed(MasterTable.UNITS, master.units)
    return [
        *_unit_findings(units),
        *_post_findings(placed(MasterTable.POSTS, master.posts), {u.name for u in master.units}),
        *tenure_findings(placed(MasterTable.TENURES, master.tenures), posts),
        *_code_findings(placed(MasterTable.INDICATORS, master.indicators)),
        *target_findings(placed(MasterTable.TARGETS, master.targets), indicators),
        *opening_findings(placed(MasterTable.OPENINGS, master.openings), indicators),
    ]


def by_name(master: MasterData) -> Place:
    """Where entries stand that came from no workbook: the table, and what they are called."""
    return lambda table, index: f"{table} · {label(entries(master, table)[index])}"


def _unit_findings(rows: Sequence[Placed[Unit]]) -> Iterator[Finding]:
    for first, row in repeats(rows, lambda unit: name_key(unit.name)):
        yield row.finding("name", f"unit ini sudah ada di {first.place}", _TWICE)
    parents = {row.entry.name: row.entry.parent for row in rows}
    in_loops: set[str] = set()
    for row in rows:
        parent = row.entry.parent
        if parent and parent not in parents:
            mend = _PICK.format(table=MasterTable.UNITS)
            yield row.finding("parent", f"unit “{parent[:60]}” tidak ada", mend)
        loop = _loop(row.entry.name, parents)
        if loop and row.entry.name not in in_loops:
            in_loops.update(loop)
            yield row.finding(
                "parent",
                f"unit ini menjadi bawahan dirinya sendiri: {' → '.join([*loop, loop[0]])}",
                "kosongkan atau ganti Induk salah satu unit itu",
            )


def _loop(name: str, parents: Mapping[str, str]) -> list[str]:
    """The units from ``name`` upwards back to itself; none where it is in no loop."""
    chain, seen = [name], {name}
    while (above := parents.get(chain[-1], "")) and above not in seen:
        chain.append(above)
        seen.add(above)
    return chain if above == name else []


def _post_findings(rows: Sequence[Placed[Post]], units: set[str]) -> Iterator[Finding]:
    for first, row in repeats(rows, lambda post: name_key(post.name)):
        yield row.finding("name", f"jabatan ini sudah ada di {first.place}", _TWICE)
    for first, row in repeats(rows, lambda post: post_folder(post.name).casefold()):
        # Two posts in one folder would see, and take for theirs, each other's forms.
        if name_key(first.entry.name) != name_key(row.entry.name):
            yield row.finding(
                "name",
                f"jabatan ini akan memakai folder “{post_folder(row.entry.name)}” bersama jabatan"
                f" di {first.place}",
                "tulis kedua jabatan sehingga berbeda dalam huruf atau angkanya, bukan hanya dalam"
                " tanda bacanya",
            )
    for row in rows:
        unit = row.entry.unit
        if unit and unit not in units:
            mend = _PICK.format(table=MasterTable.UNITS)
            yield row.finding("unit", f"unit “{unit[:60]}” tidak ada", mend)


def _code_findings(rows: Sequence[Placed[Definition]]) -> Iterator[Finding]:
    for first, row in repeats(rows, lambda known: name_key(known.code)):
        mend = "beri setiap indikator kodenya"
        yield row.finding("code", f"kode ini sudah dipakai {first.place}", mend)
