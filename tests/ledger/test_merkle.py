"""RFC 6962 §2.1, by its own recursive definitions."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ledger.merkle import MerkleTree


def h(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def split(n: int) -> int:
    """The largest power of two below n."""
    return 1 << ((n - 1).bit_length() - 1)


def mth(leaves: list[bytes]) -> bytes:
    """Merkle tree hash, §2.1."""
    if not leaves:
        return h(b"")
    if len(leaves) == 1:
        return h(b"\x00" + leaves[0])
    k = split(len(leaves))
    return h(b"\x01" + mth(leaves[:k]) + mth(leaves[k:]))


def proof(m: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """Consistency proof SUBPROOF(m, D[n], b), §2.1.2."""
    n = len(leaves)
    if m == n:
        return [] if whole else [mth(leaves)]
    k = split(n)
    if m <= k:
        return [*proof(m, leaves[:k], whole=whole), mth(leaves[k:])]
    return [*proof(m - k, leaves[k:], whole=False), mth(leaves[:k])]


def consistent(m: int, n: int, old: bytes, new: bytes, nodes: list[bytes]) -> bool:
    """Verify a consistency proof by the two roots alone (RFC 9162 §2.1.4.2)."""
    path = [old, *nodes] if m & (m - 1) == 0 else list(nodes)
    fn, sn = m - 1, n - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for node in path[1:]:
        if fn & 1 or fn == sn:
            fr, sr = h(b"\x01" + node + fr), h(b"\x01" + node + sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = h(b"\x01" + sr + node)
        fn, sn = fn >> 1, sn >> 1
    return (fr, sr, sn) == (old, new, 0)


def root_of(leaves: list[bytes]) -> bytes:
    tree = MerkleTree()
    for leaf in leaves:
        tree.append(leaf)
    assert tree.size == len(leaves)
    return tree.root()


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert root_of(leaves) == mth(leaves)


@pytest.mark.parametrize(
    ("count", "root"),
    [  # the test vectors of Certificate Transparency
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_known_roots(count: int, root: str) -> None:
    vectors = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
    last = "606162636465666768696a6b6c6d6e6f"
    leaves = [bytes.fromhex(leaf) for leaf in (*vectors, last)]
    assert root_of(leaves[:count]).hex() == root


@given(st.lists(st.binary(max_size=4), min_size=2, max_size=40), st.data())
def test_an_earlier_root_can_be_shown_to_be_consistent(
    leaves: list[bytes], data: st.DataObject
) -> None:
    m = data.draw(st.integers(1, len(leaves) - 1))
    nodes = proof(m, leaves)
    old, new = root_of(leaves[:m]), root_of(leaves)
    assert consistent(m, len(leaves), old, new, nodes)
    assert not consistent(m, len(leaves), h(old), new, nodes)
