import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import SigningError
from pipeline.signing.appearance import (
    WIB,
    Drawing,
    SignerFace,
    draw_initial,
    draw_signature,
    spaced_nip,
    written_time,
)
from pipeline.signing.font import load_face
from pipeline.signing.textfit import Paragraph, fit, wrap

from .conftest import FACE, NOW

WORDS = st.text(
    alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz.,'’-()/&éüñŠł0123456789",
    max_size=90,
)
FACES = st.builds(
    SignerFace,
    jabatan=WORDS,
    nama=WORDS,
    pangkat=WORDS,
    nip=st.just("198609262015052001"),
    qr_text=st.sampled_from(["", "KNJ-7Q4M2X", "https://kinerja.example.go.id/v/KNJ-7Q4M2X"]),
)


def inside(drawing: Drawing, width: float, height: float) -> None:
    """Every line lies within the box, and no two lines overlap."""
    for line in drawing.lines:
        assert line.x >= 0
        assert line.x + line.width <= width + 0.01
        assert line.y + line.size * line.face.descent / 1000 >= -0.01
        assert line.y + line.size * line.face.ascent / 1000 <= height + 0.01
    baselines = [line.y for line in drawing.lines]
    assert baselines == sorted(baselines, reverse=True)
    for upper, lower in zip(drawing.lines, drawing.lines[1:], strict=False):
        assert upper.y - lower.y >= lower.size


@settings(max_examples=150, deadline=None)
@given(face=FACES, width=st.floats(170, 320), height=st.floats(64, 120))
def test_tte_box_holds_its_text(face: SignerFace, width: float, height: float) -> None:
    inside(draw_signature(face, NOW.astimezone(WIB), width, height), width, height)


@settings(max_examples=150, deadline=None)
@given(face=FACES, width=st.floats(100, 200), height=st.floats(44, 70))
def test_paraf_box_holds_its_text(face: SignerFace, width: float, height: float) -> None:
    inside(draw_initial(face, NOW.astimezone(WIB), width, height), width, height)


@settings(max_examples=200, deadline=None)
@given(text=WORDS, size=st.floats(4, 12), width=st.floats(20, 300))
def test_wrapping_loses_nothing(text: str, size: float, width: float) -> None:
    face = load_face(bold=False)
    lines = wrap(face.spell(text), face, size, width)
    assert "".join("".join(lines).split()) == "".join(face.spell(text).split())
    assert all(face.width(line, size) <= width or len(line) == 1 for line in lines)


def test_short_text_is_set_large_and_long_text_small() -> None:
    face = load_face(bold=True)
    short = fit([Paragraph("Sekretaris", face)], 150, 40, largest=10, smallest=4)
    long = fit([Paragraph("Sekretaris " * 20, face)], 150, 40, largest=10, smallest=4)
    assert short[0].size == 10
    assert 4 <= long[0].size < 10


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(SigningError, match="terlalu panjang"):
        draw_initial(FACE, NOW, 20, 10)


def test_letters_without_a_shape() -> None:
    face = load_face(bold=False)
    assert face.spell("Nguyễn  Thị") == "Nguyen Thi"
    with pytest.raises(SigningError, match=r"U\+65E5"):
        face.spell("日")


def test_written_forms() -> None:
    assert spaced_nip("198609262015052001") == "19860926 201505 2 001"
    assert spaced_nip("tanpa NIP") == "tanpa NIP"
    assert written_time(NOW.replace(2026, 10, 5, 7, 5).astimezone(WIB)) == (
        "5 Oktober 2026 pukul 14.05 WIB"
    )
