"""Credentials as anybody fetches them: the proof from the published key, the status bit, nobody's name, no cookie."""

import base64
import gzip
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from portal.db import transaction
from portal.domain import credential as rules
from portal.domain.workflow import Role
from portal.models.person import Person
from portal.stages.certify import actions
from tests.domain.test_credential import verify
from tests.make import Make
from tests.stages import late

As = Callable[[Person], FlaskClient]


def fetched(client: FlaskClient, url: str) -> dict[str, Any]:
    answer = client.get(url.removeprefix("http://portal.test"))
    assert answer.status_code == 200, url
    assert answer.headers["Access-Control-Allow-Origin"] == "*" and "Set-Cookie" not in answer.headers
    return answer.get_json(force=True)  # type: ignore[no-any-return]


def is_ended(client: FlaskClient, credential: dict[str, Any]) -> bool:
    """Follow the credential's status as a verifier does."""
    status = credential["credentialStatus"]
    listed = fetched(client, status["statusListCredential"])
    verify(listed, fetched(client, "/.well-known/did.json"))
    assert listed["id"] == status["statusListCredential"]
    assert listed["credentialSubject"]["statusPurpose"] == status["statusPurpose"]
    text = listed["credentialSubject"]["encodedList"][1:]
    bits = gzip.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    index = int(status["statusListIndex"])
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


def test_anybody_fetches_it_at_its_address_and_checks_the_proof(make: Make, client: FlaskClient) -> None:
    row = late.certified(make)
    found = fetched(client, f"/verify/{row.number}/credential.json")
    verify(found, fetched(client, "/.well-known/did.json"))
    assert fetched(client, found["id"]) == found
    assert fetched(client, f"/verify/{row.verify_code}/credential.json") == found
    assert found["credentialSubject"]["identifier"][0]["identityHash"] == row.holder
    assert client.get(found["id"].removeprefix("http://portal.test")).mimetype == "application/vc"
    assert found["issuer"]["id"] == "did:web:portal.test"


def test_no_person_is_named(make: Make, client: FlaskClient) -> None:
    officer = make.person(Role.OFFICER, name="某经办人员")
    case = late.on_notice(make, over=True).entries[0].application
    row = actions.issue(case, by=officer)
    text = client.get(f"/verify/{row.number}/credential.json").text
    assert row.number in text
    assert not any(one.name in text or one.email in text for one in (officer, case.operator))


def test_revoking_and_cancelling_set_the_bit_of_this_certificate_only(make: Make, client: FlaskClient) -> None:
    kept, revoked, cancelled = (late.certified(make) for _n in range(3))
    documents = {row.id: fetched(client, f"/verify/{row.number}/credential.json") for row in (kept, revoked, cancelled)}
    assert not any(is_ended(client, one) for one in documents.values())
    actions.revoke(revoked.application, by=make.person(Role.LEADER), reason="弄虚作假。")
    actions.cancel(cancelled.application, by=make.person(Role.LEADER), reason="合并。")
    assert [is_ended(client, documents[row.id]) for row in (kept, revoked, cancelled)] == [False, True, True]
    assert fetched(client, f"/verify/{revoked.number}/credential.json") == documents[revoked.id]


def test_a_changed_term_is_in_the_credential(make: Make, client: FlaskClient) -> None:
    row = late.certified(make)
    with transaction():
        row.expires_on = None
    found = fetched(client, f"/verify/{row.number}/credential.json")
    assert "validUntil" not in found
    verify(found, fetched(client, "/did.json"))


def test_what_is_not_there_is_not_found(make: Make, client: FlaskClient) -> None:
    late.certified(make)
    assert client.get("/verify/渝节水证〔2026〕9999-0/credential.json").status_code == 404
    assert client.get("/verify/nonsense/credential.json").status_code == 404
    assert client.get(f"/verify/status/{10 ** 6}").status_code == 404
    assert client.get("/verify/status/0").status_code == 200
    assert rules.LIST_SIZE >= 131_072


def test_few_queries(make: Make, client: FlaskClient, count_queries: Any) -> None:
    row = late.certified(make)
    with count_queries() as seen:
        client.get(f"/verify/{row.number}/credential.json")
    assert len(seen) <= 2, "\n".join(seen)
    with count_queries() as seen:
        client.get("/verify/status/0")
    assert len(seen) <= 2, "\n".join(seen)
