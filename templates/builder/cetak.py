"""Cetak: the consolidated print-out, the naskah dinas that is initialled and signed.

Sections with nothing to tell say so in a sentence: a reader sees that nothing was left out.
"""

from .cells import centred, code, head_row, heading, number, predicate, sel, small
from .letterhead import (
    letterhead,
    numbered,
    page_foot,
    running_head,
    title,
    unless_empty,
)
from .look import DENSE, F4_LANDSCAPE, GRID, MARINE, MIST, MUTED, SAND
from .package import Sheet
from .pengesahan import signatures
from .wml import (
    BOLD,
    WITH_NEXT,
    Cell,
    Ink,
    Layout,
    block,
    gap,
    held,
    para,
    row,
    rows_of,
    run,
    table,
)

PAPER = F4_LANDSCAPE
WIDTH = PAPER.text_width


def sheet() -> Sheet:
    """The template."""
    body = "".join(
        (
            letterhead(WIDTH),
            _opening(),
            _amendment(),
            _summary(),
            _indicators(),
            _remarks(),
            _shares(),
            _corrections(),
            _sources(),
            _absent(),
            para(style="Celah", layout=Layout(exact=7, keep_next=True)),
            signatures(WIDTH),
            gap(0.4),
            _annex(),
        )
    )
    return Sheet(
        "Data Kinerja",
        PAPER,
        body,
        header=running_head(
            WIDTH, "Data Kinerja {{ periode }} · {{ kantor.nama }}", "Nomor {{ nomor }}"
        ),
        footer=page_foot(WIDTH, "Kode naskah {{ kode }} · Revisi {{ revisi }}"),
        first_page_bare=True,
    )


def _opening() -> str:
    """Title and number in the middle, the code's QR at the right."""
    number_line = para(
        run("Nomor: {{ nomor }}"), style="Subtitle", layout=Layout(align="center", after=0)
    )
    facts = para(
        run("Tanggal {{ tanggal }} · Revisi {{ revisi }}", Ink(size=9, color=MUTED)),
        style="Subtitle",
        layout=Layout(align="center", before=0.6, after=0),
    )
    amends = block(
        "if jenis_ubahan",
        para(run("{{ jenis_ubahan }}", Ink(size=11)), style="Title", layout=Layout(after=0.6)),
    )
    what = block(
        "if jenis_ubahan",
        para(
            run("Mengubah {{ mengubah }}", BOLD),
            style="Subtitle",
            layout=Layout(align="center", before=0.6, after=0),
        ),
    )
    middle = amends + title("DATA KINERJA {{ periode|upper }}") + number_line + facts + what
    code = para(
        run("{{ kode }}", Ink(mono=True, size=8)),
        style="SelKecil",
        layout=Layout(align="center"),
    )
    right = para("{{ qr }}", style="SelKecil", layout=Layout(align="center")) + code
    cells = (Cell(""), Cell(middle, align="center"), Cell(right, align="center"))
    return table((30, WIDTH - 60, 30), row(*cells), title="Judul")


def _amendment() -> str:
    """What a ralat or perubahan changes, before all else: it is why the print-out exists."""
    widths = (20.0, 70.0, 70.0, 40.0, 50.0, 50.0)
    heads = head_row("Kode", "Indikator kinerja", "Penanggung jawab", "Kolom", "Semula", "Menjadi")
    line = row(
        code("c"),
        *(sel(f"{{{{ c.{name} }}}}") for name in ("nama", "jabatan", "kolom", "semula")),
        Cell(sel("{{ c.menjadi }}"), fill=SAND),
    )
    lines = rows_of("for c in semula_menjadi", len(widths), line)
    listed = unless_empty(
        "semula_menjadi",
        table(widths, heads, *lines, look=GRID, title="Semula dan menjadi"),
        otherwise="Tidak ada nilai yang berubah.",
    )
    reason = para(
        run("Alasan {{ jenis_ubahan|lower }}: ", BOLD),
        run("{{ alasan_ubahan }}"),
        layout=Layout(after=1.5, keep_next=True),
    )
    return block("if jenis_ubahan", heading("Semula – Menjadi"), reason, listed)


def _summary() -> str:
    widths = (12.0, 168.0, 35.0, 45.0, 40.0)
    lines = rows_of(
        "for r in ringkasan",
        len(widths),
        row(
            centred("{{ r.no }}"),
            sel("{{ r.sasaran }}"),
            centred("{{ r.jumlah }}"),
            number("{{ r.rata_capaian }}"),
            predicate("r."),
        ),
    )
    total = row(
        Cell(para(run("Rata-rata seluruh indikator", BOLD), style="Sel"), span=3, fill=MIST),
        Cell(number(run("{{ rata_capaian }}", BOLD)), fill=MIST),
        predicate(""),
    )
    heads = head_row(
        "|No.", "Sasaran strategis", "|Jumlah indikator", ">Rata-rata capaian (%)", "|Predikat"
    )
    chart = block(
        "if grafik",
        para("{{ grafik }}", layout=Layout(align="center", before=2.5, after=0)),
    )
    return (
        heading("I. Ringkasan per sasaran strategis")
        + table(widths, heads, *lines, total, look=GRID, title="Ringkasan")
        + _outstanding()
        + chart
    )


