"""The document numbers that the dossiers themselves bear: after a restore, all that is sure."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pipeline.archive.card import read_card
from pipeline.domain.document_number import NumberTemplate
from pipeline.errors import ArchiveError

_CARD = "*/*/*/data/metadata/berkas.json"


@dataclass(frozen=True)
class FiledNumber:
    """A number with the classification and the folder, relative to the archive, of its dossier."""

    text: str
    classification: str
    dossier: PurePosixPath


def filed_numbers(archive: Path, *, known: Container[str] = ()) -> Iterator[FiledNumber]:
    """The numbers of all dossiers: of the print-out that holds, and of those that it replaces.

    Args:
        archive: The archive's root.
        known: Dossiers that the ledger has on file: what it says of them stands even where their
            card cannot be read.

    Raises:
        ArchiveError: the card of another dossier cannot be read, so that its number is not known.
    """
    for card in sorted(archive.glob(_CARD)):
        bag = card.parents[2]
        dossier = PurePosixPath(bag.relative_to(archive).as_posix())
        if any(part.startswith(".") for part in dossier.parts):
            continue  # a filing under way
        try:
            filed = read_card(card.read_bytes(), bag)
        except FileNotFoundError:
            continue  # its next generation takes its place just now
        except (ArchiveError, OSError) as error:
            if str(dossier) in known:
                continue
            raise ArchiveError(
                f"Nomor naskah pada berkas arsip “{dossier}” tidak dapat dibaca, sehingga nomor"
                f" berikutnya belum pasti: {error} Pulihkan berkas itu dari cadangan."
            ) from error
        for number in (filed.document_number, *filed.earlier_numbers):
            if number:
                yield FiledNumber(number, filed.classification, dossier)


def place_of(filed: FiledNumber, templates: Iterable[NumberTemplate]) -> tuple[int, int] | None:
    """Year and place of a filed number in the sequence of a unit; ``None`` if not of it.

    Args:
        filed: The number.
        templates: How the procedures of the unit write its numbers.
    """
    shapes = (replace(template, classification=filed.classification) for template in templates)
    places = (shape.place(filed.text) for shape in shapes)
    return next((place for place in places if place is not None), None)


def highest_filed(
    archive: Path, templates: Iterable[NumberTemplate], year: int, *, known: Container[str] = ()
) -> int:
    """The highest place of a unit's sequence that the archive holds; 0 where it holds none.

    A ralat lies in the dossier of what it corrects, which may be years old: every year is looked
    at.

    Args:
        archive: The archive's root.
        templates: How the procedures of the unit write its numbers.
        year: The year of the sequence.
        known: As for `filed_numbers`.

    Raises:
        ArchiveError: a card cannot be read.
    """
    shapes = tuple(templates)
    places = (place_of(filed, shapes) for filed in filed_numbers(archive, known=known))
    return max((place[1] for place in places if place is not None and place[0] == year), default=0)
