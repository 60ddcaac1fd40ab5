"""The words of a certificate's standing, and the shape that goes with each."""

from flask_babel import lazy_pgettext

from portal.domain.certificate import Standing

STANDINGS = {
    Standing.VALID: lazy_pgettext("certificate", "Valid"),
    Standing.REVERIFYING: lazy_pgettext("certificate", "Being re-verified"),
    Standing.EXPIRED: lazy_pgettext("certificate", "Expired"),
    Standing.REVOKED: lazy_pgettext("certificate", "Revoked"),
    Standing.CANCELLED: lazy_pgettext("certificate", "Cancelled"),
    Standing.UNKNOWN: lazy_pgettext("certificate", "Not found"),
}

# Kinds of parts/status.html and of parts/verdict.html.
TAGS = {Standing.VALID: "done", Standing.REVERIFYING: "wait", Standing.EXPIRED: "off", Standing.REVOKED: "stop",
        Standing.CANCELLED: "off", Standing.UNKNOWN: "none"}
VERDICTS = {Standing.VALID: "ok", Standing.REVOKED: "stop"}
