"""What of a trust ends is told in good time, each kind by its own measure."""

from datetime import timedelta

from pipeline.signing.expiry import SOON, Ending, ends_of
from pipeline.signing.trust import Trust

from .conftest import NOW, Office


def test_anchors_helpers_and_lists_end(office: Office) -> None:
    ends = list(ends_of(office.trust))
    kinds = [end.kind for end in ends]
    assert kinds.count(Ending.ANCHOR) == len(office.trust.anchors) == 1
    assert kinds.count(Ending.INTERMEDIATE) == len(office.trust.intermediates) == 1
    assert kinds.count(Ending.CRL) == len(office.trust.crls) == 2
    assert not any(end.is_over(NOW) or end.is_near(NOW) for end in ends)
    for end in ends:
        assert end.is_near(end.soon)
        assert end.is_near(end.at - timedelta(seconds=1))
        assert not end.is_near(end.soon - timedelta(seconds=1))
        assert (end.is_over(end.at), end.is_near(end.at)) == (True, False)


def test_a_certificate_has_its_own_warning_and_a_list_the_last_fifth(office: Office) -> None:
    ends = {end.kind: end for end in ends_of(office.trust)}
    anchor = office.trust.anchors[0]
    assert ends[Ending.ANCHOR].name == anchor.name
    assert ends[Ending.ANCHOR].at == anchor.certificate.not_valid_after
    assert ends[Ending.ANCHOR].at - ends[Ending.ANCHOR].soon == SOON
    listed = office.trust.crls[-1]["tbs_cert_list"]
    lasts = listed["next_update"].native - listed["this_update"].native
    assert ends[Ending.CRL].at - ends[Ending.CRL].soon == lasts / 5


def test_a_list_that_names_no_next_one_has_no_end(office: Office) -> None:
    endless = office.trust.crls[0].copy()
    del endless["tbs_cert_list"]["next_update"]
    trust = Trust(office.trust.anchors, crls=(endless,))
    assert [end.kind for end in ends_of(trust)] == [Ending.ANCHOR]
