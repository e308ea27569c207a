"""The part of an examination that is about the procedures: their SOP and their templates."""

import zipfile
from collections.abc import Iterator

from pipeline.errors import ConfigurationError
from pipeline.office import Office
from pipeline.procedures import FILE_NAME as SOP_FILE
from pipeline.procedures import load_procedure
from pipeline.tasks.doctor.report import Outcome, gathered
from pipeline.tasks.init import bundled_templates


def check_procedures(office: Office) -> Outcome:
    """Every SOP reads, and every template that comes with the program is there."""
    keys = office.settings.procedures
    faults = (fault for key in keys for fault in _faults(office, key))
    return gathered(f"{', '.join(keys)}: SOP terbaca dan semua templat ada", faults)


def _faults(office: Office, key: str) -> Iterator[Outcome]:
    folder, bundled = office.templates / key, bundled_templates()
    try:
        load_procedure(folder / SOP_FILE)
    except ConfigurationError as wrong:
        yield Outcome(False, str(wrong), "Betulkan baris yang disebut.")
    known = (bundled / key).glob("*.docx") if (bundled / key).is_dir() else bundled.glob("*/*.docx")
    for name in sorted({path.name for path in known}):
        path = folder / name
        if not path.is_file() or not zipfile.is_zipfile(path):
            what = "bukan berkas Word lagi" if path.is_file() else "tidak ada"
            yield Outcome(False, f"{path} {what}", f"Salin lagi templatnya dari {bundled}.")
