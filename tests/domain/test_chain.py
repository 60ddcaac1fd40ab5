"""The chain notices what is altered, deleted or moved; the Merkle tree proves what is in it."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.chain import (
    GENESIS,
    Break,
    BreakKind,
    canonical,
    digest_of,
    inclusion_proof,
    is_included,
    merkle_root,
    verify,
)


def a_chain(payloads):
    rows, previous = [], GENESIS
    for seq, payload in enumerate(payloads, start=1):
        digest = digest_of(previous, payload)
        rows.append((seq + 100, seq, previous, digest, payload))
        previous = digest
    return rows


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
payloads = st.lists(st.dictionaries(st.text(max_size=4), plain, max_size=3), min_size=3, max_size=8)


def test_the_digest_is_sha256_over_the_previous_digest_and_canonical_json():
    expected = hashlib.sha256(bytes(32) + '{"a":"渝","b":1}'.encode()).hexdigest()
    assert digest_of(GENESIS, {"b": 1, "a": "渝"}) == expected


@pytest.mark.parametrize("payload", [{"a": 1.5}, {1: "a"}, {"a": object()}, {"a": [b"x"]}, {"a": {"b": 0.1}}])
def test_a_payload_that_a_database_would_change_is_refused(payload):
    with pytest.raises(TypeError):
        canonical(payload)


@given(payloads)
def test_an_untouched_chain_is_intact(content):
    rows = a_chain(content)
    assert verify(rows) == []
    assert verify(iter(rows), head=rows[-1][3]) == []


@given(payloads, st.data())
def test_an_altered_payload_is_named(content, data):
    rows = a_chain(content)
    at = data.draw(st.integers(0, len(rows) - 1))
    row, seq, previous, digest, payload = rows[at]
    rows[at] = (row, seq, previous, digest, {**payload, "altered": True})
    assert verify(rows) == [Break(BreakKind.ALTERED, row, seq)]


@given(payloads, st.data())
def test_an_altered_row_with_a_matching_new_digest_is_named_by_its_successor(content, data):
    rows = a_chain(content)
    at = data.draw(st.integers(0, len(rows) - 2))
    row, seq, previous, _, payload = rows[at]
    altered = {**payload, "altered": True}
    rows[at] = (row, seq, previous, digest_of(previous, altered), altered)
    assert verify(rows) == [Break(BreakKind.ALTERED, row, seq)]


@given(payloads, st.data())
def test_a_deleted_row_is_named_by_its_number(content, data):
    rows = a_chain(content)
    at = data.draw(st.integers(0, len(rows) - 2))
    del rows[at]
    assert verify(rows) == [Break(BreakKind.DELETED, rows[at][0], at + 1, last=at + 1)]


def test_two_rows_deleted_together_are_one_gap():
    rows = a_chain([{"n": n} for n in range(6)])
    assert verify(rows[:1] + rows[3:]) == [Break(BreakKind.DELETED, 104, 2, last=3)]


def test_a_gap_shows_even_when_the_rest_was_linked_anew():
    rows = a_chain([{"n": n} for n in range(4)])
    again = a_chain([{"n": n} for n in (0, 1, 3)])
    third = again[2]
    assert verify([*again[:2], (rows[3][0], 4, third[2], third[3], third[4])]) == [
        Break(BreakKind.DELETED, 104, 3, last=3)
    ]


@given(payloads, st.data())
def test_rows_that_changed_places_are_named_as_reordered(content, data):
    rows = a_chain(content)
    at = data.draw(st.integers(0, len(rows) - 2))
    (first, first_seq, *one), (second, second_seq, *two) = rows[at], rows[at + 1]
    rows[at], rows[at + 1] = (second, first_seq, *two), (first, second_seq, *one)
    found = verify(rows)
    assert found and {each.kind for each in found} == {BreakKind.REORDERED}
    assert {first, second} <= {each.row for each in found}


@given(payloads)
def test_lost_newest_rows_show_only_against_a_known_head(content):
    rows = a_chain(content)
    head = rows[-1][3]
    assert verify(rows[:-1]) == []
    assert verify(rows[:-1], head=head) == [Break(BreakKind.TRUNCATED, rows[-2][0], rows[-2][1])]
    assert verify([], head=head) == [Break(BreakKind.TRUNCATED, None, 0)]


def test_a_damaged_digest_is_an_alteration_not_a_crash():
    rows = a_chain([{"n": 1}])
    assert verify([(1, 1, "nonsense", rows[0][3], {"n": 1})])[0].kind is BreakKind.ALTERED


leaves = st.lists(st.binary(max_size=6), min_size=1, max_size=20)


def test_the_root_is_that_of_rfc_6962():
    leaf = [hashlib.sha256(b"\x00" + part).digest() for part in (b"a", b"b", b"c")]
    pair = hashlib.sha256(b"\x01" + leaf[0] + leaf[1]).digest()
    assert merkle_root([b"a", b"b", b"c"]) == hashlib.sha256(b"\x01" + pair + leaf[2]).hexdigest()
    assert merkle_root([]) == hashlib.sha256(b"").hexdigest()


@given(leaves)
def test_every_leaf_can_be_proved(content):
    root = merkle_root(content)
    for index, leaf in enumerate(content):
        proof = inclusion_proof(content, index)
        assert is_included(leaf, index=index, count=len(content), proof=proof, root=root)
        assert not is_included(leaf + b"!", index=index, count=len(content), proof=proof, root=root)
        assert not is_included(leaf, index=index, count=len(content), proof=(*proof, root), root=root)


def test_a_proof_for_another_place_or_of_nonsense_fails():
    content = [b"a", b"b", b"c", b"d", b"e"]
    root = merkle_root(content)
    proof = inclusion_proof(content, 1)
    assert not is_included(b"b", index=2, count=5, proof=proof, root=root)
    assert not is_included(b"b", index=9, count=5, proof=proof, root=root)
    assert not is_included(b"b", index=1, count=5, proof=proof[:-1], root=root)
    assert not is_included(b"b", index=1, count=5, proof=("xx", *proof[1:]), root=root)
    with pytest.raises(IndexError):
        inclusion_proof(content, 5)
