"""Verification: what a certificate is worth now, by its number or its code."""

from collections.abc import Sequence
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import editions
from portal.clock import in_china, now, today
from portal.directory import queries, slips, words
from portal.directory.desk import desk
from portal.domain.certificate import Standing
from portal.domain.certificate import number as certificate_number
from portal.models.signature import Signature
from portal.web.errors import wants_json


@desk.get("/verify")
def verify() -> ResponseReturnValue:
    """Ask for a number or code; the answer has an address of its own."""
    asked = request.args.get("number", "").strip()
    if asked:
        return redirect(url_for("directory.verification", asked=asked[:100], format=request.args.get("format")), 303)
    return render_template("directory/verify.html", found=None)


@desk.get("/verify/<path:asked>")
def verification(asked: str) -> ResponseReturnValue:
    """What a certificate is worth now: the answer is the largest word on the page."""
    found = queries.verification(asked[:100])
    status = 404 if found.status == Standing.UNKNOWN else 200
    row = found.certificate
    scheme = editions.get(row.edition) if row and row.edition in {one.edition for one in editions.every()} else None
    meant = slips.suggestions(found.asked) if found.fault else []
    if wants_json():
        return jsonify(answer(found, scheme.certificate.issuers if scheme else (), meant)), status
    return render_template("directory/verify.html", found=found, row=row, scheme=scheme, meant=meant,
                           kind=words.VERDICTS.get(found.status, "none"), example=example()), status


def example() -> str:
    """A number as it looks; its check character fits, its serial number is far beyond those in use."""
    pattern = editions.get("water-saving-2013").certificate.number_pattern
    return certificate_number(pattern, year=today().year, serial=9132)


def answer(found: queries.Verification, issuers: Sequence[str], meant: Sequence[str]) -> dict[str, Any]:
    """A verification for machines.

    `status` is valid, not-yet-valid, reverifying, expired, revoked, cancelled or unknown; `meant` are numbers or
    codes that fit and differ by slips of the hand, to be compared with the print and never looked up unasked.
    """
    row, checked = found.certificate, in_china(now()).isoformat(timespec="seconds")
    if row is None:
        return {"status": found.status, "asked": found.asked, "fault": found.fault.value if found.fault else None,
                "meant": list(meant), "checked_at": checked}
    return {
        "status": found.status, "number": row.number, "holder": row.holder, "scheme": row.scheme,
        "title": row.title, "division": row.division, "issued_on": row.issued_on.isoformat(),
        "expires_on": row.expires_on.isoformat() if row.expires_on else None, "reverifying": row.reverifying,
        "reissued_on": row.reissued_on.isoformat() if row.reissued_on else None,
        "ended_on": row.ended_on.isoformat() if row.ended_on else None, "ended_reason": row.ended_reason or None,
        "issuers": list(issuers), "dossier_digest": row.dossier_digest or None,
        "paper_sha256": row.paper_sha256 or None, "signature": signed(found.signature), "checked_at": checked}


def signed(signature: Signature | None) -> dict[str, Any] | None:
    """The digital signature of the paper that is in force; None while there is none."""
    if signature is None:
        return None
    return {"signer": signature.signer, "signed_at": in_china(signature.signed_at).isoformat(timespec="seconds"),
            "sha256": signature.sha256, "key_sha256": signature.key_sha256, "demonstration": signature.demonstration}
