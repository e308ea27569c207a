"""Packages from outside: each way to be refused, and that none is unpacked before it is judged."""

import io
import zipfile
from dataclasses import replace

import pytest

from pipeline.foreign import package
from pipeline.foreign.package import Limits, PackageError, Reason, parts_of, read_parts
from tests.hostile import packages as zips

LIMITS = Limits(packed=1 << 20, unpacked=20 << 20, parts=100, tags=1_000)
GOOD = zips.packed({"a.xml": b"<a/>", "b/c.bin": b"isi"})


def reason(data: bytes, limits: Limits = LIMITS) -> Reason:
    with pytest.raises(PackageError) as told:
        read_parts(data, limits)
    return told.value.reason


def test_a_package_is_read() -> None:
    assert read_parts(GOOD, LIMITS) == {"a.xml": b"<a/>", "b/c.bin": b"isi"}


@pytest.mark.parametrize(
    ("limits", "data"),
    [
        (replace(LIMITS, packed=50), GOOD),
        (replace(LIMITS, unpacked=5), GOOD),
        (replace(LIMITS, parts=1), GOOD),
        (replace(LIMITS, tags=0), GOOD),
        (replace(LIMITS, unpacked=1 << 30), zips.flat_bomb(GOOD, 30)),
        (LIMITS, zips.many_members(GOOD, 500)),
        (LIMITS, zips.with_long_directory(GOOD, 1)),
    ],
    ids=["packed", "unpacked", "parts", "tags", "ratio", "members", "directory"],
)
def test_what_is_beyond_the_limits_is_too_big(limits: Limits, data: bytes) -> None:
    assert reason(data, limits) is Reason.TOO_BIG


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", Reason.NO_PACKAGE),
        (b"x" + GOOD, Reason.NO_PACKAGE),
        (GOOD[:-10], Reason.DAMAGED),
        (zips.with_broken_checksum(GOOD, "a.xml"), Reason.DAMAGED),
        (zips.with_flag(GOOD, "a.xml", 1), Reason.ENCRYPTED),
        (zips.packed({"a": b"x"}, zipfile.ZIP_BZIP2), Reason.ODD),
        (zips.packed({"a": b"x"}, zipfile.ZIP_LZMA), Reason.ODD),
        (zips.with_zip64(GOOD), Reason.ODD),
        (zips.overlapping(GOOD, 2), Reason.ODD),
        (zips.appended(GOOD, [("A.XML", b"")]), Reason.ODD),
        (zips.packed({"a.xml": b"<!DOCTYPE a><a/>"}), Reason.DECLARATION),
        (zips.packed({"a.xml": b'<?xml version="1.0" encoding="utf-7"?><a/>'}), Reason.DAMAGED),
        (zips.packed({"a.png": zips.vast_png()}), Reason.PIXELS),
    ],
    ids=lambda value: value.name if isinstance(value, Reason) else "",
)
def test_every_way_to_be_refused(data: bytes, why: Reason) -> None:
    assert reason(data) is why


@pytest.mark.parametrize(
    "name", ["../a", "a/../b", "/a", "C:/a", "c:a", "a\\b", "./a", "a/.", "a\nb", "a\x1bb"]
)
def test_no_name_leads_elsewhere(name: str) -> None:
    made = zips.with_member_name(GOOD, name.encode())
    assert reason(made) is Reason.ODD


def test_a_nul_hides_no_ending() -> None:
    assert reason(zips.with_member_name(GOOD, b"a.xml\0.exe")) is Reason.ODD


def test_parts_come_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later fault is told when it is reached; what came before was within bounds."""
    data = zips.packed({"a.xml": b"<a/>", "b.xml": b"<!DOCTYPE b><b/>"})
    parts = parts_of(data, LIMITS)
    assert next(parts) == ("a.xml", b"<a/>")
    with pytest.raises(PackageError):
        next(parts)
    opened: list[io.BytesIO] = []
    monkeypatch.setattr(package.zipfile, "ZipFile", opened.append)
    assert reason(zips.with_long_directory(GOOD, 1)) is Reason.TOO_BIG
    assert opened == []