def _outstanding() -> str:
    """How much of the table may still change."""
    layout = Layout(before=1.2, after=0)
    provisional = "Angka sementara: {{ jumlah_sementara }} indikator (bertanda * pada bagian II)."
    unavailable = (
        "Belum tersedia: {{ jumlah_belum_tersedia }} indikator; tidak masuk dalam rata-rata."
    )
    return block("if jumlah_sementara", para(provisional, style="Catatan", layout=layout)) + block(
        "if jumlah_belum_tersedia", para(unavailable, style="Catatan", layout=layout)
    )


def _indicators() -> str:
    widths = (8.0, 16.0, 60.0, 20.0, 22.0, 22.0, 22.0, 22.0, 18.0, 20.0, 25.0, 45.0)
    heads = head_row(
        "|No.",
        "Kode",
        "Indikator kinerja",
        "Satuan",
        ">Target tahunan",
        ">Target TW\u00a0{{ triwulan }}",
        ">Realisasi TW\u00a0{{ triwulan }}",
        ">Realisasi s.d.\u00a0TW\u00a0{{ triwulan }}",
        ">Capaian TW\u00a0(%)",
        ">Capaian tahunan\u00a0(%)",
        "|Predikat",
        "Penanggung jawab, formulir asal",
    )
    group = held(
        row(
            Cell(
                para(
                    run("Sasaran {{ k.no }}. {{ k.sasaran }}", Ink(bold=True, color=MARINE)),
                    style="Sel",
                ),
                span=len(widths),
                fill=MIST,
            )
        )
    )
    figures = (
        "target_tahunan",
        "target_tw",
        "realisasi",
        "realisasi_sd",
        "capaian",
        "capaian_tahunan",
    )
    line = row(
        centred("{{ i.no }}"),
        code("i"),
        sel("{{ i.nama }}") + block("if i.per_triwulan", small("{{ i.per_triwulan }}")),
        sel("{{ i.satuan }}"),
        *(number(run(f"{{{{ i.{name} }}}}", Ink(size=8))) for name in figures),
        predicate("i."),
        Cell(
            small("{{ i.penanggung_jawab }}") + small(run("{{ i.asal }}", Ink(mono=True, size=6.5)))
        ),
    )
    inner = rows_of("for i in k.indikator", len(widths), line)
    lines = rows_of("for k in kelompok", len(widths), *group, *inner)
    footnote = block(
        "if jumlah_sementara",
        para("* angka sementara", style="Catatan", layout=Layout(before=1, after=0)),
    )
    listed = unless_empty(
        "kelompok",
        table(widths, heads, *lines, look=DENSE, title="Data per indikator"),
        otherwise="Tidak ada indikator.",
    )
    return heading("II. Data per indikator") + listed + footnote


def _remarks() -> str:
    widths = (17.0, 59.0, 56.0, 56.0, 56.0, 56.0)
    heads = head_row(
        "Kode",
        "Indikator kinerja",
        "Keterangan",
        "Faktor pendukung",
        "Faktor penghambat",
        "Tindak lanjut",
    )
    line = row(
        code("i"),
        sel("{{ i.nama }}"),
        *(
            sel(run(f"{{{{ i.{name} }}}}", Ink(size=8)))
            for name in ("keterangan", "pendukung", "penghambat", "tindak_lanjut")
        ),
    )
    inner = rows_of("for i in k.indikator", len(widths), line)
    lines = rows_of("for k in kelompok", len(widths), *inner)
    return heading("III. Keterangan dan faktor per indikator") + unless_empty(
        "kelompok",
        table(widths, heads, *lines, look=GRID, title="Keterangan dan faktor"),
        otherwise="Tidak ada keterangan.",
    )


def _shares() -> str:
    """Where each sum comes from, so that no figure is without its source."""
    widths = (17.0, 85.0, 88.0, 35.0, 25.0, 50.0)
    heads = head_row(
        "Kode", "Indikator kinerja", "Jabatan", ">Kontribusi", "Satuan", "Formulir dan baris"
    )
    line = row(
        sel(run("{{ s.indikator }}", Ink(mono=True, size=8))),
        sel("{{ s.nama }}"),
        sel("{{ s.jabatan }}") + block("if s.alasan", small("{{ s.alasan }}")),
        number("{{ s.realisasi }}"),
        sel("{{ s.satuan }}"),
        sel(run("{{ s.asal }}", Ink(mono=True, size=7))),
    )
    lines = rows_of("for s in kontribusi", len(widths), line)
    return heading("IV. Rincian kontribusi") + unless_empty(
        "kontribusi",
        table(widths, heads, *lines, look=GRID, title="Rincian kontribusi"),
        otherwise="Tidak ada realisasi yang dijumlahkan dari kontribusi.",
    )


