"""One generation of a bag built in an empty folder: payload, tag files, manifests (RFC 8493).

``bagit.make_bag`` is not used for it: that changes the working directory of the whole process
(two threads filing at once would bag each other's files), writes version 0.97, and reads
everything a second time. The library has the last word on what was built.
"""

import errno
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import bagit

from pipeline.archive.manifest import (
    ALGORITHMS,
    BLOCK,
    DECLARATION,
    Digests,
    Hasher,
    blocks_of,
    format_manifest,
)
from pipeline.archive.planning import Content, FiledBag, Plan, check_expected

_NO_LINKS = frozenset({errno.EPERM, errno.EXDEV, errno.EMLINK, errno.EOPNOTSUPP})


def build(workplace: Path, plan: Plan, standing: FiledBag | None) -> None:
    """Build the bag that ``plan`` describes in the empty ``workplace``; not durable yet.

    Raises:
        ArchiveError: a content is not the expected one.
        OSError: the disk refuses, or a content cannot be read.
        bagit.BagError: the library does not accept what was built.
    """
    payload = dict(plan.kept)
    (workplace / "data").mkdir()
    if standing:
        for name in sorted(plan.kept):
            _link(standing.path / "data" / name, workplace / "data" / name)
    for name, content in sorted(plan.written.items()):
        payload[name] = _copy(content, workplace / "data" / name)
        check_expected(name, payload[name], plan.expected)
    _write_tag_files(workplace, payload, {**plan.tags, **_own_tags(payload, standing)})
    bagit.Bag(str(workplace)).validate(completeness_only=True)


def _own_tags(payload: Mapping[str, Digests], standing: FiledBag | None) -> dict[str, str]:
    size = sum(digests.size for digests in payload.values())
    tags = {
        "Bag-Size": f"{size / 1_000_000:.1f} MB",
        "Payload-Oxum": f"{size}.{len(payload)}",
        "Bag-Generation": str(standing.generation + 1 if standing else 1),
    }
    return tags | ({"Previous-Bag-SHA256": standing.sha256} if standing else {})


def _write_tag_files(root: Path, payload: Mapping[str, Digests], tags: Mapping[str, str]) -> None:
    files = {
        "bagit.txt": DECLARATION,
        "bag-info.txt": "".join(f"{key}: {value}\n" for key, value in tags.items()).encode(),
    }
    for algorithm in ALGORITHMS:
        files[f"manifest-{algorithm}.txt"] = format_manifest(
            {f"data/{name}": digests.get(algorithm) for name, digests in payload.items()}
        )
    written = {name: _copy(data, root / name) for name, data in files.items()}
    for algorithm in ALGORITHMS:
        lines = {name: digests.get(algorithm) for name, digests in written.items()}
        _copy(format_manifest(lines), root / f"tagmanifest-{algorithm}.txt")


def _copy(content: Content, path: Path) -> Digests:
    """Write ``content`` read-only to the new ``path``, hashing what passes by."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hasher = Hasher()
    with path.open("xb") as file:
        for block in _blocks(content):
            hasher.update(block)
            file.write(block)
        os.fchmod(file.fileno(), 0o444)
    return hasher.digests()


def _blocks(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield from (content[start : start + BLOCK] for start in range(0, len(content), BLOCK))
        return
    with content.open("rb") as file:
        yield from blocks_of(file)


def _link(filed: Path, path: Path) -> None:
    """The same file in the next generation; a copy where the file system has no links."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(filed, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _copy(filed, path)
