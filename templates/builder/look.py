"""The one look of all templates: paper, palette, styles, and the tables that follow them."""

from dataclasses import dataclass

from .wml import MONOSPACE, Ink, TableLook, edge, twips

FONT = "Arial"

INK = "1F2A30"  # letters
MUTED = "56656D"  # secondary letters, 6:1 on white
FAINT = "76858C"  # placeholders
MARINE = "0F4C5C"  # headings, heads of tables, bands
TEAL = "2A7F8E"  # rules with weight
HAIR = "B9C7CC"  # hairlines
MIST = "EAF1F3"  # label cells and printed columns
FOAM = "F5F8F9"  # group rows
SAND = "FFF6E0"  # what wants attention
WHITE = "FFFFFF"


@dataclass(frozen=True)
class Paper:
    """A sheet and its margins in millimetres; header and footer are distances from the edge."""

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float
    header: float = 8.0
    footer: float = 7.0

    @property
    def text_width(self) -> float:
        """What lies between the margins."""
        return self.width - self.left - self.right

    def markup(self, references: str = "", *, first_page_differs: bool = False) -> str:
        """The section properties; `references` point to headers and footers."""
        orient = ' w:orient="landscape"' if self.width > self.height else ""
        title = "<w:titlePg/>" if first_page_differs else ""
        return (
            f"<w:sectPr>{references}"
            f'<w:pgSz w:w="{twips(self.width)}" w:h="{twips(self.height)}"{orient}/>'
            f'<w:pgMar w:top="{twips(self.top)}" w:right="{twips(self.right)}"'
            f' w:bottom="{twips(self.bottom)}" w:left="{twips(self.left)}"'
            f' w:header="{twips(self.header)}" w:footer="{twips(self.footer)}" w:gutter="0"/>'
            f"{title}</w:sectPr>"
        )


F4_LANDSCAPE = Paper(330, 215, top=16, right=15, bottom=16, left=15)
A4_PORTRAIT = Paper(210, 297, top=14, right=20, bottom=18, left=20)
A4_LANDSCAPE = Paper(297, 210, top=13, right=15, bottom=15, left=15)

GRID = TableLook(
    "".join(edge(side, HAIR) for side in ("top", "left", "bottom", "right", "insideH", "insideV")),
    (0.7, 1.4, 0.7, 1.4),
)
DENSE = TableLook(GRID.borders, (0.7, 1.0, 0.7, 1.0))
LINES = TableLook(
    "".join(edge(side, HAIR) for side in ("top", "bottom", "insideH")), (0.75, 1.4, 0.75, 1.4)
)


@dataclass(frozen=True)
class Style:
    """A named style that staff may change in Word."""

    key: str
    name: str
    size: float | None = None
    bold: bool = False
    italic: bool = False
    color: str | None = None
    before: float = 0.0
    after: float = 0.0
    line: float = 1.0
    align: str | None = None
    outline: int | None = None
    left_rule: bool = False
    based_on: str = "Normal"
    font: str | None = None

    def markup(self) -> str:
        """The style's definition."""
        heading = self.outline is not None
        rule = f"<w:pBdr>{edge('left', TEAL, 18, space=8)}</w:pBdr>"
        paragraph = (
            ("<w:keepNext/><w:keepLines/>" if heading else "")
            + (rule if self.left_rule else "")
            + f'<w:spacing w:before="{twips(self.before)}" w:after="{twips(self.after)}"'
            + f' w:line="{round(self.line * 240)}" w:lineRule="auto"/>'
            + ('<w:ind w:left="227"/>' if self.left_rule else "")
            + (f'<w:jc w:val="{self.align}"/>' if self.align else "")
            + (f'<w:outlineLvl w:val="{self.outline}"/>' if heading else "")
        )
        based = f'<w:basedOn w:val="{self.based_on}"/>' if self.key != "Normal" else ""
        default = ' w:default="1"' if self.key == "Normal" else ""
        return (
            f'<w:style w:type="paragraph"{default} w:styleId="{self.key}">'
            f'<w:name w:val="{self.name}"/>{based}<w:qFormat/>'
            f"<w:pPr>{paragraph}</w:pPr><w:rPr>{self._letters()}</w:rPr></w:style>"
        )

    def _letters(self) -> str:
        font = f'<w:rFonts w:ascii="{self.font}" w:hAnsi="{self.font}" w:cs="{self.font}"/>'
        size = f'<w:sz w:val="{round((self.size or 0) * 2)}"/>'
        return (
            (font if self.font else "")
            + ("<w:b/>" if self.bold else "")
            + ("<w:i/>" if self.italic else "")
            + (f'<w:color w:val="{self.color}"/>' if self.color else "")
            + (size + size.replace("w:sz", "w:szCs") if self.size else "")
        )


