"""Where a file lies between its command folder and the ledger, told by names alone.

``work/<uuid>/=<command folder>,<bundle>/<name>``, folder and bundle quoted as in a URL. A file
keeps its name as it is. What is quoted may be longer than a name may be: then it goes on in
folders that begin with ``+``, and the last one begins with ``=``.
"""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes
from uuid import uuid4

from pipeline.files import make_folder

_ID = re.compile(r"[0-9a-f]{32}")
MORE, LAST, APART = "+", "=", ","
CHUNK = 200


@dataclass(frozen=True)
class Claim:
    """A file that was taken: ``folder`` is relative to the inbox, ``bundle`` a folder inside it.

    Names are as the file system has them; `shown` makes text of them. ``place`` is where it lies.
    """

    id: str
    folder: str
    bundle: str
    place: Path

    @property
    def name(self) -> str:
        """The file's name as its sender gave it."""
        return self.place.name

    @property
    def key(self) -> tuple[str, str, str]:
        """What a second copy of the same file has in common with it."""
        return self.folder, self.bundle, self.name


def shown(name: str) -> str:
    """A name as text: bytes that are no UTF-8 (an old archive unpacked) as replacement signs."""
    return os.fsencode(name).decode(errors="replace")


def make_home(work: Path, folder: str, bundle: str, name: str) -> Claim:
    """Folders for a file that is about to be moved there.

    After a power cut the file lies in its command folder or here. That it lies here, and not there,
    must be durable only when it is entered.
    """
    make_folder(work)
    id_ = uuid4().hex
    place = work / id_
    place.mkdir(mode=0o700)
    for part in _parts(folder, bundle):
        place = place / part
        place.mkdir(mode=0o700)
    return Claim(id_, folder, bundle, place / name)


def drop_claim(work: Path, claim: Claim) -> None:
    """Remove a claim with its file, which is in the ledger now."""
    claim.place.unlink()
    drop_home(work, claim.id)


def drop_home(work: Path, claim_id: str) -> None:
    """Remove a claim's folders; whatever else lies in them stays, and they with it."""
    for folder, _, _ in os.walk(work / claim_id, topdown=False):
        try:
            os.rmdir(folder)
        except OSError:
            return


def claims_in(work: Path) -> Iterator[Claim]:
    """What lies in ``work``, the oldest first.

    The folders of what a crash kept from coming are removed: only one process may ask.
    """
    for home in _homes(work):
        claim = _read(home)
        if claim is None:
            drop_home(work, home.name)
        else:
            yield claim


def left_claims(work: Path, patience_s: float) -> list[tuple[Claim, Path]]:
    """What was taken longer than ``patience_s`` ago and is not entered yet, with the file itself.

    For looking from outside: nothing is changed, and a sweep may be running.
    """
    left = []
    for home in _homes(work):
        try:
            age_s = time.time() - home.stat().st_mtime
            claim = _read(home)
        except FileNotFoundError:  # entered while we looked
            continue
        if claim is not None and age_s > patience_s:
            left.append((claim, claim.place))
    return left


def _homes(work: Path) -> list[Path]:
    try:
        with os.scandir(work) as entries:
            homes = [e for e in entries if _ID.fullmatch(e.name)]
            found = [(e.stat(follow_symlinks=False).st_mtime_ns, e.path) for e in homes]
    except FileNotFoundError:
        return []
    return [Path(path) for _, path in sorted(found)]


def _parts(folder: str, bundle: str) -> list[str]:
    text = APART.join(quote_from_bytes(os.fsencode(part), safe=" ") for part in (folder, bundle))
    chunks = [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]
    return [*(MORE + chunk for chunk in chunks[:-1]), LAST + chunks[-1]]


def _read(home: Path) -> Claim | None:
    """The claim whose folders these are; ``None`` while nothing lies in them."""
    place, text = home, ""
    while not place.name.startswith(LAST):
        inner = next((name for name in os.listdir(place) if name[0] in (MORE, LAST)), None)
        if inner is None:
            return None
        place, text = place / inner, text + inner[1:]
    names = os.listdir(place)
    if not names:
        return None
    folder, bundle = (os.fsdecode(unquote_to_bytes(part)) for part in text.split(APART))
    return Claim(home.name, folder, bundle, place / names[0])
