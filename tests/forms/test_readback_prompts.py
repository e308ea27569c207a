"""The prompt of an empty blank is taken away where it was issued, and nowhere else."""

import pytest

from pipeline.domain.form import PLACEHOLDER, Field
from pipeline.forms.readback.prompts import without_prompt


@pytest.mark.parametrize(
    ("written", "read", "told"),
    [
        (PLACEHOLDER, "", False),
        ("Klik  untuk mengisi", "", False),
        ("“klik untuk mengisi”", "", False),
        ("klik untuk mengisi …", "", False),
        ("- klik untuk mengisi.", "", False),
        ("Click or tap here to enter text", "", False),
        ("单击此处输入文字。", "", False),
        ("klik unt", "klik unt", True),
        ("k mengisi", "k mengisi", True),
        ("untuk mengisi", "untuk mengisi", True),
        ("mengisi", "mengisi", False),
        (f"{PLACEHOLDER}52 kapal rusak", "52 kapal rusak", True),
        (f"52 kapal rusak {PLACEHOLDER}", "52 kapal rusak", True),
        ("klik untuk 52 mengisi", "klik untuk 52 mengisi", True),
        ("52 kapal klik untuk", "52 kapal klik untuk", True),
        (
            "pada aplikasi, klik untuk mengisi logbook; nelayan belum terbiasa",
            "pada aplikasi, klik untuk mengisi logbook; nelayan belum terbiasa",
            False,
        ),
        ("petugas untuk mengisi logbook kurang", "petugas untuk mengisi logbook kurang", False),
        ("cara mengisi", "cara mengisi", False),
        ("klik", "klik", False),
    ],
)
def test_only_the_issued_prompt_at_the_edge_of_a_text_is_taken_away(
    written: str, read: str, told: bool
) -> None:
    assert without_prompt(written, Field.REMARK) == (read, told)


@pytest.mark.parametrize(
    "written", [f"{PLACEHOLDER}52", f"52{PLACEHOLDER}", "klik 52 untuk mengisi"]
)
def test_a_figure_is_never_taken_out_of_the_prompt(written: str) -> None:
    assert without_prompt(written, Field.ACTUAL) == (written, True)
