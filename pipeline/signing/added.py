"""What was added to a document: a seal, or proof, and nothing else, from the first byte on.

A signature vouches for all that lies before it, also for what a stranger appended just before it
was put on. So the changes since our own bytes are judged as if those had been signed already, by
the rules for filling in signature fields (DocMDP P=2, ISO 32000-2 §12.8.2.2).
"""

from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel, StandardDiffPolicy
from pyhanko.sign.diff_analysis.constants import ROOT_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.diff_analysis.policies import DEFAULT_DIFF_POLICY
from pyhanko.sign.diff_analysis.rules.file_structure_rules import CatalogModificationRule
from pyhanko.sign.fields import MDPPerm

from pipeline.signing.evidence import END_OF_FILE, MOST_REVISIONS, attempt, metadata_of, revisions

PERMISSIONS = "/Perms"  # where a certifying paraf enters itself
_ENTRIES = {"/DocMDP"}


def adds_only_seals(pdf: bytes, size: int) -> bool:
    """Whether ``pdf`` adds to its first ``size`` bytes, a document, nothing but seals.

    Seals are signatures in its fields, their pictures, validation data and timestamps.
    """
    if revisions(pdf) > MOST_REVISIONS:
        return False
    return attempt(lambda: _adds_only_seals(pdf, size)) is True


def adds_only_proof(pdf: bytes, size: int) -> bool:
    """Whether ``pdf`` adds to its first ``size`` bytes, a signed document, nothing but proof.

    That is validation data and document timestamps (ETSI EN 319 142-1 §5.4, §5.5).
    """
    if len(pdf) <= size or revisions(pdf) > MOST_REVISIONS:
        return False
    return attempt(lambda: _adds_only_proof(pdf, size)) is True


def _adds_only_proof(pdf: bytes, size: int) -> bool:
    before, after = _both(pdf, size)
    if not _continues(before, after) or not END_OF_FILE.search(pdf):
        return False
    base = before.total_revisions - 1
    if after.total_revisions - 1 == base:
        return False
    found = DEFAULT_DIFF_POLICY.review_file(after, base, doc_mdp=MDPPerm.NO_CHANGES)
    return (
        isinstance(found, DiffResult) and found.modification_level <= ModificationLevel.LTA_UPDATES
    )


def _adds_only_seals(pdf: bytes, size: int) -> bool:
    before, after = _both(pdf, size)
    if not _continues(before, after):
        return False
    base = before.total_revisions - 1
    permissions = after.root.get(PERMISSIONS, {})
    if PERMISSIONS not in before.root and not set(permissions) <= _ENTRIES:
        return False
    if PERMISSIONS in before.root and permissions != before.root[PERMISSIONS]:
        return False
    told, now = metadata_of(before, base), metadata_of(after, after.total_revisions - 1)
    if told.description != now.description:
        return False
    return isinstance(_policy().review_file(after, base, doc_mdp=MDPPerm.FILL_FORMS), DiffResult)


def _both(pdf: bytes, size: int) -> tuple[PdfFileReader, PdfFileReader]:
    return (
        PdfFileReader(BytesIO(pdf[:size]), strict=True),
        PdfFileReader(BytesIO(pdf), strict=True),
    )


def _continues(before: PdfFileReader, after: PdfFileReader) -> bool:
    """Whether each table of ``before`` is in its place in ``after``.

    A table that names an older one as its forerunner would leave our last revision out.
    """
    return all(_table(before, n) == _table(after, n) for n in range(before.total_revisions))


def _table(reader: PdfFileReader, revision: int) -> int:
    """Where the cross-reference table of a revision begins."""
    return int(reader.xrefs.get_startxref_for_revision(revision))


def _policy() -> StandardDiffPolicy:
    """The rules of pyHanko, which also let a certification enter itself."""
    standard = DEFAULT_DIFF_POLICY
    kept = {*ROOT_EXEMPT_STRICT_COMPARISON, PERMISSIONS}
    catalogue = CatalogModificationRule(kept)  # type: ignore[no-untyped-call]
    others = [rule for rule in standard.global_rules if not isinstance(rule, type(catalogue))]
    return StandardDiffPolicy([catalogue, *others], standard.form_rule)
