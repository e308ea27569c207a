"""DER told from its relatives."""

import pytest
from asn1crypto import cms, parser

from pipeline.signing.der import is_der
from pipeline.signing.evidence import FileEvidence, gather

from .conftest import Signed

CANONICAL = {
    "boolean": "0101ff",
    "integer": "02020080",
    "negative integer": "0201ff",
    "null": "0500",
    "object identifier": "06032a8648",
    "bits": "03020780",
    "no bits": "030100",
    "long length": "048180" + "00" * 128,
    "set in order": "3106020101020102",
    "context tag": "a003020101",
}
OTHERS = {
    "nothing": "",
    "two values": "05000500",
    "cut off": "0202",
    "boolean of another value": "010101",
    "integer with a zero too many": "02020001",
    "integer with ones too many": "0202ff80",
    "null with contents": "050100",
    "bits that should be zero": "03020781",
    "bits unused beyond a byte": "03020980",
    "bits unused of none": "030101",
    "object identifier padded": "0604802a8648",
    "object identifier unfinished": "06022a86",
    "length longer than needed": "04810100",
    "indefinite length": "30800000",
    "string in pieces": "240304010a",
    "set out of order": "3106020102020101",
    "inside a sequence": "3004" + "02020001",
}


@pytest.mark.parametrize("data", CANONICAL.values(), ids=CANONICAL)
def test_der(data: str) -> None:
    assert is_der(bytes.fromhex(data))


@pytest.mark.parametrize("data", OTHERS.values(), ids=OTHERS)
def test_not_der(data: str) -> None:
    assert not is_der(bytes.fromhex(data))


def test_nested_too_deep() -> None:
    data = b"\x05\x00"
    for _ in range(100):
        data = parser.emit(0, 1, 16, data)
    assert not is_der(data)


def test_as_asn1crypto_encodes(signed: Signed) -> None:
    """What it writes anew of a signature of ours is what stands there, and is DER."""
    evidence = gather(signed.signed)
    assert isinstance(evidence, FileEvidence)
    for embedded in evidence.signatures:
        data = embedded.pkcs7_content
        found = data[: parser.peek(data)]
        assert cms.ContentInfo.load(found).dump(force=True) == found
        assert is_der(found)
