"""What a filing will do, judged before anything is written: kept, written, or refused."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.archive.manifest import Digests, blocks_of, digest_of
from pipeline.domain.naming import is_safe
from pipeline.errors import ArchiveError

Content = Path | bytes
"""What goes into a bag: a file to copy, or bytes."""

INDEX_PDF = "BACA SAYA.pdf"
INDEX_FOLDER = "metadata"

_BOOKKEEPING = frozenset(
    {"Bagging-Date", "Bag-Software-Agent", "Bag-Size", "Payload-Oxum"}
    | {"Bag-Generation", "Previous-Bag-SHA256"}
)


@dataclass(frozen=True)
class FiledBag:
    """A bag as it says of itself; ``payload`` maps names below ``data/`` to their digests.

    ``sha256`` is that of ``tagmanifest-sha256.txt``, which through the manifests fixes every byte
    of the bag; ``generation`` counts from 1.
    """

    path: Path
    info: Mapping[str, str]
    payload: Mapping[str, Digests]
    sha256: str
    generation: int


@dataclass(frozen=True)
class Plan:
    """One generation to be: files kept by link, and contents to be copied and then checked."""

    kept: Mapping[str, Digests]
    written: Mapping[str, Content]
    expected: Mapping[str, str]
    tags: Mapping[str, str]


def plan_filing(
    target: Path,
    standing: FiledBag | None,
    contents: Mapping[str, Content],
    tags: Mapping[str, str],
    expected: Mapping[str, str],
    *,
    grown: Collection[str] = (),
) -> Plan:
    """The next generation of ``standing`` (None: the first) when ``contents`` are filed too.

    ``grown`` are the filed documents that may have become longer at their end.

    Raises:
        ArchiveError: a name cannot stand, two clash, a content is not the expected one, or a
            filed document would change, but for what ``grown`` allows.
        OSError: a content that is to be compared cannot be read.
    """
    _check_names(target, contents)
    kept = dict(standing.payload) if standing else {}
    _check_clashes(target, {*kept, *contents})
    written = {
        name: content
        for name, content in contents.items()
        if name not in kept
        or _replaces(target, name, content, kept[name], expected, grows=name in grown)
    }
    for name in written:
        kept.pop(name, None)
    lines = {key: " ".join(value.split()) for key, value in tags.items()}
    return Plan(kept, written, expected, {key: line for key, line in lines.items() if line})


def is_new(plan: Plan, standing: FiledBag | None, derived: Collection[str]) -> bool:
    """Whether ``plan`` says anything that ``standing`` does not: a file, or a tag of the dossier.

    When and how it was bagged is no news, nor are ``derived`` files, printed from the rest.
    """
    if standing is None:
        return True
    news = set(plan.written) - (set(derived) & set(standing.payload))
    return bool(news) or _said(plan.tags) != _said(standing.info)


def is_index(name: str) -> bool:
    """Whether the file ``name`` (below ``data/``) describes the generation it stands in."""
    return name == INDEX_PDF or name.startswith(f"{INDEX_FOLDER}/")


def check_expected(name: str, digests: Digests, expected: Mapping[str, str]) -> None:
    """A content must be what the ledger says.

    Raises:
        ArchiveError: its SHA-256 is another.
    """
    if name in expected and digests.sha256 != expected[name].lower():
        raise ArchiveError(
            f"“{name}” tidak lagi sama dengan yang tercatat (SHA-256 tercatat"
            f" {expected[name][:16]}…, ditemukan {digests.sha256[:16]}…). Tidak ada yang"
            " diarsipkan. Pulihkan dokumen itu dari asalnya, lalu ulangi."
        )


def _replaces(
    target: Path,
    name: str,
    content: Content,
    filed: Digests,
    expected: Mapping[str, str],
    *,
    grows: bool,
) -> bool:
    """Whether ``content`` takes the place of a filed file.

    Only an index file may be replaced; what ``grows`` must begin with the filed file's bytes.
    """
    digests = digest_of(content)
    check_expected(name, digests, expected)
    if digests == filed:
        return False
    if is_index(name) or (grows and _begins_with(content, target / "data" / name, filed.size)):
        return True
    raise ArchiveError(
        f"“{name}” sudah diarsipkan dalam “{target.name}” dengan isi lain, dan dokumen yang sudah"
        " diarsipkan tidak boleh berubah. Arsipkan pembetulannya sebagai dokumen baru (ralat"
        " atau perubahan)."
    )


def _begins_with(content: Content, filed: Path, size: int) -> bool:
    """Whether ``content`` is the ``filed`` file of ``size`` bytes, and more behind it."""
    if isinstance(content, bytes):
        return len(content) > size and content[:size] == filed.read_bytes()
    if content.stat().st_size <= size:
        return False
    with content.open("rb") as longer, filed.open("rb") as shorter:
        return all(longer.read(len(block)) == block for block in blocks_of(shorter))


def _said(tags: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if key not in _BOOKKEEPING}


def _check_names(target: Path, names: Collection[str]) -> None:
    for name in names:
        parts = PurePosixPath(name).parts
        if not parts or "/".join(parts) != name or not all(map(is_safe, parts)):
            raise ArchiveError(
                f"“{name}” tidak dapat menjadi nama dalam berkas arsip “{target.name}”."
                " Gunakan nama yang sah di Windows, tanpa tanda persen, lalu ulangi."
            )


def _check_clashes(target: Path, names: Collection[str]) -> None:
    """Two names must stay two on Windows too, and none may be both file and folder."""
    folders = {_folded(str(folder)) for name in names for folder in PurePosixPath(name).parents}
    taken: dict[str, str] = {}
    for name in sorted(names):
        key = _folded(name)
        if key in taken or key in folders:
            raise ArchiveError(
                f"Dua isi berkas arsip “{target.name}” bernama sama: “{taken.get(key, name)}” dan"
                f" “{name}” (huruf besar dan kecil tidak dibedakan). Beri salah satunya nama lain,"
                " lalu ulangi."
            )
        taken[key] = name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())
