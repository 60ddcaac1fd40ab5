"""Sign a PDF (PAdES baseline B-B, invisible, no change allowed after it) and check one; bytes in, bytes out."""

import io
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import cms, pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from portal import clock

FIELD = "Certificate"

# A signer whom nobody vouches for is a finding, not an incident.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class KeyUnusable(ValueError):
    """The file is no PKCS#12 with a key and certificate, the passphrase does not open it, or its term is over."""


@dataclass(frozen=True)
class Key:
    """A key that signs: whose (common name), the SHA-256 of its certificate, the certificate as PEM, its term (UTC)."""

    signer: str
    sha256: str
    pem: bytes
    since: datetime
    until: datetime
    inner: signers.SimpleSigner

    def usable(self, moment: datetime) -> bool:
        """Whether the certificate is in its term."""
        return self.since <= moment <= self.until


@dataclass(frozen=True)
class Found:
    """What a check found about one signature of a file.

    `intact`: the signed bytes are as they were; `whole`: they are the whole file, nothing was added after them;
    `trusted`: the certificate leads to a root that was given.
    """

    signer: str
    key_sha256: str
    signed_at: datetime | None
    intact: bool
    whole: bool
    trusted: bool

    @property
    def good(self) -> bool:
        """Whether the file is what the signer signed."""
        return self.intact and self.whole


def load(data: bytes, passphrase: str) -> Key:
    """Read a PKCS#12 file. Raises KeyUnusable."""
    secret = passphrase.encode() or None
    try:
        _key, certificate, _chain = pkcs12.load_key_and_certificates(data, secret)
    except ValueError as error:
        raise KeyUnusable(str(error)) from error
    inner = signers.SimpleSigner.load_pkcs12_data(data, other_certs=[], passphrase=secret)
    if certificate is None or inner is None:
        raise KeyUnusable("the file has no key with a certificate")
    return Key(signer=_common_name(certificate), sha256=certificate.fingerprint(hashes.SHA256()).hex(),
               pem=certificate.public_bytes(serialization.Encoding.PEM), since=certificate.not_valid_before_utc,
               until=certificate.not_valid_after_utc, inner=inner)


def read(path: Path, passphrase: str) -> Key:
    """Read a PKCS#12 file from disk. Raises KeyUnusable, also when there is no such file."""
    try:
        return load(path.read_bytes(), passphrase)
    except OSError as error:
        raise KeyUnusable(f"{path}: {error.strerror}") from error


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def make(name: str, organisation: str, *, passphrase: str, moment: datetime, years: int = 20) -> bytes:
    """A self-made key (P-256) with its certificate as PKCS#12; it proves who signed to nobody."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
                         x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
                         x509.NameAttribute(NameOID.COMMON_NAME, name)])
    uses = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
                          "encipher_only", "decipher_only"), False)
    made = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(moment - timedelta(days=1))
            .not_valid_after(moment + timedelta(days=365 * years))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **uses), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256()))
    protection = (serialization.BestAvailableEncryption(passphrase.encode()) if passphrase
                  else serialization.NoEncryption())
    return pkcs12.serialize_key_and_certificates(name.encode(), key, made, None, protection)


def sign(pdf: bytes, key: Key, *, reason: str, place: str) -> bytes:
    """The same paper with a signature added after its bytes. Raises KeyUnusable when the key cannot sign."""
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, reason=reason, location=place,
        name=key.signer, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    out = io.BytesIO()
    try:
        signers.PdfSigner(meta, key.inner).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
    except SigningError as error:
        raise KeyUnusable(str(error)) from error
    return out.getvalue()


def check(pdf: bytes, *, roots: tuple[bytes, ...] = ()) -> list[Found]:
    """Check every signature of a file; `roots` are certificates (PEM or DER) that are trusted.

    Raises ValueError for what is no PDF, or one so damaged that its signatures cannot be found.
    """
    trust = [_certificate(one) for one in roots]
    try:
        embedded = list(PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures)
    except Exception as error:  # a damaged file trips its reader in any way
        raise ValueError(str(error)) from error
    return [_found(one, trust) for one in embedded]


def _found(embedded: Any, trust: list[asn1_x509.Certificate]) -> Found:
    context = ValidationContext(trust_roots=trust, other_certs=trust, allow_fetching=False,
                                revocation_mode="soft-fail", moment=clock.now())
    signer = digest = ""
    try:
        certificate = embedded.signer_cert
        signer, digest = str(certificate.subject.native.get("common_name", "")), certificate.sha256.hex()
        status = validate_pdf_signature(embedded, signer_validation_context=context)
    except Exception:  # as above: whatever cannot be read is not intact
        return Found(signer, digest, None, intact=False, whole=False, trusted=False)
    return Found(signer, digest, status.signer_reported_dt,
                 intact=status.intact and status.valid and _exact(embedded.pkcs7_content),
                 whole=status.coverage is SignatureCoverageLevel.ENTIRE_FILE, trusted=status.trusted)


def _exact(container: bytes) -> bool:
    """Whether after the signature, in the room left for it, nothing is written."""
    signature = cms.ContentInfo.load(container).dump()
    return container.startswith(signature) and not any(container[len(signature):])


def _certificate(data: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(pem.unarmor(data)[2] if pem.detect(data) else data)
