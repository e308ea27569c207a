"""Timestamps in files of their own, by a real authority over HTTP; openssl verifies them."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from asn1crypto import pem, x509

from pipeline.errors import SigningError
from pipeline.signing.stamp import read_timestamp, timestamp
from pipeline.signing.stamping import tsa
from pipeline.signing.trust import Anchor, Trust

from .tsa import Authority, time_stamping

DATA = b"tanda tangan segel"


@pytest.fixture(scope="module")
def running() -> Iterator[Authority]:
    with time_stamping() as authority:
        yield authority


@pytest.fixture
def authority(running: Authority) -> Authority:
    running.status = 200
    running.answers.clear()
    return running


@pytest.fixture
def trust(authority: Authority) -> Trust:
    root = x509.Certificate.load(pem.unarmor(authority.root_pem)[2])
    return Trust((Anchor(root, "tsa.pem", "Uji TSA Akar"),))


def test_a_timestamp_says_when_these_bytes_were_there(authority: Authority, trust: Trust) -> None:
    stamp = read_timestamp(DATA, timestamp(tsa(authority.url), DATA), trust)
    assert (stamp.intact, stamp.trusted) == (True, True)
    assert abs(stamp.at - datetime.now(UTC)) < timedelta(hours=1)


def test_it_is_not_one_of_other_bytes(authority: Authority, trust: Trust) -> None:
    stamp = read_timestamp(b"lain", timestamp(tsa(authority.url), DATA), trust)
    assert (stamp.intact, stamp.trusted) == (False, False)


def test_an_authority_that_nobody_vouches_for_is_told_so(
    authority: Authority, trust: Trust
) -> None:
    with time_stamping() as stranger:
        answer = timestamp(tsa(stranger.url), DATA)
    stamp = read_timestamp(DATA, answer, trust)
    assert (stamp.intact, stamp.trusted) == (True, False)


def test_openssl_verifies_it(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "x.p7s").write_bytes(DATA)
    (tmp_path / "x.p7s.tsr").write_bytes(timestamp(tsa(authority.url), DATA))
    (tmp_path / "akar.pem").write_bytes(authority.root_pem)
    command = ["openssl", "ts", "-verify", "-data", "x.p7s", "-in", "x.p7s.tsr"]
    command += ["-CAfile", "akar.pem"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "x.p7s").write_bytes(DATA + b"?")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode != 0


def test_nobody_answers() -> None:
    with time_stamping() as gone:
        url = gone.url
    with pytest.raises(SigningError, match="gave no timestamp"):
        timestamp(tsa(url), DATA)


REFUSED = bytes.fromhex("30053003020102")  # status: rejection, and no token


def test_answers_to_another_question_are_refused(authority: Authority) -> None:
    service = tsa(authority.url)
    old = timestamp(service, DATA)
    for answer in (old, timestamp(service, b"lain"), REFUSED, b"", b"<html>", old[:200]):
        authority.answers.append(answer)
        with pytest.raises(SigningError):
            timestamp(service, DATA)


@pytest.mark.parametrize("spoilt", [b"", b"bukan", REFUSED])
def test_what_is_no_timestamp_is_refused(trust: Trust, spoilt: bytes) -> None:
    with pytest.raises(SigningError, match="cannot be read"):
        read_timestamp(DATA, spoilt, trust)


def test_a_changed_timestamp_is_never_trusted(authority: Authority, trust: Trust) -> None:
    answer = timestamp(tsa(authority.url), DATA)
    at = answer.find(sha256(DATA).digest())
    for place in (at, len(answer) // 2, len(answer) - 3):
        changed = answer[:place] + bytes([answer[place] ^ 1]) + answer[place + 1 :]
        try:
            stamp = read_timestamp(DATA, changed, trust)
        except SigningError:
            continue
        assert not stamp.trusted
