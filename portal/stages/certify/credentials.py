"""The public's door to verifiable credentials: one for each certificate, the status lists, the issuer's key."""

from typing import Any

from flask import Response, abort, current_app, jsonify
from flask.typing import ResponseReturnValue

from portal import editions, signing
from portal.domain import credential as rules
from portal.stages.certify import queries
from portal.web.guard import Desk

desk = Desk("credentials", __name__, public=True)


@desk.after_request
def open_to_all(response: Response) -> Response:
    """Let verifiers in any browser read these; they hold no cookie and no person."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


@desk.get("/verify/<path:asked>/credential.json")
def credential(asked: str) -> ResponseReturnValue:
    """The certificate as a signed credential, by its number or verification code; also of one that has ended."""
    row = queries.asked(asked[:100]) or abort(404)
    scheme = editions.get(row.edition)
    return _secured(rules.credential(rules.Awarded(
        number=row.number, holder=row.holder, title=row.title, standard=f"{scheme.name}（{scheme.edition_name}）",
        edition=row.edition, issuers=scheme.certificate.issuers, issued=row.issued_on, until=row.expires_on,
        index=row.id - 1), base=_base()))


@desk.get("/verify/status/<int:which>")
def status(which: int) -> ResponseReturnValue:
    """A status list: the bit of a certificate is set when it is revoked or cancelled."""
    size = rules.LIST_SIZE
    since, ended = queries.ended_numbers(which * size + 1, (which + 1) * size)
    if since is None:
        abort(404)
    bits = (number - 1 - which * size for number in ended)
    return _secured(rules.status_list(which, bits, base=_base(), since=since))


@desk.get("/.well-known/did.json")
@desk.get("/did.json")
def did() -> ResponseReturnValue:
    """The issuer's document with the public key (did:web; under a path of its host, the second address is asked)."""
    return jsonify(rules.did_document(_base(), signing.credential_public_key()))


def _secured(document: rules.Document) -> Response:
    answer = jsonify(rules.secured(document, base=_base(), sign=signing.sign_credential))
    answer.mimetype = "application/vc"
    return answer


def _base() -> str:
    settings: Any = current_app.config["PORTAL"]
    return str(settings.base_url).rstrip("/")
