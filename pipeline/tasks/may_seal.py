"""Who may put a seal today: whoever holds the post that the procedure names, as he is named."""

from pipeline.domain.authority import Act
from pipeline.domain.holders import Holders
from pipeline.domain.official import Official
from pipeline.domain.procedure import Verb
from pipeline.errors import AuthorityError
from pipeline.ledger.tables import Document
from pipeline.office import Office
from pipeline.settings import Signer
from pipeline.sop.authority import holders_on_file, record_refusal
from pipeline.sop.case import Case, case_of
from pipeline.sop.printout.sealed import require_named
from pipeline.sop.printout.turns import Turn
from pipeline.tasks.account import current_account

ACTS: dict[Verb, Act] = {Verb.INITIAL: Act.INITIAL, Verb.SIGN: Act.SIGN}


def require_may_seal(office: Office, document: Document, turn: Turn, signer: Signer) -> Official:
    """Only who holds the post that the procedure names may seal, as he is named on the print-out.

    A refusal is an event. Gives the holder.

    Raises:
        AuthorityError: another holds the post today, or nobody.
        ConflictError: the holder has changed since the print-out was made.
    """
    with office.ledger.read() as session:
        case = case_of(session, office, document.collection_id)
        holders = holders_on_file(session, office)
    today, post = office.now().date(), turn.post
    if not holders.holds(signer.nip, post, today):
        act, account = ACTS[turn.stage], current_account()
        with office.ledger.write() as tx:
            record_refusal(
                tx, account, act, via=f"baris perintah, akun {account}", document=document
            )
        raise AuthorityError(_not_his(case, turn, signer, holders))
    holder = _as_listed(signer, holders.official(post, today))
    require_named(document, turn, holder)
    return holder


def _as_listed(signer: Signer, holder: Official | None) -> Official:
    """The holder by the master data; else, of several who are listed for the post, this one."""
    if holder is not None and holder.nip == signer.nip:
        return holder
    return Official(signer.post, signer.name, signer.nip, signer.grade, "")


def _not_his(case: Case, turn: Turn, signer: Signer, holders: Holders) -> str:
    step, today, post = case.procedure.step(turn.stage), case.office.now().date(), turn.post
    which = f", {turn.words}" if turn.of > 1 else ""
    own = ", ".join(holders.title(p, today) for p in holders.posts_of(signer.nip, today))
    whose = f"adalah wewenang {holders.title(post, today)}"
    if holders.official(post, today) is None:
        whose = f"adalah wewenang {post}, yang hari ini tidak dijabat siapa pun"
    return (
        f"Langkah {step.number} ({step.inbox}{which}) {whose}, bukan"
        f" {own or f'{signer.alias}, yang hari ini tidak memegang jabatan'}. Minta yang berwenang,"
        " atau perbarui data induk bila pejabatnya berganti."
    )
