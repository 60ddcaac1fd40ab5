"""Certificates as they were issued, without the way that led there."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from portal import clock, editions
from portal.db import transaction
from portal.domain import certificate as rules
from portal.domain.workflow import Stage
from portal.models.certificate import Certificate
from portal.models.institution import Institution
from portal.models.round import Round
from tests.make import Make

_serials = itertools.count(1)


@pytest.fixture
def certified(make: Make) -> Callable[..., Certificate]:
    """`certified(name=…, division=…, edition=…, issued_on=…, …)`: a published certificate, valid unless said otherwise."""
    rounds: dict[str, Round] = {}

    def issue(name: str = "", *, type: str = "school", division: str = "500112", edition: str = "water-saving-2013",
              issued_on: date | None = None, institution: Institution | None = None, **values: Any) -> Certificate:
        scheme = editions.get(edition)
        if edition not in rounds:
            rounds[edition] = make.round(edition, open=False)
        holder = institution or make.institution(name=name, type=type, division=division)
        case = make.application(stage=Stage.CERTIFIED, round=rounds[edition], institution=holder, complete=False)
        serial, day = next(_serials), issued_on or clock.today() - timedelta(days=30)
        row = Certificate(
            number=rules.number(scheme.certificate.number_pattern, year=day.year, serial=serial),
            verify_code=rules.verify_code(b"a seed of a test %d" % serial), scheme=scheme.id, edition=edition,
            year=day.year, serial=serial, application_id=case.id, institution_id=holder.id, holder=holder.name,
            holder_short=holder.short_name, institution_type=holder.type, division_code=holder.division_code,
            division=holder.division.name, title=scheme.certificate.title, issued_on=day,
            expires_on=rules.validity_end(day, years=scheme.process.validity_years), published_at=clock.now())
        for key, value in values.items():
            setattr(row, key, value)
        with transaction() as session:
            session.add(row)
        return row

    return issue
