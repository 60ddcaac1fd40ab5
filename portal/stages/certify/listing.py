"""The register as a spreadsheet file: one line for each certificate, in the reader's language."""

import csv
import io
from collections.abc import Iterable

from flask_babel import gettext as _

from portal.domain.cells import safe_cell
from portal.domain.certificate import Standing
from portal.models.certificate import Certificate
from portal.stages.certify import queries


def csv_of(rows: Iterable[Certificate]) -> str:
    """CSV with the mark by which spreadsheets know UTF-8; no cell can be taken for a formula."""
    words = {Standing.VALID: _("Valid"), Standing.REVERIFYING: _("Being re-verified"), Standing.EXPIRED: _("Expired"),
             Standing.REVOKED: _("Revoked"), Standing.CANCELLED: _("Cancelled")}
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow([_("Number"), _("Holder"), _("Title awarded"), _("Division"), _("Issued"), _("Valid until"),
                     _("State"), _("Ended on"), _("Reason"), _("In the directory since"), _("Verification code")])
    for row in rows:
        writer.writerow([safe_cell(text) for text in (
            row.number, row.holder, row.title, row.division, row.issued_on.isoformat(),
            row.expires_on.isoformat() if row.expires_on else "", words.get(queries.standing(row), ""),
            row.ended_on.isoformat() if row.ended_on else "", row.ended_reason,
            f"{row.published_at:%Y-%m-%d}" if row.published_at else "", row.verify_code)])
    return buffer.getvalue()
