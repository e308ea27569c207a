import shutil
from pathlib import Path, PurePosixPath

import pytest

from pipeline.archive.dossier import FiledDossier
from pipeline.archive.fixity import SEALS, FindingKind, FixityFinding, KnownDossier, check_archive
from pipeline.errors import ArchiveError

from .filing import DOSSIER, an_item, filed, with_item


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "README.md").write_text("Arsip")
    return tmp_path


def known(root: Path, *done: FiledDossier) -> list[KnownDossier]:
    return [
        KnownDossier(f"r-{n}", PurePosixPath(d.path.relative_to(root).as_posix()), d.bag_sha256)
        for n, d in enumerate(done)
    ]


def one(root: Path, records: list[KnownDossier]) -> FixityFinding:
    findings = list(check_archive(root, records))
    assert len(findings) == 1, findings
    return findings[0]


def test_a_sound_archive_has_no_findings(archive: Path) -> None:
    assert list(check_archive(archive, known(archive, filed(archive)))) == []


@pytest.mark.parametrize("kind", [FindingKind.CHANGED, FindingKind.MISSING, FindingKind.EXTRA])
def test_a_fault_in_a_bag_is_named(archive: Path, kind: FindingKind) -> None:
    done = filed(archive)
    name = "data/asli/lain.pdf" if kind is FindingKind.EXTRA else "data/keputusan/Slip 1.pdf"
    (done.path / name).unlink(missing_ok=True)
    if kind is not FindingKind.MISSING:
        (done.path / name).write_bytes(b"lain")
    finding = one(archive, known(archive, done))
    assert (finding.kind, finding.file, finding.record_id) == (kind, name, "r-0")
    assert name in finding.message
    assert done.path.name in finding.message


def test_the_seals_of_the_ledger_are_at_home_in_the_root_only(archive: Path) -> None:
    (archive / SEALS).mkdir()
    (archive / SEALS / "000001-2026-11-22T101500.json").write_text("{}")
    records = known(archive, filed(archive))
    assert list(check_archive(archive, records)) == []
    (archive / "2026" / SEALS).mkdir()
    (archive / "2026" / SEALS / "lain.json").write_text("{}")
    assert one(archive, records).kind is FindingKind.STRAY


def test_a_record_without_folder(archive: Path) -> None:
    done = filed(archive)
    shutil.rmtree(done.path)
    finding = one(archive, known(archive, done))
    assert (finding.kind, finding.record_id) == (FindingKind.NO_FOLDER, "r-0")
    assert "cadangan" in finding.message


def test_a_folder_without_record(archive: Path) -> None:
    done = filed(archive)
    finding = one(archive, [])
    assert (finding.kind, finding.dossier.name) == (FindingKind.NO_RECORD, done.path.name)


def test_a_moved_dossier_is_told_where_it_went(archive: Path) -> None:
    done = filed(archive)
    done.path.rename(archive / "2026" / "salah tempat")
    findings = list(check_archive(archive, known(archive, done)))
    assert [f.kind for f in findings] == [FindingKind.NO_RECORD, FindingKind.NO_FOLDER]
    assert "2026/salah tempat" in findings[1].message


def test_a_bag_put_in_another_ones_place(archive: Path) -> None:
    done = filed(archive)
    records = known(archive, done)
    filed(archive, with_item(DOSSIER, an_item("Susulan.pdf")))
    finding = one(archive, records)
    assert (finding.kind, finding.record_id) == (FindingKind.OTHER_BAG, "r-0")


def test_a_dossier_emptied_by_hand_is_still_found(archive: Path) -> None:
    done = filed(archive)
    shutil.rmtree(done.path)
    done.path.mkdir()
    kinds = {f.kind for f in check_archive(archive, known(archive, done))}
    assert kinds == {FindingKind.MISSING}


def test_what_lies_about_is_named(archive: Path) -> None:
    done = filed(archive)
    (archive / "2026" / "catatan.txt").touch()
    (archive / "2026" / "tautan").symlink_to(archive)
    done.path.with_name(f".{done.path.name}.tmp-0123abcd").mkdir()
    found = {(f.kind, f.dossier.name) for f in check_archive(archive, known(archive, done))}
    assert found == {
        (FindingKind.STRAY, "catatan.txt"),
        (FindingKind.STRAY, "tautan"),
        (FindingKind.LEFTOVER, f".{done.path.name}.tmp-0123abcd"),
    }


def test_an_archive_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="tidak dapat dibaca"):
        list(check_archive(tmp_path / "tidak ada", []))
