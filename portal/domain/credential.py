"""Verifiable credentials: a certificate as Open Badges 3.0 / W3C VC 2.0, its proof (eddsa-jcs-2022), its status list.

Plain values in, plain values out; who signs is given as a function from bytes to an Ed25519 signature. The documents
hold the institution's name and no person's. Sources: W3C Verifiable Credentials Data Model 2.0; Data Integrity EdDSA
Cryptosuites 1.0, section 3.3; RFC 8785; Bitstring Status List 1.0; Open Badges 3.0; did:web.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

Document = dict[str, Any]
Sign = Callable[[bytes], bytes]

W3C = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
ISSUER = "重庆市机关事务管理局"
KEY = "key-1"
LIST_SIZE = 131_072
"""Bits of one status list: the least that the standard allows, so that no reader learns who is asked about."""

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_PUBLIC = b"\xed\x01"


@dataclass(frozen=True, kw_only=True)
class Awarded:
    """What the credential of one certificate says; `index` is its place (from 0) among all status bits."""

    number: str
    holder: str
    title: str
    standard: str
    edition: str
    issuers: tuple[str, ...]
    issued: date
    until: date | None
    index: int


def credential(awarded: Awarded, *, base: str) -> Document:
    """The unsigned credential of a certificate; `base` is the portal's address without a slash at its end."""
    itself = address(base, awarded.number)
    document: Document = {
        "@context": [W3C, OPEN_BADGES], "id": itself, "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": issuer(base), "name": awarded.title, "validFrom": f"{awarded.issued.isoformat()}T00:00:00+08:00"}
    if awarded.until is not None:
        document["validUntil"] = f"{awarded.until.isoformat()}T23:59:59+08:00"
    document["credentialSubject"] = {
        "type": ["AchievementSubject"],
        "identifier": [{"type": "IdentityObject", "identityHash": awarded.holder, "identityType": "name",
                        "hashed": False}],
        "licenseNumber": awarded.number,
        "achievement": {
            "id": f"{base}/criteria/{awarded.edition}", "type": ["Achievement"], "achievementType": "Certification",
            "name": awarded.title, "description": f"{awarded.standard}。发证机关：{'、'.join(awarded.issuers)}。",
            "criteria": {"id": f"{base}/criteria/{awarded.edition}"}}}
    listed = status_address(base, awarded.index // LIST_SIZE)
    document["credentialStatus"] = {
        "id": f"{listed}#{awarded.index % LIST_SIZE}", "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation", "statusListIndex": str(awarded.index % LIST_SIZE),
        "statusListCredential": listed}
    return document


def status_list(which: int, ended: Iterable[int], *, base: str, since: date) -> Document:
    """The unsigned status list number `which`: the bits of `ended` certificates are set (positions in this list)."""
    itself = status_address(base, which)
    return {
        "@context": [W3C], "id": itself, "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer(base), "validFrom": f"{since.isoformat()}T00:00:00+08:00",
        "credentialSubject": {"id": f"{itself}#list", "type": "BitstringStatusList", "statusPurpose": "revocation",
                              "encodedList": bitstring(ended)}}


def bitstring(positions: Iterable[int]) -> str:
    """Bits from the left, compressed: multibase base64url without padding of gzip; ValueError beyond the list."""
    bits = bytearray(LIST_SIZE // 8)
    for position in positions:
        if not 0 <= position < LIST_SIZE:
            raise ValueError(f"no bit {position}")
        bits[position // 8] |= 0x80 >> position % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=").decode()


def address(base: str, number: str) -> str:
    """The stable address of a certificate's credential."""
    return f"{base}/verify/{quote(number)}/credential.json"


def status_address(base: str, which: int) -> str:
    """The stable address of a status list."""
    return f"{base}/verify/status/{which}"


def issuer(base: str) -> Document:
    """Who vouches: the portal's did:web with the bureau's name."""
    return {"id": did(base), "type": ["Profile"], "name": ISSUER, "url": base}


def did(base: str) -> str:
    """The did:web of an address: host, port and path, each part escaped."""
    parts = urlsplit(base)
    return ":".join(["did:web", quote(parts.netloc, safe=""), *(part for part in parts.path.split("/") if part)])


def did_document(base: str, public: bytes) -> Document:
    """Where the key is published: the raw Ed25519 public key (32 bytes) as Multikey."""
    who = did(base)
    key = f"{who}#{KEY}"
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"], "id": who,
        "verificationMethod": [{"id": key, "type": "Multikey", "controller": who,
                                "publicKeyMultibase": "z" + base58(_ED25519_PUBLIC + public)}],
        "assertionMethod": [key]}


def secured(document: Document, *, base: str, sign: Sign) -> Document:
    """The document with its proof; the same document and key give the same proof."""
    proof = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022",
             "verificationMethod": f"{did(base)}#{KEY}", "proofPurpose": "assertionMethod"}
    hashed = _digest(proof | {"@context": document["@context"]}) + _digest(document)
    return document | {"proof": {"@context": document["@context"], **proof, "proofValue": "z" + base58(sign(hashed))}}


def _digest(value: Document) -> bytes:
    return hashlib.sha256(canonical(value)).digest()


def canonical(value: Any) -> bytes:
    """JSON Canonicalization Scheme (RFC 8785) for what these documents hold: no fractions, names in ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def base58(data: bytes) -> str:
    """Base58 with the Bitcoin alphabet; leading zero bytes become leading ones."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text
