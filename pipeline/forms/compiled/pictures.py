"""Pictures set into a document, as docxtpl and python-docx would set them.

A picture is a part of the package, shared by all places that show the same bytes; a relationship
from the part that shows it; and a drawing in the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from docx.image.image import Image
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml.shape import CT_Inline
from docx.package import Package
from docx.parts.story import StoryPart
from docx.shared import Emu, Mm
from lxml import etree

from pipeline.foreign.markup import parse
from pipeline.forms.compiled.values import Picture
from pipeline.forms.sandbox import TemplateLimitError

_IDS = (900000001, 900000002, 900000003)
_RELATION, _FILE = "rIdZZ", "fileZZ"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_NO_RELATIONS = f'<Relationships xmlns="{_RELATIONS}"/>'.encode()
_SET = '</w:t></w:r><w:r><w:drawing>{}</w:drawing></w:r><w:r><w:t xml:space="preserve">'


@dataclass(frozen=True)
class Frame:
    """A part that may show pictures: its name and folder, and how it draws them.

    ``relations`` are the ids of its relationships; ``shown`` those to pictures, by their part.
    """

    part: str
    folder: str
    relations: frozenset[str]
    shown: Mapping[str, str]
    drawing: str

    @classmethod
    def of(cls, part: StoryPart, *, in_body: bool) -> "Frame":
        """The frame of a body, a header or a footer; the latter are read without blank text."""
        shape = part.next_id
        inline = CT_Inline.new_pic_inline(shape, _RELATION, _FILE, Emu(_IDS[0]), Emu(_IDS[1])).xml
        if not in_body:
            bare = etree.fromstring(inline, etree.XMLParser(remove_blank_text=True))
            inline = etree.tostring(bare, encoding="unicode")
        return cls(
            str(part.partname),
            part.partname.baseURI,
            frozenset(part.rels),
            {
                str(relation.target_part.partname): relation.rId
                for relation in reversed(part.rels.values())
                if relation.reltype == RELATIONSHIP_TYPE.IMAGE and not relation.is_external
            },
            _SET.format(inline),
        )

    def drawn(self, relation: str, image: Image, width: float) -> str:
        """``image`` in a run of its own, ``width`` in millimetres."""
        cx, cy = image.scaled_dimensions(Mm(width), None)
        return (
            self.drawing.replace(_RELATION, relation)
            .replace(_FILE, image.filename)
            .replace(str(_IDS[0]), str(int(cx)))
            .replace(str(_IDS[1]), str(int(cy)))
        )


@dataclass(frozen=True)
class Gallery:
    """The pictures that a package has: the numbers of their parts, and the parts by SHA-1."""

    numbers: tuple[int | None, ...]
    parts: Mapping[str, str]

    @classmethod
    def of(cls, package: Package) -> "Gallery":
        """The pictures of ``package``."""
        images = list(package.image_parts)
        return cls(
            tuple(image.partname.idx for image in images),
            {image.sha1: str(image.partname) for image in reversed(images)},
        )


class Placing:
    """The pictures of one document while it is filled in; ``frame`` is the part one is in.

    ``added`` are the parts that came with them, by name; ``relations`` are those that each part,
    by name, came to have: the id by the place of the picture's part.
    """

    def __init__(self, gallery: Gallery) -> None:
        self.frame: Frame | None = None
        self.added: dict[str, Image] = {}
        self.relations: dict[str, dict[str, str]] = {}
        self._names = dict(gallery.parts)
        self._numbers = list(gallery.numbers)

    def shown(self, image: Image, width: float) -> str:
        """The XML that shows ``image`` where one is, ``width`` in millimetres.

        Raises:
            TemplateLimitError: no picture can stand there.
        """
        if self.frame is None:
            raise TemplateLimitError(
                "gambar hanya dapat ditempatkan di isi naskah, kepala, atau kaki halaman"
            )
        name = self._names.get(image.sha1)
        if name is None:
            name = self._names[image.sha1] = self._next_name(image.ext)
            self.added[name] = image
        return self.frame.drawn(self._related(self.frame, name), image, width)

    def _next_name(self, ext: str) -> str:
        """The first number that is free, as `docx.package.ImageParts` looks for it."""
        count = len(self._numbers)
        number = next(n for n in range(1, count + 2) if n == count + 1 or n not in self._numbers)
        self._numbers.append(number)
        return f"/word/media/image{number}.{ext}"

    def _related(self, frame: Frame, name: str) -> str:
        """The id of the relationship from a part to a picture's, as `docx.opc.rel` gives it."""
        if name in frame.shown:
            return frame.shown[name]
        mine = self.relations.setdefault(frame.part, {})
        target = PackURI(name).relative_ref(frame.folder)
        if target not in mine:
            taken = frame.relations | set(mine.values())
            count = len(taken) + 1
            mine[target] = next(f"rId{n}" for n in range(1, count + 1) if f"rId{n}" not in taken)
        return mine[target]


class PlacedPicture:
    """A picture in the context of one document: where it is written, it is set in."""

    def __init__(self, picture: Picture, placing: Placing) -> None:
        self._image, self._width, self._placing = image_of(picture.png), picture.width, placing

    def __html__(self) -> str:
        return self._placing.shown(self._image, self._width)

    __str__ = __html__


def image_of(data: bytes) -> Image:
    """A picture's kind and size, as python-docx reads them."""
    return Image.from_blob(data)


def typed_xml(types: bytes, kinds: Mapping[str, str]) -> bytes:
    """The content types of a package, with those of pictures: media types by extension."""
    root = parse(types)
    default = f"{{{_TYPES}}}Default"
    known = {each.get("Extension", "").lower() for each in root.iter(default)}
    for ext, kind in kinds.items():
        if ext.lower() not in known:
            root.insert(0, etree.Element(default, Extension=ext, ContentType=kind))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def related_xml(relations: bytes | None, added: Mapping[str, str]) -> bytes:
    """The relationships of a part, with those to the pictures ``added``: ids by target."""
    root = parse(relations or _NO_RELATIONS)
    for target, identity in added.items():
        etree.SubElement(
            root,
            f"{{{_RELATIONS}}}Relationship",
            Id=identity,
            Type=RELATIONSHIP_TYPE.IMAGE,
            Target=target,
        )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
