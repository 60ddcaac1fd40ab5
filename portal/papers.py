"""Print a certificate's paper from its row: facts out of the database, bytes out of portal.documents."""

import hashlib

from flask import current_app

from portal import editions
from portal.db import db, transaction
from portal.documents import certificate as drawing
from portal.models.certificate import Certificate
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


def certificate(certificate: int) -> None:
    """Print a certificate and keep the digest of its paper on the row; safe to repeat."""
    row = db.session.get(Certificate, certificate)
    if row is None:
        return
    digest = hashlib.sha256(render(row)).hexdigest()
    if row.paper_sha256 != digest:
        with transaction():
            row.paper_sha256 = digest
