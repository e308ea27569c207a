"""The judgement made in another process is the judgement."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.confine.reader import Reader
from pipeline.signing.apart import APART, PlainTrust, verify_apart
from pipeline.signing.report import Verdict
from pipeline.signing.trust import Trust
from pipeline.signing.verify import verify

from .conftest import Office, Signed

AT = datetime.now(UTC) + timedelta(minutes=1)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    shared = Reader(APART)
    yield shared
    shared.close()


def test_it_is_the_same_for_every_stage(reader: Reader, office: Office, signed: Signed) -> None:
    for pdf in (signed.signed, signed.initialled, signed.prepared, signed.signed + b"x", b"no PDF"):
        for expectation in (None, signed.expectation):
            near = verify(pdf, office.trust, expectation=expectation, at=AT)
            apart = verify_apart(reader, pdf, office.trust, expectation=expectation, at=AT)
            assert apart == near
    accepted = verify_apart(reader, signed.signed, office.trust, expectation=signed.expectation)
    assert accepted.accepted


def test_without_anchors_nothing_can_be_determined(
    reader: Reader, office: Office, signed: Signed
) -> None:
    nobody = verify_apart(reader, signed.signed, Trust(()))
    assert nobody.verdict is Verdict.INDETERMINATE


def test_the_trust_travels_whole(office: Office) -> None:
    anchors = tuple(
        replace(a, source="Komdigi", certified=True, psre="BSrE") for a in office.trust.anchors
    )
    trust = replace(office.trust, anchors=anchors, allow_fetching=True)
    back = PlainTrust.of(trust).trust()
    assert PlainTrust.of(back) == PlainTrust.of(trust)
    assert [a.sha256 for a in back.anchors] == [a.sha256 for a in anchors]
    first = back.anchors[0]
    assert (first.source, first.certified, first.psre) == ("Komdigi", True, "BSrE")
    assert back.crls
    assert [found.dump() for found in back.crls] == [found.dump() for found in trust.crls]
