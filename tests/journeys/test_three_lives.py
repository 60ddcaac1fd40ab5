"""One case of each scheme from first draft to a certificate that anyone can verify, through every desk."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit import breaks
from portal.db import db
from portal.domain.workflow import Stage
from portal.models.certificate import Certificate
from tests.journeys.life import Life
from tests.make import Make
from tests.walker import Walker


@pytest.mark.parametrize("edition", ["water-saving-2013", "municipal-2016", "national-2013", "national-2017"])
def test_from_first_draft_to_a_verified_certificate(app: Flask, make: Make, travel: Callable[..., None],
                                                    edition: str) -> None:
    life = Life(app, make, edition, travel).until(Stage.CERTIFIED)
    certificate = db.session.scalars(select(Certificate)).one()
    stranger = app.test_client()
    answer = stranger.get(f"/verify/{certificate.number}?format=json")
    assert answer.status_code == 200 and answer.json["status"] == "valid"
    assert "Set-Cookie" not in answer.headers
    Walker(stranger).open(f"/verify/{certificate.verify_code}").sees(life.institution.name, "有效")
    Walker(stranger).open("/units").sees(life.institution.name)
    paper = life.at("applicant").client.get(f"/papers/{life.number}.pdf")
    assert paper.status_code == 200 and paper.data.startswith(b"%PDF")
    count, broken = breaks()
    assert broken == [] and count > 30