def _corrections() -> str:
    """What was changed since the officials reported, in a sentence; the annex lists it."""
    entered = (
        "{{ koreksi|length }} perubahan dibuat saat entri; seluruhnya tercantum, beserta alasan dan"
        " pembuatnya, dalam Lampiran."
    )
    verified = (
        "{{ koreksi_verifikasi|length }} koreksi dibuat saat verifikasi; seluruhnya tercantum dalam"
        " Lampiran."
    )
    return (
        heading("V. Perubahan saat entri")
        + unless_empty("koreksi", para(entered), otherwise="Tidak ada perubahan saat entri.")
        + block("if koreksi_verifikasi", para(verified))
    )


def _annex() -> str:
    """Each change with old, new, why, who and when; it begins a page behind the signatures."""
    about = para(
        "Data Kinerja {{ periode }} · Nomor {{ nomor }} · Revisi {{ revisi }}",
        style="Subtitle",
        layout=Layout(align="left", after=1.5),
    )
    said = para(
        run(
            "Setiap perubahan dari revisi ini dicentang menurut nomornya sebelum paraf dibubuhkan;"
            " catatannya tersimpan dalam berkas arsip.",
            Ink(size=9, color=MUTED),
        ),
        layout=Layout(after=1.5),
    )
    first = para("LAMPIRAN", style="Heading1", layout=Layout(new_page=True, keep_next=True))
    return block(
        "if koreksi or koreksi_verifikasi",
        first + about + said,
        heading("Perubahan saat entri"),
        unless_empty("koreksi", _changes("koreksi"), otherwise="Tidak ada perubahan saat entri."),
        heading("Koreksi saat verifikasi"),
        unless_empty(
            "koreksi_verifikasi",
            _changes("koreksi_verifikasi"),
            otherwise="Tidak ada koreksi saat verifikasi.",
        ),
    )


def _changes(items: str) -> str:
    widths = (9.0, 50.0, 18.0, 26.0, 47.0, 47.0, 53.0, 50.0)
    heads = head_row(
        *("|No.", "Formulir dan jabatan", "Kode", "Kolom", "Semula", "Menjadi", "Alasan"),
        "Oleh dan waktu",
    )
    line = row(
        centred("{{ c.no }}"),
        sel(run("{{ c.formulir }}", Ink(mono=True, size=8))) + small("{{ c.jabatan }}"),
        code("c"),
        sel("{{ c.kolom }}"),
        sel("{{ c.lama }}"),
        Cell(sel("{{ c.baru }}"), fill=SAND),
        sel("{{ c.alasan }}"),
        sel("{{ c.oleh }}")
        + small("{{ c.waktu }}{% if c.lewat %} · {{ c.lewat }}{% endif %}")
        + block("if c.terdahulu", small("{{ c.terdahulu }}")),
    )
    lines = rows_of(f"for c in {items}", len(widths), line)
    return table(widths, heads, *lines, look=GRID, title="Perubahan")


def _sources() -> str:
    widths = (10.0, 86.0, 26.0, 30.0, 30.0, 118.0)
    heads = head_row("|No.", "Jabatan dan nama", "Kode", "Diterima", "Diverifikasi", "SHA-256")
    line = row(
        centred("{{ s.no }}"),
        sel("{{ s.jabatan }}") + small("{{ s.nama }}"),
        code("s"),
        sel(run("{{ s.diterima }}", Ink(size=8))),
        sel(run("{{ s.diverifikasi }}", Ink(size=8))),
        _digest("Terverifikasi", "sha256")
        + block("if s.sha256_asli", _digest("Asli", "sha256_asli")),
    )
    lines = rows_of("for s in sumber", len(widths), line)
    return heading("VI. Formulir sumber") + unless_empty(
        "sumber",
        table(widths, heads, *lines, look=GRID, title="Formulir sumber"),
        otherwise="Tidak ada formulir sumber.",
    )


def _digest(label: str, name: str) -> str:
    return small(
        run(f"{label}: ", Ink(size=7)),
        run(f"{{{{ s.{name} }}}}", Ink(mono=True, size=6.5)),
    )


def _absent() -> str:
    """Who did not report; kept with the signatures, which should not stand alone on a page."""
    listed = numbered("jabatan in tidak_menyampaikan", "{{ jabatan }}", keep_next=True)
    late = para(
        run("Disampaikan sesudah penutupan (susulan), tidak termasuk angka di atas:"),
        layout=Layout(before=1.2, after=1, keep_next=True),
    )
    followed = numbered("jabatan in susulan", "{{ jabatan }}", keep_next=True)
    joined = para(
        run("Disampaikan sesudah penutupan, termasuk angka di atas:"),
        layout=Layout(before=1.2, after=1, keep_next=True),
    )
    counted = numbered("jabatan in menyusul", "{{ jabatan }}", keep_next=True)
    return (
        heading("VII. Tidak menyampaikan sampai penutupan")
        + block("if tidak_menyampaikan", listed)
        + block(
            "if not tidak_menyampaikan and not susulan",
            para(
                run("Semua pejabat menyampaikan data kinerja.", Ink(italic=True, color=MUTED)),
                layout=WITH_NEXT,
            ),
        )
        + block("if susulan", late, followed)
        + block("if menyusul", joined, counted)
    )
