import io

import pikepdf
import pytest

from pipeline.errors import SigningError
from pipeline.signing.fields import (
    Place,
    SignaturePlan,
    next_in_plan,
    prepare,
)

from .conftest import HEAD, PLAN, SIGNATURE_BOX, Signed


def test_all_fields_are_laid_down_in_one_revision(signed: Signed) -> None:
    assert signed.prepared.startswith(signed.base)
    assert signed.prepared[len(signed.base) :].count(b"startxref") == 1
    document = pikepdf.open(io.BytesIO(signed.prepared))
    initial, signature = document.Root.AcroForm.Fields
    assert (str(initial.T), str(signature.T)) == ("Paraf", "TandaTangan")
    assert "/V" not in initial
    assert "/V" not in signature
    assert signature.Lock.Action == "/All"
    assert signature.Lock.P == 1
    assert "/Lock" not in initial
    assert HEAD in str(initial.TU)


def test_metadata_stays(signed: Signed) -> None:
    before, after = (pikepdf.open(io.BytesIO(pdf)) for pdf in (signed.base, signed.signed))
    assert before.Root.Metadata.read_raw_bytes() == after.Root.Metadata.read_raw_bytes()
    assert dict(before.docinfo) == dict(after.docinfo)


@pytest.mark.parametrize(
    ("count", "names"),
    [
        (0, ["TandaTangan"]),
        (1, ["Paraf", "TandaTangan"]),
        (3, ["Paraf1", "Paraf2", "Paraf3", "TandaTangan"]),
    ],
)
def test_names_by_number_of_initials(count: int, names: list[str]) -> None:
    plan = SignaturePlan(PLAN.signature, PLAN.initials * count)
    assert [field.name for field in plan.fields] == names


def test_four_initials_are_refused() -> None:
    with pytest.raises(SigningError, match="paling banyak 3"):
        SignaturePlan(PLAN.signature, PLAN.initials * 4)


@pytest.mark.parametrize(
    ("place", "complaint"),
    [
        (Place(7, SIGNATURE_BOX, HEAD), "halaman 8 yang tidak ada"),
        (Place(0, (500.0, 60.0, 900.0, 140.0), HEAD), "di dalam halaman"),
        (Place(0, (200.0, 60.0, 100.0, 140.0), HEAD), "di dalam halaman"),
    ],
)
def test_impossible_places(base_pdf: bytes, place: Place, complaint: str) -> None:
    with pytest.raises(SigningError, match=complaint):
        prepare(base_pdf, SignaturePlan(place))


def test_prepares_only_once(signed: Signed) -> None:
    for pdf in (signed.prepared, signed.signed):
        with pytest.raises(SigningError, match="sudah memuat kolom"):
            prepare(pdf, PLAN)


def test_refuses_what_is_no_open_pdf(base_pdf: bytes) -> None:
    for rubbish in (b"", b"bukan pdf", base_pdf[: len(base_pdf) // 2]):
        with pytest.raises(SigningError, match="tidak dapat dibaca sebagai PDF"):
            prepare(rubbish, PLAN, document="cetakan.pdf")
    locked = io.BytesIO()
    encryption = pikepdf.Encryption(owner="a", user="b")
    pikepdf.open(io.BytesIO(base_pdf)).save(locked, encryption=encryption)
    with pytest.raises(SigningError, match="kata sandi"):
        prepare(locked.getvalue(), PLAN)


def test_turns_follow_the_plan() -> None:
    assert next_in_plan({"TandaTangan": False, "Paraf2": False, "Paraf1": False}) == "Paraf1"
    assert next_in_plan({"TandaTangan": False, "Paraf2": False, "Paraf1": True}) == "Paraf2"
    assert next_in_plan({"TandaTangan": False, "Paraf": True}) == "TandaTangan"
    assert next_in_plan({"TandaTangan": True, "Paraf": True}) is None


def test_last_page_counts_from_the_back(base_pdf: bytes) -> None:
    pdf = prepare(base_pdf, SignaturePlan(Place(-1, SIGNATURE_BOX, HEAD)))
    document = pikepdf.open(io.BytesIO(pdf))
    assert len(document.pages[-1].obj.Annots) == 1
