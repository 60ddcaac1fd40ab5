"""Credentials in parts: canonical JSON, base58, did:web, status bits, and a proof checked by steps of our own."""

import base64
import gzip
import hashlib
import json
from datetime import date

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from portal.domain import credential as rules

BASE = "https://portal.example"
AWARDED = rules.Awarded(
    number="渝节水证〔2026〕0001-7", holder="重庆市示例第一中学校", title="公共机构节水型单位", standard="示例标准（2013年版）",
    edition="water-saving-2013", issuers=("重庆市机关事务管理局", "重庆市水利局"), issued=date(2026, 11, 23),
    until=date(2031, 11, 23), index=131_075)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def unbase58(text: str) -> bytes:
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number = 0
    for character in text:
        number = number * 58 + alphabet.index(character)
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return b"\0" * (len(text) - len(text.lstrip("1"))) + data


def verify(document: dict, did: dict) -> None:  # type: ignore[type-arg]
    """What any verifier does, by the letter of the cryptosuite; raises InvalidSignature."""
    proof = dict(document["proof"])
    value = proof.pop("proofValue")
    method = next(one for one in did["verificationMethod"] if one["id"] == proof["verificationMethod"])
    assert method["id"] in did["assertionMethod"] and did["id"] == document["issuer"]["id"]
    multikey = unbase58(method["publicKeyMultibase"].removeprefix("z"))
    assert multikey[:2] == b"\xed\x01"
    unsecured = {key: part for key, part in document.items() if key != "proof"}

    def digest(part: object) -> bytes:
        return hashlib.sha256(json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).digest()

    Ed25519PublicKey.from_public_bytes(multikey[2:]).verify(
        unbase58(value.removeprefix("z")), digest(proof) + digest(unsecured))


def secured() -> dict:  # type: ignore[type-arg]
    return rules.secured(rules.credential(AWARDED, base=BASE), base=BASE, sign=KEY.sign)


def did() -> dict:  # type: ignore[type-arg]
    return rules.did_document(BASE, KEY.public_key().public_bytes_raw())


def test_the_proof_holds_and_a_changed_word_breaks_it() -> None:
    verify(secured(), did())
    for change in ({"name": "全国示范单位"}, {"validUntil": "2099-01-01T00:00:00+08:00"}, {"credentialStatus": {}}):
        with pytest.raises(InvalidSignature):
            verify(secured() | change, did())
    other = rules.did_document(BASE, Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    with pytest.raises(InvalidSignature):
        verify(secured(), other)


def test_the_same_certificate_gives_the_same_credential() -> None:
    assert rules.canonical(secured()) == rules.canonical(secured())


def test_it_says_what_the_certificate_says() -> None:
    document = secured()
    assert document["@context"] == [rules.W3C, rules.OPEN_BADGES]
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert (document["validFrom"], document["validUntil"]) == ("2026-11-23T00:00:00+08:00", "2031-11-23T23:59:59+08:00")
    subject = document["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == AWARDED.holder and subject["licenseNumber"] == AWARDED.number
    assert subject["achievement"]["name"] == AWARDED.title
    assert document["id"].startswith(BASE + "/verify/%E6") and document["id"].isascii()
    assert "validUntil" not in rules.credential(rules.Awarded(**(vars(AWARDED) | {"until": None})), base=BASE)


def test_a_place_beyond_the_first_list_is_in_the_next() -> None:
    status = secured()["credentialStatus"]
    assert (status["statusListCredential"], status["statusListIndex"]) == (f"{BASE}/verify/status/1", "3")


def test_bits_are_counted_from_the_left() -> None:
    text = rules.bitstring([0, 9, rules.LIST_SIZE - 1])
    data = gzip.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    assert text[0] == "u" and len(data) == 16 * 1024
    assert (data[0], data[1], data[-1]) == (0b1000_0000, 0b0100_0000, 0b0000_0001) and sum(data) == 0x80 + 0x40 + 1
    with pytest.raises(ValueError, match="no bit"):
        rules.bitstring([rules.LIST_SIZE])


@pytest.mark.parametrize(("base", "who"), [
    ("https://portal.example", "did:web:portal.example"), ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
    ("https://gov.example/portal", "did:web:gov.example:portal")])
def test_the_issuer_is_the_portals_address(base: str, who: str) -> None:
    assert rules.did(base) == who


# Known values: draft-msporny-base58, appendix; RFC 8785 sorts names and escapes only what it must.
@pytest.mark.parametrize(("data", "text"), [
    (b"Hello World!", "2NEpo7TZRRrLZSi2U"), (bytes.fromhex("0000287fb4cd"), "11233QC4"), (b"", "")])
def test_base58(data: bytes, text: str) -> None:
    assert rules.base58(data) == text and unbase58(text) == data


def test_canonical_json() -> None:
    assert rules.canonical({"b": ["〔", 1, None, True], "a": "€\u000f\n\"\\/"}) == (
        '{"a":"€\\u000f\\n\\"\\\\/","b":["〔",1,null,true]}'.encode())
