"""The parts of an examination that are about people: who holds the posts, whose accounts are."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from pipeline.domain.authority import entitled_at
from pipeline.domain.holders import Holders
from pipeline.domain.procedure import Verb
from pipeline.errors import KinerjaError
from pipeline.office import Office
from pipeline.sop.authority import as_listed, holders_on_file, persons_of
from pipeline.sop.printout.turns import turns_of
from pipeline.tasks.doctor.report import Outcome, gathered

JUDGES = frozenset({Verb.CORRECT, Verb.VERIFY})


def check_posts(office: Office) -> Outcome:
    """A signer holds every post that initials or signs, today."""
    holders, today = _holders(office), office.now().date()
    wanted = {
        turn.post: procedure.key
        for procedure in office.procedures.values()
        for turn in turns_of(procedure)
    }
    faults = (
        Outcome(
            False,
            f"{key}: {post or 'entah jabatan apa'} harus memaraf atau menandatangani,"
            " tetapi hari ini"
            " tidak ada penanda tangan yang menjabatnya",
            "Tulis jabatan itu di [[signers]] dan di Data Induk persis seperti di sop.toml, dengan"
            " masa jabatannya.",
        )
        for post, key in wanted.items()
        if not any(holders.holds(s.nip, post or "", today) for s in office.settings.signers)
    )
    strangers = (
        Outcome(
            True,
            f"penanda tangan {s.alias} hari ini tidak menjabat apa pun menurut Data Induk",
            "Isi masa jabatannya di Data Induk; biarkan saja bila hanya untuk tanda tangan"
            " yang lalu.",
        )
        for s in office.settings.signers
        if holders.master.posts and not holders.master.posts_of(s.nip, today)
    )
    return gathered(
        "setiap jabatan yang memaraf atau menandatangani ada penanda tangannya",
        (*faults, *strangers),
    )


def check_accounts(office: Office) -> Outcome:
    """Each account is somebody's and may do something; somebody may approve."""
    if not office.settings.accounts:
        return Outcome(
            True,
            "tidak ada akun yang dikenal: lewat baris perintah semua orang boleh melihat, tidak ada"
            " yang boleh bertindak",
            "Tambahkan [[accounts]] di kinerja.toml: name, dan nip atau roles.",
        )
    names = sorted({account.name for account in office.settings.accounts})
    return gathered(f"{len(names)} akun: {', '.join(names)}", _account_faults(office, names))


def _account_faults(office: Office, names: list[str]) -> Iterator[Outcome]:
    holders = _holders(office)
    for account in office.settings.accounts:
        if not (account.nip or account.roles):
            mend = "Beri setiap akun nip pemiliknya, atau roles, di [[accounts]]."
            yield Outcome(True, f"akun {account.name} tidak punya nip maupun roles", mend)
    persons = [p for name in names for p in persons_of(office, holders, name)]
    for procedure in office.procedures.values():
        for step in (step for step in procedure.steps if step.verb in JUDGES):
            who = entitled_at(procedure, step)
            if not any(who.hat(person) for person in persons):
                yield Outcome(
                    True,
                    f"{procedure.key}, langkah {step.number}: tidak ada akun milik"
                    f" {who.in_words() or 'yang berwenang'}, jadi hanya diputuskan lewat folder",
                    "Tambahkan akun pejabatnya di [[accounts]], dengan nip-nya.",
                )


def _holders(office: Office) -> Holders:
    """Who holds which post; only as the settings list it where the database does not answer."""
    url = make_url(office.ledger.url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return as_listed(office)  # looking must not make an empty database
    try:
        with office.ledger.read() as session:
            return holders_on_file(session, office)
    except (KinerjaError, SQLAlchemyError):  # which the check of the database reports
        return as_listed(office)
