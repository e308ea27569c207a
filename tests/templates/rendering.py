"""Render a template as the program does, and what a reader of the result needs."""

import io
import zipfile
from functools import cache
from pathlib import Path

import zxingcpp
from matplotlib.figure import Figure
from PIL import Image

from pipeline.forms.render import Picture
from pipeline.forms.render import render as fill_in

from . import samples

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "data-kinerja"
CHART_MM = (240, 70)


def render(name: str, context: samples.Context, folder: Path = FOLDER) -> bytes:
    """The template of that name filled with `context`, its pictures added."""
    pictures = {
        "qr": lambda: Picture(qr(context["kode"] or "-"), 25),
        "grafik": lambda: Picture(chart(), CHART_MM[0]),
    }
    images = {key: pictures[key]() for key in samples.PICTURES.get(name, ())}
    return fill_in((folder / name).read_bytes(), context | images)


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a .docx by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def qr(text: str) -> bytes:
    """A QR as PNG."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    out = io.BytesIO()
    Image.fromarray(code.to_image(scale=8)).save(out, "PNG")
    return out.getvalue()


@cache
def chart() -> bytes:
    """Achievement by indicator as PNG, in the proportions that the README names."""
    figure = Figure(figsize=(CHART_MM[0] / 25.4, CHART_MM[1] / 25.4), layout="constrained")
    axes = figure.subplots()
    listed = [i for i in map(samples.indicator, range(20)) if i["capaian"] != "–"]
    axes.bar(
        [i["kode"] for i in listed],
        [float(i["capaian"].replace(",", ".")) for i in listed],
        color=[f"#{i['warna']}" for i in listed],
        edgecolor="#1F2A30",
        linewidth=0.4,
    )
    axes.axhline(100, color="#1F2A30", linewidth=0.8, linestyle="--")
    axes.tick_params(axis="x", rotation=60, labelsize=7)
    axes.set_ylabel("Capaian TW (%)", fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=200)
    return out.getvalue()
