"""The words of a certificate's standing, and the shape that goes with each."""

from flask_babel import lazy_pgettext as _p

from portal.domain.certificate import Standing

STANDINGS = {
    Standing.VALID: _p("certificate", "Valid"), Standing.REVERIFYING: _p("certificate", "Being re-verified"),
    Standing.EXPIRED: _p("certificate", "Expired"), Standing.REVOKED: _p("certificate", "Revoked"),
    Standing.CANCELLED: _p("certificate", "Cancelled"), Standing.UNKNOWN: _p("certificate", "Not found"),
}

# Kinds of parts/status.html and of parts/verdict.html.
TAGS = {Standing.VALID: "done", Standing.REVERIFYING: "wait", Standing.EXPIRED: "off", Standing.REVOKED: "stop",
        Standing.CANCELLED: "off", Standing.UNKNOWN: "none"}
VERDICTS = {Standing.VALID: "ok", Standing.REVOKED: "stop"}
