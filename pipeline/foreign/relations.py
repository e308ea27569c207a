"""What the parts of a package point to, and whether that lies outside the package."""

from dataclasses import dataclass

from pipeline.foreign.markup import parse

_USUAL = ("http://", "https://", "mailto:", "#")


@dataclass(frozen=True)
class Relation:
    """What a part points to: the last word of its type, and where it is."""

    kind: str
    target: str
    external: bool

    @property
    def leads_outside(self) -> bool:
        """Whether it is elsewhere, whatever it claims: an address, a drive, another machine."""
        place = self.target.strip().replace("\\", "/")
        return self.external or ":" in place or place.startswith("//")

    @property
    def is_usual_link(self) -> bool:
        """Whether it is a hyperlink of a kind that people need: a page, a letter, a place here."""
        return self.is_link and self.target.lower().startswith(_USUAL)

    @property
    def is_link(self) -> bool:
        """Whether it is a hyperlink, which only a click opens."""
        return self.kind == "hyperlink"


def relations_in(part: bytes) -> list[Relation]:
    """The relationships that a part named ``*.rels`` lists.

    Raises:
        ValueError: it is not well-formed, or not as `parse` asks for.
    """
    return [
        Relation(
            kind=(item.get("Type") or "").rsplit("/", 1)[-1],
            target=item.get("Target") or "",
            external=(item.get("TargetMode") or "").strip().lower() == "external",
        )
        for item in parse(part).iter("{*}Relationship")
    ]


def is_relations(name: str) -> bool:
    """Whether the part of this name lists relationships."""
    return name.lower().endswith(".rels")
