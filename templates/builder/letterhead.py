"""What every naskah shares: letterhead, title, page foot, and the lines of a signature."""

from .cells import head_row, sel
from .look import GRID, HAIR, MUTED, TEAL
from .wml import (
    BOLD,
    FLOW,
    Cell,
    Ink,
    Layout,
    TableLook,
    block,
    edge,
    field,
    gap,
    para,
    row,
    rows_of,
    run,
    tab,
    table,
)

ADDRESS = (
    "{{ kantor.alamat }}"
    "{% if kantor.telepon %} · Telepon {{ kantor.telepon }}{% endif %}"
    "{% if kantor.surel %} · {{ kantor.surel }}{% endif %}"
    "{% if kantor.laman %} · {{ kantor.laman }}{% endif %}"
)


def letterhead(width: float) -> str:
    """The office's letterhead over the whole text width, closed by a double rule."""
    lines = (
        para("{{ kantor.pemerintah }}", style="KopPemerintah")
        + para("{{ kantor.nama }}", style="KopNama")
        + para(ADDRESS, style="KopAlamat")
    )
    rule = edge("bottom", TEAL, 24, "thinThickSmallGap")
    cell = Cell(lines, edges=rule, margins=(0, 0, 1.4, 0))
    return table((width,), row(cell), title="Kop surat") + gap(3.2)


def slim_letterhead(width: float) -> str:
    """The office in one line, for what is a notice rather than a naskah dinas."""
    left = para(run("{{ kantor.nama }}", BOLD), style="Catatan")
    right = para("{{ kantor.subbagian }}", style="Catatan", layout=Layout(align="right"))
    rule = edge("bottom", TEAL, 12)
    cells = (
        Cell(left, edges=rule, align="bottom", margins=(0, 0, 0.8, 0)),
        Cell(right, edges=rule, align="bottom", margins=(0, 0, 0.8, 0)),
    )
    return table((width * 0.5, width * 0.5), row(*cells), title="Kop") + gap(4)


def slim_title(width: float, text: str, subtitle: str) -> str:
    """The slim letterhead with the title of a working paper at its left, and what it is about."""
    left = Layout(align="left")
    heading = para(text, style="Title", layout=left)
    return slim_letterhead(width) + heading + para(subtitle, style="Subtitle", layout=left)


def title(text: str, subtitle: str = "") -> str:
    """The document's title, and under it what it is about."""
    second = para(subtitle, style="Subtitle") if subtitle else ""
    return para(text, style="Title") + second


def page_of_pages(*, prefix: str = "Halaman ") -> str:
    """Page X of Y, as runs."""
    return f"{run(prefix)}{field('PAGE')}{run(' dari ')}{field('NUMPAGES')}"


def page_foot(width: float, left: str) -> str:
    """A slim footer: what the document is, and the page."""
    rule = edge("top", HAIR)
    right = Layout(align="right")
    cells = (
        Cell(para(left, style="Kaki"), edges=rule, margins=(1, 0, 0, 0)),
        Cell(para(page_of_pages(), style="Kaki", layout=right), edges=rule, margins=(1, 0, 0, 0)),
    )
    return table((width - 40, 40), row(*cells)) + gap(0.4)


def running_head(width: float, left: str, right: str) -> str:
    """What stands above the second and later pages, which have no letterhead."""
    rule = edge("bottom", HAIR)
    flush = Layout(align="right")
    cells = (
        Cell(para(left, style="Kaki"), edges=rule, margins=(0, 0, 0.8, 0)),
        Cell(para(right, style="Kaki", layout=flush), edges=rule, margins=(0, 0, 0.8, 0)),
    )
    return table((width * 0.6, width * 0.4), row(*cells)) + gap(0.4)


def signer_lines(who: str) -> str:
    """Nama, pangkat and NIP under a signature; `who` is the context field of the official."""
    close = Layout(after=0)
    name = run(f"{{{{ {who}.nama }}}}", Ink(bold=True, underline=True))
    nip = f"{{% if {who}.nip %}}NIP {{{{ {who}.nip }}}}{{% endif %}}"
    return (
        para(name, layout=close)
        + para(f"{{{{ {who}.pangkat }}}}", layout=close)
        + para(nip, layout=close)
    )


def pairs(widths: tuple[float, float], *lines: tuple[str, str]) -> str:
    """Labels and their values, one pair a line."""
    look = TableLook(margins=(0.45, 0, 0.45, 1))
    laid = [
        row(
            para(label, style="SelLabel"),
            value if value.startswith("<w:") else para(value, style="Sel"),
        )
        for label, value in lines
    ]
    return table(widths, *laid, look=look)


def notice(width: float, *content: str, fill: str, rule: str = TEAL) -> str:
    """A tinted box with a strong left edge, for what must be seen."""
    cell = Cell("".join(content), fill=fill, edges=edge("left", rule, 24), margins=(1.8, 3, 1.8, 3))
    return table((width,), row(cell)) + gap(2)


def unless_empty(name: str, *content: str, otherwise: str = "", layout: Layout = FLOW) -> str:
    """Content that stands only where the list `name` has something; else one muted sentence."""
    if not otherwise:
        return block(f"if {name}", *content)
    return block(f"if {name}", *content) + block(
        f"if not {name}", para(run(otherwise, Ink(italic=True, color=MUTED)), layout=layout)
    )


def numbered(loop: str, item: str, *, keep_next: bool = False) -> str:
    """A numbered list over `loop`, such as "l in langkah"."""
    hang = Layout(left=6, hanging=6, tabs=(6,), after=1, keep_next=keep_next)
    return block(f"for {loop}", para(run("{{ loop.index }}."), tab(), run(item), layout=hang))


def findings(widths: tuple[float, float, float], items: str, what: str) -> str:
    """Findings as a table: where, what, how to mend."""
    heads = head_row("Tempat", what, "Cara memperbaiki")
    line = row(sel(run("{{ t.tempat }}", BOLD)), sel("{{ t.isi }}"), sel("{{ t.perbaikan }}"))
    lines = rows_of(f"for t in {items}", len(widths), line)
    return table(widths, heads, *lines, look=GRID, title=what)


def fingerprint(value: str) -> str:
    """A SHA-256 in a line of its own, small enough for the width of a portrait page."""
    return run(value, Ink(mono=True, size=7))
