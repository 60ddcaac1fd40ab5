"""The portal's keys: signing a certificate's paper once and what pages say about it; signing credentials."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app
from sqlalchemy import exists, select

from portal import filing
from portal.clock import now, today
from portal.db import db, transaction
from portal.models.certificate import Certificate
from portal.models.signature import Signature
from portal.settings import Settings, kept_once

if TYPE_CHECKING:
    from portal.pades import Key

# What the self-made key of a demonstration calls itself; it is read in every signed file.
DEMONSTRATION = "演示密钥·不具法律效力"
REASON, PLACE = "签发证书", "重庆市"


@dataclass(frozen=True)
class SignatureFacts:
    """The state of a certificate's signature: "signed", "pending" (a key is set, the worker has yet to sign) or "none".

    `sha256` is the digest of the signed file, `key_sha256` that of the signer's certificate.
    """

    state: str
    signer: str = ""
    signed_at: datetime | None = None
    sha256: str = ""
    key_sha256: str = ""
    demonstration: bool = False


def facts(row: Certificate) -> SignatureFacts:
    """What is known about the signature of a certificate's present paper; one query, no file is opened.

    The file was checked when it was signed, and its store hands out only bytes that fit their digest.
    """
    found = in_force(row)
    if found is None:
        in_term = not row.ended_as and (row.expires_on is None or row.expires_on >= today())
        return SignatureFacts("pending" if in_term and configured() else "none")
    return SignatureFacts("signed", found.signer, found.signed_at, found.sha256, found.key_sha256, found.demonstration)


def in_force(row: Certificate) -> Signature | None:
    """The signature of the paper as it is drawn now."""
    return db.session.scalar(select(Signature).where(
        Signature.certificate_id == row.id, Signature.paper_sha256 == row.paper_sha256))


def configured() -> bool:
    """Whether papers of this instance are signed."""
    settings: Settings = current_app.config["PORTAL"]
    return bool(settings.signing_key) or settings.demo


def key() -> "Key | None":
    """The key in force: as set, in a demonstration a marked one of our own, or None. Raises pades.KeyUnusable."""
    settings: Settings = current_app.config["PORTAL"]
    if settings.signing_key:
        return _read(Path(settings.signing_key), settings.signing_passphrase)
    return _read(kept_once(settings.data / "signing-demonstration.p12", _own_key), "") if settings.demo else None


@lru_cache(maxsize=4)
def _read(path: Path, passphrase: str) -> "Key":
    from portal import pades  # heavy, and only the worker and the command line sign

    return pades.read(path, passphrase)


def _own_key() -> bytes:
    from portal import pades

    return pades.make(DEMONSTRATION, "演示数据", passphrase="", moment=now())


def _own_credential_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def sign(row: Certificate, pdf: bytes) -> None:
    """Sign a paper that was just drawn, check the result and keep it; safe to repeat, nothing without a key.

    Raises pades.KeyUnusable when the key does not open or its term is over.
    """
    digest = hashlib.sha256(pdf).hexdigest()
    known = select(exists().where(Signature.certificate_id == row.id, Signature.paper_sha256 == digest))
    using = key()
    if using is None or db.session.scalar(known):
        return
    from portal import pades

    if not using.usable(now()):
        raise pades.KeyUnusable(f"the certificate of {using.signer} was valid until {using.until:%Y-%m-%d}")
    signed, at = pades.sign(pdf, using, reason=REASON, place=PLACE), now()
    if not all(one.good for one in pades.check(signed)):
        raise pades.KeyUnusable(f"what {using.signer} signed does not check")
    sha256, size, store = filing.keep_bytes(signed)
    settings: Settings = current_app.config["PORTAL"]
    with transaction() as session:
        session.add(Signature(
            certificate_id=row.id, paper_sha256=digest, sha256=sha256, size=size, store=store, signer=using.signer,
            key_sha256=using.sha256, demonstration=not settings.signing_key, signed_at=at, checked_at=now()))


def signed(row: Certificate) -> bytes | None:
    """The signed paper as it is drawn now, if there is one."""
    found = in_force(row)
    if found is None:
        return None
    with filing.store(found.store).open(found.sha256) as stream:
        return stream.read()


def sign_credential(data: bytes) -> bytes:
    """The Ed25519 signature (64 bytes) of the portal's credential key over these bytes."""
    return _credential_key().sign(data)


def credential_public_key() -> bytes:
    """The raw public half of the credential key (32 bytes)."""
    return _credential_key().public_key().public_bytes_raw()


def _credential_key() -> Ed25519PrivateKey:
    settings: Settings = current_app.config["PORTAL"]
    return _read_credential_key(Path(settings.credential_key) if settings.credential_key
                                else kept_once(settings.data / "credential.key", _own_credential_key))


@lru_cache(maxsize=4)
def _read_credential_key(path: Path) -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 key")
    return key
