"""Formulir: the quarterly form that one official fills in, in Word or with a pen.

Printed columns are tinted and the official's own are white, so that a grey print still shows
where to write. The room at the top right stays free for the verification stamp (`stempel`).
"""

from .cells import head, number, sel, small
from .letterhead import letterhead, page_of_pages, signer_lines
from .look import DENSE, FAINT, HAIR, MARINE, MIST, PLACEHOLDER_STYLE, TEAL, Paper
from .package import EMPTY_CONTROL, PLACEHOLDER_PART, Sheet
from .wml import (
    BOLD,
    HINT,
    Cell,
    Ink,
    Layout,
    Row,
    block,
    bookmark,
    box,
    edge,
    gap,
    para,
    row,
    rows_of,
    run,
    tab,
    table,
)

# QR of 25 mm in the footer: the bottom margin leaves it whole.
PAPER = Paper(330, 215, top=10, right=12, bottom=35, left=12, footer=5)
WIDTH = PAPER.text_width

STAMP_ROOM = (238.0, 44.4, 80.0, 30.0)
"""Left, top, width and height in millimetres of the room for `stempel` on page 1."""

COLUMNS = (8.0, 63.5, 17.0, 21.5, 21.5, 21.5, 23.0, 27.0, 27.0, 27.0, 27.0, 22.0)
FILL = TEAL
SMALL = Ink(size=8)


def sheet() -> Sheet:
    """The template."""
    body = "".join(
        (
            letterhead(WIDTH),
            para(bookmark("kode{{ kode }}", 1), run("FORMAT DATA KINERJA"), style="Title"),
            para("{{ periode }}", style="Subtitle"),
            _identity(),
            gap(3),
            _indicators(),
            gap(4),
            _signature(),
            gap(0.4),
        )
    )
    return Sheet("Format Data Kinerja", PAPER, body, footer=_footer(), has_controls=True)


def _identity() -> str:
    """Who reports, how to fill in, and the stamp's room; side by side."""
    width, height = STAMP_ROOM[2:]
    widths = (30.0, 91.0, 5.0, 95.0, 5.0, width)
    lines = (
        ("Jabatan", para(run("{{ pejabat.jabatan }}", BOLD), style="Sel")),
        ("Nama", sel("{{ pejabat.nama }}")),
        ("NIP", sel("{{ pejabat.nip }}")),
        ("Pangkat/golongan", sel("{{ pejabat.pangkat }}")),
        ("Unit kerja", sel("{{ pejabat.unit }}")),
    )
    laid = []
    for at, (label, value) in enumerate(lines):
        merge = "continue" if at else "restart"
        rule = edge("bottom", HAIR)
        laid.append(
            Row(
                (
                    Cell(para(label, style="SelLabel"), edges=rule, align="center"),
                    Cell(value, edges=rule, align="center"),
                    Cell(para(style="Celah")),
                    Cell(
                        "" if at else _how_to_fill(),
                        merge=merge,
                        fill=MIST,
                        margins=(1.2, 2.5, 1, 2.5),
                    ),
                    Cell(para(style="Celah")),
                    Cell(
                        "" if at else _stamp_room(),
                        merge=merge,
                        edges=box(HAIR, 4, "dotted"),
                        align="bottom",
                    ),
                ),
                height=height / len(lines),
            )
        )
    return table(widths, *laid, title="Identitas pelapor")


def _how_to_fill() -> str:
    steps = (
        f"Isi hanya kolom putih: klik tulisan “{EMPTY_CONTROL}”, lalu ketik.",
        "Angka ditulis seperti 52.067,25; yang masih sementara 52.067,25 (sementara); yang belum "
        "ada: belum tersedia, dengan alasannya di Keterangan.",
        "Jangan mengubah bagian lain dan jangan menghapus baris.",
        "Simpan, lalu pindahkan formulir ini beserta data dukungnya ke folder kirim "
        "paling lambat {{ batas_waktu }}.",
    )
    hang = Layout(left=3.6, hanging=3.6, tabs=(3.6,), after=0.3)
    lines = [para(run("Cara mengisi", Ink(bold=True, size=8, color=MARINE)), style="Sel")]
    for at, step in enumerate(steps, start=1):
        text = run(step, Ink(size=7.5))
        lines.append(para(run(f"{at}.", Ink(size=7.5)), tab(), text, style="Sel", layout=hang))
    return "".join(lines)


def _stamp_room() -> str:
    label = run("Ruang cap verifikasi", Ink(size=6.5, color=FAINT))
    return para(label, style="Sel", layout=Layout(align="center", after=0.6))


