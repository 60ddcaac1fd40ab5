"""Print a certificate's paper from its row: facts out of the database, bytes out of portal.documents."""

import hashlib

from flask import current_app
from sqlalchemy import exists, or_, select

from portal import editions, signing
from portal.clock import today
from portal.db import db, transaction
from portal.documents import certificate as drawing
from portal.models.certificate import Certificate
from portal.models.signature import Signature
from portal.settings import Settings


def facts(row: Certificate) -> drawing.CertificateFacts:
    """What the certificate says; the same row gives the same facts for ever."""
    settings: Settings = current_app.config["PORTAL"]
    terms = editions.get(row.edition).certificate
    base = settings.base_url.rstrip("/")
    return drawing.CertificateFacts(
        scheme_title=row.title, scheme_title_en=terms.title_en, issuers=terms.issuers, ink=terms.ink,
        motif=terms.motif, holder=row.holder, number=row.number, issued=row.issued_on, until=row.expires_on,
        verify_code=row.verify_code, verify_url=f"{base}/verify/{row.verify_code.replace('-', '')}",
        show_url=base.split("://", 1)[-1] + "/verify", reissued=row.reissued_on, seal_mm=terms.seal_mm,
        wording=terms.wording, specimen="演示样本 · 非正式证书" if settings.demo else "")


def render(row: Certificate) -> bytes:
    """The paper of one certificate as PDF."""
    return drawing.render(facts(row))


def current(row: Certificate) -> bytes:
    """The paper to hand out: the signed one, or the plain drawing while there is no signature."""
    return signing.signed(row) or render(row)


def certificate(certificate: int) -> None:
    """Print a certificate, keep the digest of its drawing on the row and sign it if there is a key; safe to repeat."""
    row = db.session.get(Certificate, certificate)
    if row is None:
        return
    pdf = render(row)
    digest = hashlib.sha256(pdf).hexdigest()
    if row.paper_sha256 != digest:
        with transaction():
            row.paper_sha256 = digest
    signing.sign(row, pdf)


def unsigned(limit: int) -> list[int]:
    """Certificates in force whose present paper has no signature: issued before there was a key; none without a key."""
    if not signing.configured():
        return []
    signed = exists().where(Signature.certificate_id == Certificate.id,
                            Signature.paper_sha256 == Certificate.paper_sha256)
    return list(db.session.scalars(
        select(Certificate.id).where(
            Certificate.ended_as == "", ~signed,
            or_(Certificate.expires_on.is_(None), Certificate.expires_on >= today()))
        .order_by(Certificate.id.desc()).limit(limit)))