STYLES = (
    Style("Normal", "Normal", 10, color=INK, after=1.4, line=1.1),
    Style("Title", "Title", 14, bold=True, color=MARINE, align="center"),
    Style("Subtitle", "Subtitle", 11, color=INK, after=2.5, align="center"),
    Style("Heading1", "heading 1", 11, bold=True, color=MARINE, before=5, after=1.8, outline=0),
    Style("Heading2", "heading 2", 9.5, bold=True, color=INK, before=3, after=1, outline=1),
    Style("KopPemerintah", "Kop Pemerintah", 12, align="center"),
    Style("KopNama", "Kop Nama", 16, bold=True, color=MARINE, align="center"),
    Style("KopAlamat", "Kop Alamat", 8.5, color=MUTED, before=0.6, align="center"),
    Style("Sel", "Sel", 8.5, line=1.05),
    Style("SelKecil", "Sel Kecil", 7, color=MUTED, line=1.05),
    Style("SelKepala", "Sel Kepala", 8, bold=True, color=WHITE),
    Style("SelLabel", "Sel Label", 8.5, color=MUTED, line=1.05),
    Style("Tekanan", "Tekanan", 9.5, line=1.15),
    Style("Kutipan", "Kutipan", 10, color=INK, before=1, after=2, line=1.15, left_rule=True),
    Style("Catatan", "Catatan", 8.5, color=MUTED, before=1, after=1, line=1.1),
    Style("Kaki", "Kaki", 7.5, color=MUTED),
    Style("Celah", "Celah", 1),
    Style("Petunjuk", "Petunjuk Templat", 7, color=TEAL, font=MONOSPACE),
)

PLACEHOLDER_STYLE = "PlaceholderText"
FAINT_INK = Ink(italic=True, color=FAINT, size=7)
"""What asks for an entry; the glossary part has no styles and says it in full."""


def styles_xml() -> bytes:
    """The whole styles part: defaults in Indonesian and only the styles in use."""
    named = "".join(style.markup() for style in STYLES)
    mono = f'<w:rFonts w:ascii="{MONOSPACE}" w:hAnsi="{MONOSPACE}" w:cs="{MONOSPACE}"/>'
    fonts = "".join(f' w:{script}="{FONT}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts{fonts}/>"
        '<w:sz w:val="20"/><w:szCs w:val="20"/>'
        '<w:lang w:val="id-ID" w:eastAsia="id-ID" w:bidi="id-ID"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        f"{named}"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:semiHidden/></w:style>'
        f'<w:style w:type="character" w:styleId="{PLACEHOLDER_STYLE}">'
        '<w:name w:val="Placeholder Text"/>'
        f"{FAINT_INK.markup()}</w:style>"
        '<w:style w:type="character" w:customStyle="1" w:styleId="PetunjukHuruf">'
        '<w:name w:val="Petunjuk Templat Huruf"/>'
        f'<w:rPr>{mono}<w:color w:val="{TEAL}"/><w:sz w:val="13"/><w:szCs w:val="13"/></w:rPr>'
        "</w:style>"
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        "</w:tblPr></w:style></w:styles>"
    ).encode()
