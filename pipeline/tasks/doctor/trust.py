"""The parts of an examination that are about trust and time: what will soon prove nothing more."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from pipeline.errors import SigningError
from pipeline.office import Office
from pipeline.signing.expiry import End, Ending, ends_of
from pipeline.signing.stamp import read_timestamp, timestamp
from pipeline.signing.stamping import tsa
from pipeline.signing.trust import ANCHORS, CRLS, INTERMEDIATES, PROVENANCE, Anchor
from pipeline.tasks.doctor.database import require_database
from pipeline.tasks.doctor.report import Outcome, gathered
from pipeline.tasks.renew.due import Cause, Due, due_in, filed_printouts

PROBE = b"kinerja doctor"
NAMED = 3
WORDS = {Ending.ANCHOR: "sertifikat induk", Ending.INTERMEDIATE: "sertifikat penerbit"}
FOLDERS = {Ending.ANCHOR: ANCHORS, Ending.INTERMEDIATE: INTERMEDIATES}


def check_trust(office: Office) -> Outcome:
    """The trust folder can be read, its provenance is known, and nothing in it ends soon."""
    trust = office.trust
    folder = office.state / office.settings.signing.trust
    ends = list(ends_of(trust))
    names = ", ".join(anchor.name for anchor in trust.anchors)
    lists = f"{len(trust.crls)} daftar pencabutan"
    if not trust.crls:
        lists = "pencabutan ditanyakan lewat jaringan"
    if not trust.checks_revocation:
        lists = "pencabutan sertifikat tidak diperiksa"
    return gathered(
        f"dipercaya: {names}; {lists}",
        (
            *([] if trust.checks_revocation else [_unchecked(names, folder)]),
            *_lists([e for e in ends if e.kind is Ending.CRL], office, folder),
            *_certificates([e for e in ends if e.kind in WORDS], office, folder),
            *(_unknown(anchor, folder) for anchor in trust.anchors if anchor.lacking),
        ),
    )


def check_time_service(office: Office) -> Outcome:
    """The time-stamping service answers, is trusted, and its certificate lasts for a while."""
    url, now = office.settings.signing.tsa_url, office.now()
    if not url:
        return Outcome(True, "tidak dipakai ([signing] tsa_url kosong)")
    try:
        stamp = read_timestamp(PROBE, timestamp(tsa(url), PROBE), office.trust)
    except SigningError:
        return Outcome(
            True,
            f"{url} tidak memberi cap waktu; yang ditandatangani sekarang mendapat tingkat yang"
            " lebih rendah",
            "Periksa [signing] tsa_url dan sambungannya; sesudah itu jalankan `kinerja renew`.",
        )
    until = f"sertifikatnya berlaku sampai {stamp.ends:%d-%m-%Y}"
    if not (stamp.intact and stamp.trusted):
        folder = office.state / office.settings.signing.trust / ANCHORS
        return Outcome(
            False,
            f"{url} menjawab, tetapi cap waktunya tidak dipercaya ({until})",
            f"Taruh sertifikat induk penyedia cap waktu di {folder}, daftar pencabutannya juga.",
        )
    margin = timedelta(days=office.settings.signing.renew_before_days)
    if stamp.ends - now <= margin:
        return Outcome(
            True,
            f"{url} menjawab; {until}, padahal arsip diperbarui {margin.days} hari sebelumnya",
            "Minta penyedianya berganti sertifikat, atau ganti penyedia; lalu jalankan"
            " `kinerja renew`.",
        )
    return Outcome(True, f"{url} menjawab; {until}")


def check_proofs(office: Office) -> Outcome:
    """Every filed print-out proves itself as well as it can, and for a good while yet."""
    require_database(office)
    filed, due = filed_printouts(office), due_in(office)
    levels = Counter(one.standing.level for one in filed if one.standing)
    told = ", ".join(f"{times} {level}" for level, times in sorted(levels.items()))
    return gathered(
        f"{len(filed)} print out diarsipkan" + (f": {told}" if told else ""),
        (
            outcome
            for cause in Cause
            if (found := [one for one in due if one.cause is cause])
            for outcome in [_due(cause, found, office)]
        ),
    )


def _due(cause: Cause, due: list[Due], office: Office) -> Outcome:
    codes = ", ".join(one.filed.code for one in due[:NAMED])
    more = f" dan {len(due) - NAMED} lagi" if len(due) > NAMED else ""
    ends = [one.holds_until for one in due if one.holds_until]
    first = f"{min(ends):%d-%m-%Y}" if ends else "–"
    mend = "Jalankan `kinerja renew`."
    if not office.settings.signing.tsa_url:
        mend = "Isi [signing] tsa_url, lalu jalankan `kinerja renew`."
    said = {
        Cause.UNFINISHED: "sudah bercap waktu baru, tetapi belum masuk berkas arsipnya",
        Cause.UNMEASURED: "belum pernah diukur tingkat tanda tangannya",
        Cause.TOO_LATE: f"tidak lagi membuktikan dirinya sendiri (yang pertama sejak {first})",
        Cause.ENDS_SOON: f"buktinya segera berakhir (yang pertama {first})",
        Cause.BELOW: f"di bawah tingkat yang dapat dicapai ({due[0].attainable}), misalnya karena"
        " ditandatangani selagi layanan cap waktu mati",
    }[cause]
    if cause is Cause.TOO_LATE:
        mend = "Simpan segel buku besar baik-baik (`kinerja audit`): hanya itu buktinya sekarang."
    return Outcome(True, f"{len(due)} print out {said}: {codes}{more}", mend)


def _lists(ends: list[End], office: Office, folder: Path) -> Iterator[Outcome]:
    now, mend = office.now(), f"Ambil daftar terbaru dari penerbitnya, taruh di {folder / CRLS}."
    if stale := [end.at for end in ends if end.is_over(now)]:
        yield Outcome(
            False,
            f"{len(stale)} dari {len(ends)} daftar pencabutan (CRL) sudah kedaluwarsa, yang tertua"
            f" sejak {min(stale):%d-%m-%Y}",
            mend,
        )
    for end in (end for end in ends if end.is_near(now)):
        yield Outcome(
            True, f"daftar pencabutan (CRL) {end.name} berakhir {end.at:%d-%m-%Y %H.%M}", mend
        )


def _certificates(ends: list[End], office: Office, folder: Path) -> Iterator[Outcome]:
    """Those that end soon; one that has ended may stay, for what was signed under it."""
    now = office.now()
    anchors = [end for end in ends if end.kind is Ending.ANCHOR]
    if all(end.is_over(now) for end in anchors):
        last = max(end.at for end in anchors)
        yield Outcome(
            False,
            f"semua sertifikat induk sudah berakhir, yang terakhir {last:%d-%m-%Y}",
            f"Minta sertifikat induk yang baru kepada PSrE, taruh di {folder / ANCHORS}.",
        )
    for end in (end for end in ends if end.is_near(now)):
        yield Outcome(
            True,
            f"{WORDS[end.kind]} {end.name} berakhir {end.at:%d-%m-%Y}",
            f"Minta penggantinya kepada penerbitnya, dan taruh di {folder / FOLDERS[end.kind]};"
            " yang lama jangan dihapus: tanda tangan lama diperiksa dengannya.",
        )


def _unknown(anchor: Anchor, folder: Path) -> Outcome:
    return Outcome(
        True,
        f"asal sertifikat induk {anchor.file} tidak tercatat ({', '.join(anchor.lacking)})",
        f"Tulis di {folder / PROVENANCE} dari mana dan kapan didapat, dan SHA-256-nya"
        f" ({anchor.sha256}).",
    )


def _unchecked(names: str, folder: Path) -> Outcome:
    return Outcome(
        True,
        f"dipercaya: {names}; pencabutan sertifikat tidak diperiksa",
        f"Taruh daftar pencabutan (CRL) penerbitnya di {folder / CRLS}, atau hidupkan [signing]"
        " allow_fetching.",
    )
