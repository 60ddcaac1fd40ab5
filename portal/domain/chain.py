"""The hash chain over events and the Merkle tree over digests: pure functions, no rows and no clock.

A chain makes silent edits visible: every entry's digest covers the digest before it. It cannot stop
somebody who may rewrite the whole table; for that the head (or a Merkle root) has to be kept elsewhere,
which is why `verify` accepts a known head.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

GENESIS = "0" * 64
"""What the first entry names as its predecessor."""


class BreakKind(StrEnum):
    """What happened to a chain at one place."""

    ALTERED = "altered"
    DELETED = "deleted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"


@dataclass(frozen=True)
class Break:
    """One damaged place: `row` is the id of the row it shows at, `seq` its number in the chain.

    For DELETED, `seq` is the first missing number and `last` the last one; for TRUNCATED (the entries
    at the end are gone) `row` is the last row still there, or None for an emptied chain.
    """

    kind: BreakKind
    row: Any
    seq: int
    last: int | None = None


def canonical(payload: Mapping[str, Any]) -> bytes:
    """Give the one byte string of a payload: JSON in UTF-8, keys sorted, no white space.

    Raises TypeError for anything JSON would change on its way through a database: floats (send figures
    as decimal strings), keys that are not text, dates, Decimals.
    """
    _check_plain(payload)
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode(
        "utf-8"
    )


def _check_plain(value: Any) -> None:
    if value is None or isinstance(value, (bool, int, str)):
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a payload's keys are text, not {type(key).__name__}")
            _check_plain(inner)
        return
    if isinstance(value, (list, tuple)):
        for inner in value:
            _check_plain(inner)
        return
    raise TypeError(f"a payload holds text, whole numbers and truths, not {type(value).__name__}")


def digest_of(previous: str, payload: Mapping[str, Any]) -> str:
    """Give the SHA-256 (64 hex digits) of an entry: the digest before it, then its canonical payload.

    Raises ValueError when `previous` is not a digest, TypeError for a payload that is not plain.
    """
    return hashlib.sha256(_digest_bytes(previous) + canonical(payload)).hexdigest()


def _digest_bytes(text: str) -> bytes:
    if len(text) != 64:
        raise ValueError("a digest is 64 hexadecimal digits")
    return bytes.fromhex(text)


def verify(rows: Iterable[tuple[Any, int, str, str, Mapping[str, Any]]], *, head: str | None = None) -> list[Break]:
    """Check a chain and name every damaged place; an empty list means intact.

    `rows` are (id, seq, previous, digest, payload) as stored, in order of `seq`, which counts 1, 2, 3 …
    without a gap. `head` is the digest of the last entry if it is known from elsewhere; without it, the
    loss of the newest entries cannot be seen.
    """
    breaks: list[Break] = []
    links: list[tuple[Any, int, str, str]] = []
    for row, seq, previous, digest, payload in rows:
        if not _is_own_digest(previous, digest, payload):
            breaks.append(Break(BreakKind.ALTERED, row, seq))
        links.append((row, seq, previous, digest))

    known = {digest for _, _, _, digest in links}
    before_row: Any = None
    before_seq, before_digest = 0, GENESIS
    for row, seq, previous, digest in links:
        linked = previous == before_digest
        if seq > before_seq + 1:
            # Even a correctly linked successor cannot excuse a gap: somebody may have linked it anew.
            breaks.append(Break(BreakKind.DELETED, row, before_seq + 1, last=seq - 1))
        elif seq <= before_seq or (not linked and (previous in known or previous == GENESIS)):
            breaks.append(Break(BreakKind.REORDERED, row, seq))
        elif not linked and before_row is not None:
            # The neighbour is in its place but no longer the entry this one was linked to.
            breaks.append(Break(BreakKind.ALTERED, before_row, before_seq))
        elif not linked:
            breaks.append(Break(BreakKind.ALTERED, row, seq))
        before_row, before_seq, before_digest = row, max(seq, before_seq), digest

    if head is not None and head != before_digest and head not in known:
        breaks.append(Break(BreakKind.TRUNCATED, before_row, before_seq))
    return _once(breaks)


def _is_own_digest(previous: str, digest: str, payload: Mapping[str, Any]) -> bool:
    try:
        return hmac.compare_digest(digest_of(previous, payload), digest)
    except (TypeError, ValueError):
        return False


def _once(breaks: list[Break]) -> list[Break]:
    return sorted(dict.fromkeys(breaks), key=lambda found: (found.seq, found.kind))


# --- the Merkle tree (RFC 6962, section 2.1: leaves and nodes are hashed with different prefixes, so
# --- that an inner node can never be passed off as a leaf)


def leaf_hash(data: bytes) -> bytes:
    """Give the hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def merkle_root(leaves: Sequence[bytes]) -> str:
    """Give the root (64 hex digits) over the leaves in their order; of no leaves, SHA-256 of nothing."""
    return _root([leaf_hash(leaf) for leaf in leaves]).hex()


def _root(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = _split(len(hashes))
    return _node_hash(_root(hashes[:split]), _root(hashes[split:]))


def _split(count: int) -> int:
    """Give the largest power of two smaller than `count` (≥ 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[str, ...]:
    """Give the neighbours (hex, from the leaf up) that prove the leaf at `index` is under the root.

    Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError("no such leaf")
    return tuple(step.hex() for step in _path([leaf_hash(leaf) for leaf in leaves], index))


def _path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    if len(hashes) == 1:
        return []
    split = _split(len(hashes))
    if index < split:
        return [*_path(hashes[:split], index), _root(hashes[split:])]
    return [*_path(hashes[split:], index - split), _root(hashes[:split])]


def is_included(leaf: bytes, *, index: int, count: int, proof: Sequence[str], root: str) -> bool:
    """Tell whether `proof` shows that `leaf` is number `index` (from 0) of `count` leaves under `root`."""
    if not 0 <= index < count:
        return False
    try:
        reached = _climb(leaf_hash(leaf), index, count, [bytes.fromhex(step) for step in proof])
    except ValueError:
        return False
    return reached is not None and hmac.compare_digest(reached.hex(), root)


def _climb(own: bytes, index: int, count: int, proof: Sequence[bytes]) -> bytes | None:
    if count == 1:
        return own if not proof else None
    if not proof:
        return None
    split = _split(count)
    *inner, neighbour = proof
    if index < split:
        left = _climb(own, index, split, inner)
        return None if left is None else _node_hash(left, neighbour)
    right = _climb(own, index - split, count - split, inner)
    return None if right is None else _node_hash(neighbour, right)
