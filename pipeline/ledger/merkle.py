"""The root of a Merkle tree that only grows (RFC 6962 §2.1), reckoned as the leaves come.

A root over the first n leaves and one over the first m > n of the same leaves can be shown to be
consistent (§2.1.2): nothing before n was changed, removed or put in between.
"""

import hashlib


class MerkleTree:
    """Takes leaves one by one; holds one hash for each bit of their number."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []  # complete subtrees, the largest first

    def append(self, leaf: bytes) -> None:
        """Add a leaf: its hash is SHA-256 over 0x00 and the leaf."""
        height, node = 0, hashlib.sha256(b"\x00" + leaf).digest()
        while self._peaks and self._peaks[-1][0] == height:
            height, node = height + 1, _parent(self._peaks.pop()[1], node)
        self._peaks.append((height, node))
        self.size += 1

    def root(self) -> bytes:
        """The tree's hash; of no leaves, that of nothing."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        root = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            root = _parent(peak, root)
        return root


def _parent(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
