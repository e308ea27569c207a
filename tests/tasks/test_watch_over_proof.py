"""What will soon prove nothing more is told in good time: by doctor in Indonesian, by audit too."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.office import Office
from pipeline.settings import load_settings
from pipeline.signing.expiry import Ending, ends_of
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.doctor.trust import check_proofs, check_time_service, check_trust
from pipeline.tasks.renew.renew import Outcome, all_due, renew_all
from pipeline.tasks.status import office_status
from tests.cli.calling import call
from tests.signing.tsa import Authority, time_stamping

from .renewing import at_work, proofs, relies_on
from .small_office import CODE, RECORD, SmallOffice, build, copied

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=100)
LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(days=390)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallOffice:
    return build(tmp_path_factory.mktemp("jaga") / "kantor")


@pytest.fixture
def small(made: SmallOffice, tmp_path: Path) -> SmallOffice:
    return copied(made, tmp_path / "kantor")


@pytest.fixture
def authority() -> Iterator[Authority]:
    with time_stamping(LATER) as answering:
        yield answering


def after(root: Path, **time: float) -> Office:
    """The office as it will be after a while."""
    settings = load_settings(root)
    real = Office(root, settings)
    return Office(root, settings, lambda: real.now() + timedelta(**time))


def left(small: SmallOffice, kind: Ending) -> float:
    """Days until the first of this kind is to be told."""
    office = Office(small.root, load_settings(small.root))
    soon = min(end.soon for end in ends_of(office.trust) if end.kind is kind)
    return (soon - office.now()) / timedelta(days=1)


# --- trust ---------------------------------------------------------------------------------------


def test_a_list_is_told_before_it_ends(small: SmallOffice) -> None:
    days = left(small, Ending.CRL)
    assert check_trust(after(small.root, days=days - 1)).mend == ""
    told = check_trust(after(small.root, days=days + 1))
    assert told.ok
    assert "daftar pencabutan (CRL)" in told.message
    assert "crls" in told.mend
    notes = audit(after(small.root, days=days + 1)).notes
    assert [note for note in notes if note.startswith("Trust: crl")]


def test_certificates_of_authorities_are_told_half_a_year_before(
    small: SmallOffice, authority: Authority
) -> None:
    relies_on(small.root, authority)
    (small.root / ".kinerja/trust/intermediates/tsa.pem").write_bytes(authority.root_pem)
    told = check_trust(after(small.root, days=250))
    assert told.ok
    assert "sertifikat induk" in told.message
    assert "sertifikat penerbit" in told.message
    assert "yang lama jangan dihapus" in told.mend
    notes = audit(after(small.root, days=250)).notes
    assert any(note.startswith("Trust: anchor") for note in notes)
    assert any(note.startswith("Trust: intermediate") for note in notes)


def test_one_that_has_ended_may_stay_but_not_all(small: SmallOffice, authority: Authority) -> None:
    relies_on(small.root, authority)
    days = left(small, Ending.ANCHOR) + 180 + 5
    ended = check_trust(after(small.root, days=days))
    assert "semua sertifikat induk" not in ended.message
    everything = check_trust(after(small.root, days=9000))
    assert (everything.ok, "semua sertifikat induk" in everything.message) == (False, True)


def test_an_anchor_of_unknown_origin_is_named(small: SmallOffice, authority: Authority) -> None:
    assert check_trust(after(small.root)).mend == ""
    relies_on(small.root, authority)
    told = check_trust(after(small.root))
    assert told.ok
    assert "asal sertifikat induk tsa.pem tidak tercatat (source, obtained, sha256)" in told.message
    (anchor,) = (a for a in after(small.root).trust.anchors if a.file == "tsa.pem")
    assert anchor.sha256 in told.mend
    note = small.root / ".kinerja/trust/anchors.toml"
    entry = '\n[[anchor]]\nfile = "tsa.pem"\nsource = "uji"\nobtained = "2026-11-23"\n'
    note.write_text(note.read_text() + entry)
    assert "(sha256)" in check_trust(after(small.root)).message
    note.write_text(note.read_text() + f'sha256 = "{anchor.sha256}"\n')
    assert check_trust(after(small.root)).mend == ""


# --- the time-stamping service -------------------------------------------------------------------


def test_no_service_is_no_fault(made: SmallOffice) -> None:
    assert check_time_service(after(made.root)).mend == ""


def test_a_service_that_answers(small: SmallOffice, authority: Authority) -> None:
    relies_on(small.root, authority)
    told = check_time_service(after(small.root))
    assert told.mend == ""
    assert f"berlaku sampai {LATER:%d-%m-%Y}" in told.message


def test_a_service_whose_certificate_ends_soon(small: SmallOffice, authority: Authority) -> None:
    relies_on(small.root, authority)
    authority.change(SOON)
    told = check_time_service(after(small.root))
    assert told.ok
    assert f"{SOON:%d-%m-%Y}" in told.message
    assert "`kinerja renew`" in told.mend


def test_a_service_that_is_down_or_not_trusted(small: SmallOffice, authority: Authority) -> None:
    relies_on(small.root, authority)
    authority.status = 503
    down = check_time_service(after(small.root))
    assert (down.ok, "tidak memberi cap waktu" in down.message) == (True, True)
    assert "`kinerja renew`" in down.mend
    authority.status = 200
    (small.root / ".kinerja/trust/anchors/tsa.pem").unlink()
    stranger = check_time_service(after(small.root))
    assert (stranger.ok, "tidak dipercaya" in stranger.message) == (False, True)


# --- what is filed -------------------------------------------------------------------------------


def test_filed_print_outs_are_told_by_what_they_lack(
    small: SmallOffice, authority: Authority
) -> None:
    fine = check_proofs(after(small.root))
    assert (fine.mend, fine.message) == ("", "1 print out diarsipkan: 1 B-B")
    without = check_proofs(after(small.root, days=200))
    assert "buktinya segera berakhir" in without.message
    assert "Isi [signing] tsa_url" in without.mend
    relies_on(small.root, authority)
    below = check_proofs(after(small.root))
    assert below.ok
    assert "di bawah tingkat yang dapat dicapai (B-LTA)" in below.message
    assert CODE in below.message
    assert below.mend == "Jalankan `kinerja renew`."
    gone = check_proofs(after(small.root, days=400))
    assert "tidak lagi membuktikan dirinya sendiri" in gone.message
    assert "past the end of its proof" in " ".join(audit(after(small.root, days=400)).notes)


def test_status_lists_what_was_signed_while_a_service_was_down(
    small: SmallOffice, authority: Authority
) -> None:
    assert "Proof" not in call("status", office=small.root).stdout
    relies_on(small.root, authority)
    said = call("status", office=small.root).stdout
    assert f"Proof {CODE}" in said
    assert "B-B; B-LTA can be reached" in said
    assert "`kinerja renew`" in said
    with at_work(small.root) as office:
        assert [r.outcome for r in renew_all(office, all_due(office))] == [Outcome.RENEWED]
        assert list(office_status(office).to_renew) == []
        assert check_proofs(office).message == "1 print out diarsipkan: 1 B-LTA"
        assert [p.record_id for p in proofs(office)] == [RECORD]
