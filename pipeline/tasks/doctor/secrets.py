"""The part of an examination that is about what others must not read, or must not change."""

import stat
from collections.abc import Iterator

from pipeline.office import Office
from pipeline.settings import FILE_NAME
from pipeline.tasks.doctor.report import Outcome, gathered

OTHERS = stat.S_IRWXG | stat.S_IRWXO
CHANGERS = stat.S_IWGRP | stat.S_IWOTH


def check_secrets(office: Office) -> Outcome:
    """Only the service's account reads the state; nobody else changes settings and templates."""
    return gathered(
        "folder status tertutup bagi orang lain; pengaturan dan templat tidak dapat mereka ubah",
        _faults(office),
    )


def _faults(office: Office) -> Iterator[Outcome]:
    if office.state.is_dir() and (mode := office.state.stat().st_mode) & OTHERS:
        yield Outcome(
            False,
            f"{office.state} terbuka bagi orang lain (mode {stat.S_IMODE(mode):04o}), padahal di"
            " dalamnya ada kunci dan basis data",
            f"Jalankan `chmod 700 {office.state}`.",
        )
    for place in (office.root / FILE_NAME, office.templates, office.archive):
        if place.exists() and (mode := place.stat().st_mode) & CHANGERS:
            yield Outcome(
                False,
                f"{place} dapat diubah orang lain (mode {stat.S_IMODE(mode):04o})",
                f"Jalankan `chmod go-w {place}`.",
            )
    if office.inbox.is_relative_to(office.archive) or office.archive.is_relative_to(office.inbox):
        yield Outcome(
            False,
            f"arsip {office.archive} dan kotak masuk {office.inbox} saling memuat, sehingga arsip"
            " ikut dibagikan",
            "Pisahkan [folders] archive dari [folders] inbox.",
        )
    if office.state.is_relative_to(office.inbox):
        yield Outcome(
            False,
            f"folder status {office.state} ada di dalam kotak masuk yang dibagikan",
            "Isi [folders] state dengan folder di luar kotak masuk.",
        )