def _indicators() -> str:
    heads = Row(
        (
            head("No.", "center"),
            head("Indikator kinerja"),
            head("Satuan"),
            head("Target tahunan", "right"),
            head("Target TW\u00a0{{ triwulan }}", "right"),
            head("Realisasi s.d. TW lalu", "right"),
            head("Realisasi TW\u00a0{{ triwulan }}", "right", FILL),
            head("Keterangan", fill=FILL),
            head("Faktor pendukung", fill=FILL),
            head("Faktor penghambat", fill=FILL),
            head("Tindak lanjut", fill=FILL),
            head("Data dukung", fill=FILL),
        ),
        header=True,
        height=9,
    )
    printed = (
        Cell(para("{{ i.no }}", style="Sel", layout=Layout(align="center")), fill=MIST),
        Cell(_indicator(), fill=MIST),
        Cell(sel("{{ i.satuan }}"), fill=MIST),
        Cell(number(run("{{ i.target_tahunan }}", SMALL)), fill=MIST),
        Cell(number(run("{{ i.target_tw }}", SMALL)), fill=MIST),
        Cell(number(run("{{ i.realisasi_lalu }}", SMALL)), fill=MIST),
    )
    own = (
        Cell(number(*control("realisasi", "Realisasi", Ink(bold=True, size=8), lines=False))),
        Cell(sel(*control("keterangan", "Keterangan"))),
        Cell(sel(*control("pendukung", "Faktor pendukung"))),
        Cell(sel(*control("penghambat", "Faktor penghambat"))),
        Cell(sel(*control("tindak_lanjut", "Tindak lanjut"))),
        Cell(sel(*control("data_dukung", "Data dukung"))),
    )
    body = rows_of("for i in indikator", len(COLUMNS), row(*printed, *own, height=16))
    return table(COLUMNS, heads, *body, look=DENSE, title="Indikator kinerja")


def _indicator() -> str:
    code = run("{{ i.kode }}", Ink(mono=True, bold=True, size=8, color=MARINE))
    return (
        sel(code)
        + para(run("{{ i.nama }}", BOLD), style="Sel", layout=Layout(after=0.5))
        + block("if i.definisi", small("{{ i.definisi }}"))
        + small(
            run("Sasaran: ", BOLD),
            run("{{ i.sasaran }}"),
            run("{% if i.polaritas %} · Polaritas {{ i.polaritas }}{% endif %}"),
            run("{% if i.sumber %} · Sumber: {{ i.sumber }}{% endif %}"),
        )
    )


def control(name: str, label: str, ink: Ink = SMALL, *, lines: bool = True) -> tuple[str, ...]:
    """Runs that show the value of `i.<name>` in a content control, or one that asks for it.

    The control is of run level: docxtpl's `fix_tables` deletes grid columns of tables whose
    whole cells sit in controls. Word gives it an id of its own when it first saves.
    """
    properties = _properties(name, label, ink, lines=lines)
    filled = _control(properties, run(f"{{{{ i.{name} }}}}", ink))
    question = run(EMPTY_CONTROL, Ink(style=PLACEHOLDER_STYLE))
    asking = _control(properties.replace("<w:text", "<w:showingPlcHdr/><w:text"), question)
    return (
        run(f"{{% if i.{name} %}}", HINT),
        filled,
        run("{% else %}", HINT),
        asking,
        run("{% endif %}", HINT),
    )


def _properties(name: str, label: str, ink: Ink, *, lines: bool) -> str:
    """Plain text, of several lines where `lines`; the tag is what the program reads it by."""
    multi = ' w:multiLine="1"' if lines else ""
    return (
        f'{ink.markup()}<w:alias w:val="{label} – {{{{ i.kode }}}}"/>'
        f'<w:tag w:val="k:{{{{ i.kode }}}}:{name}"/><w:lock w:val="sdtLocked"/>'
        f'<w:placeholder><w:docPart w:val="{PLACEHOLDER_PART}"/></w:placeholder><w:text{multi}/>'
    )


def _control(properties: str, content: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def _signature() -> str:
    """The reporting official's signature, kept on one page with the statement beside it."""
    close = Layout(after=0)
    statement = para(
        "Data pada formulir ini diisi dengan sebenarnya dan dapat dipertanggungjawabkan.",
        style="Catatan",
    )
    signer = (
        para("{{ kantor.kota }}, ………………………………", layout=close)
        + para("Pejabat pelapor,", layout=close)
        + para("{{ pejabat.jabatan }}", layout=close)
        + gap(17)
        + signer_lines("pejabat")
    )
    return table((200, WIDTH - 200), row(statement, signer), title="Tanda tangan pelapor")


def _footer() -> str:
    """Code in letters and as QR: either one identifies a print, a photo or a scan."""
    code = run("{{ kode }}", Ink(mono=True, bold=True, size=15, color=MARINE))
    left = (
        para(run("Kode formulir: ", Ink(size=8)), code, style="Kaki", layout=Layout(after=1.2))
        + para(
            run("Format Data Kinerja · {{ periode }} · "),
            run("{{ pejabat.jabatan }}", BOLD),
            style="Kaki",
        )
        + para(
            "Diterbitkan {{ tanggal_terbit }} · dikembalikan paling lambat {{ batas_waktu }}",
            style="Kaki",
        )
        + para(page_of_pages(), style="Kaki")
    )
    right = para("{{ qr }}", style="Kaki", layout=Layout(align="right"))
    rule = edge("top", HAIR)
    cells = (
        Cell(left, edges=rule, align="center", margins=(1, 0, 0, 0)),
        Cell(right, edges=rule, margins=(1.2, 0, 0, 0)),
    )
    return table((WIDTH - 45, 45), row(*cells)) + gap(0.4)
