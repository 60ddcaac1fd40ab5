"""The words of a certificate's standing, and the shape that goes with each."""

from typing import Any

from flask_babel import lazy_pgettext

from portal.domain.certificate import Standing

NOT_YET = "not-yet-valid"
"""What verification answers before the day of issue; lists do not show such a certificate."""

STANDINGS: dict[str, Any] = {
    Standing.VALID: lazy_pgettext("certificate", "Valid"),
    Standing.REVERIFYING: lazy_pgettext("certificate", "Being re-verified"),
    Standing.EXPIRED: lazy_pgettext("certificate", "Expired"),
    Standing.REVOKED: lazy_pgettext("certificate", "Revoked"),
    Standing.CANCELLED: lazy_pgettext("certificate", "Cancelled"),
    Standing.UNKNOWN: lazy_pgettext("certificate", "Not found"),
    NOT_YET: lazy_pgettext("certificate", "Not yet valid"),
}

# Kinds of parts/status.html and of parts/verdict.html.
TAGS: dict[str, str] = {
    Standing.VALID: "done", Standing.REVERIFYING: "wait", Standing.EXPIRED: "off", Standing.REVOKED: "stop",
    Standing.CANCELLED: "off", Standing.UNKNOWN: "none"}
VERDICTS: dict[str, str] = {Standing.VALID: "ok", Standing.REVOKED: "stop"}
