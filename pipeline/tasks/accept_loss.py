"""A loss accepted: what the seals so far hold is gone for good, and what is left is sealed anew."""

from pipeline.domain.official import mask_personal
from pipeline.errors import AuthorityError, UsageError
from pipeline.ledger.seal import SealFile
from pipeline.office import Office
from pipeline.sop.reasons import REASON_LIMIT
from pipeline.tasks.account import current_account
from pipeline.tasks.sealing.events import LOSS_ACCEPTED, seal_record
from pipeline.tasks.sealing.folder import entries, seal_folder
from pipeline.tasks.sealing.ledger import copied, seal_ledger


def accept_loss(office: Office, reason: str) -> SealFile:
    """Write down that what earlier seals held is lost for good, and seal what is left.

    The seals so far speak no more; the one that is made here says so, signed, since an event alone
    could be written by whoever has the database. It holds everything that is there now.

    Raises:
        AuthorityError: this account is no administrator's.
        UsageError: there is no reason.
        ConflictError: another process is sealing just now.
    """
    account = current_account()
    if not any("administrator" in a.roles for a in office.settings.accounts if a.name == account):
        raise AuthorityError(
            f"The account {account} may not accept a loss: that is the administrator's. Add the"
            " role to [[accounts]] in kinerja.toml, or ask whoever has it."
        )
    if not reason.strip():
        raise UsageError("Say why, and what was lost: everybody reads it in the audit.")
    with office.ledger.read() as session:
        known = seal_record(session, office.id).sealed
    lying = [*entries(seal_folder(office)), *copied(office)]
    through = max([0, *known, *(entry.number for entry in lying)])
    with office.ledger.write() as tx:
        tx.record(
            LOSS_ACCEPTED,
            chain=None,
            actor=f"akun {account}",
            via="baris perintah",
            through=through,
            reason=mask_personal(reason.strip()[:REASON_LIMIT]),
        )
    return seal_ledger(office, accepts=through)
