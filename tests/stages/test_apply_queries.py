"""Every page of the institution's desk asks the database little, however much it shows."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock, scorecards
from portal.db import transaction
from portal.domain.workflow import Stage
from portal.models.application import Application, Correction
from portal.models.evidence import Evidence, File
from portal.models.person import Person
from portal.models.review import Clarification
from portal.models.visit import Finding, Visit
from tests.make import Make

Enter = Callable[[Person], FlaskClient]
MOST = 15
EDITED = ["", "/items/T2", "/items/T3", "/conditions", "/report", "/check", "/form.pdf", "/withdraw"]


def attach(case: Application, by: Person, *, copies: int) -> None:
    """So many files for every document that is asked for."""
    with transaction() as session:
        for place, request in scorecards.scheme_of(case).evidence_requests(case.institution.type):
            for n in range(copies):
                file = File(sha256=f"{case.id}{place.id}{request.id}{n}".encode().hex()[:64].ljust(64, "0"), size=9,
                            mime="application/pdf", kind="pdf", name=f"材料{n}.pdf", store="disk", pages=1,
                            institution_id=case.institution_id, uploaded_at=clock.now())
                session.add(Evidence(application_id=case.id, item_id=place.id, request_id=request.id, file=file,
                                     bound_by_id=by.id, bound_at=clock.now()))


def asked(client: FlaskClient, url: str, count_queries: Any) -> int:
    with count_queries() as seen:
        assert client.get(url).status_code == 200, url
    return len(seen)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.CORRECTING])
def test_pages_to_fill_in(make: Make, as_: Enter, count_queries: Any, stage: Stage) -> None:
    house = make.institution()
    operator = make.applicant(house)
    few = make.application(institution=house, operator=operator, stage=stage)
    many = make.application(institution=house, operator=operator, stage=stage, complete=True)
    attach(few, operator, copies=1)
    attach(many, operator, copies=4)
    with transaction() as session:
        session.add_all(Correction(application_id=many.id, desk="recommend", item_id=item, reason="请补正",
                                   asked_by_id=operator.id, asked_at=clock.now()) for item in ("T1", "T2", "G1", ""))
    client, numbers = as_(operator), (few.id, many.id)
    for page in EDITED:
        counts = [asked(client, f"/apply/{number}{page}", count_queries) for number in numbers]
        assert counts[0] == counts[1] <= MOST, page


@pytest.mark.parametrize("stage", [Stage.REVIEWING, Stage.RECTIFYING, Stage.DECIDING, Stage.CERTIFIED, Stage.NOT_PASSED])
def test_where_a_case_stands(make: Make, as_: Enter, count_queries: Any, stage: Stage) -> None:
    house = make.institution()
    operator = make.applicant(house)
    case = make.application(institution=house, operator=operator, stage=stage)
    attach(case, operator, copies=2)
    with transaction() as session:
        session.add_all(Clarification(application_id=case.id, item_id="T1", question="请说明", asked_by_id=operator.id,
                                      asked_at=clock.now()) for _n in range(3))
        for turn in (1, 2):
            visit = Visit(application_id=case.id, turn=turn, planned_on=clock.today(), place="现场", verdict="rectify",
                          appointed_by_id=operator.id, appointed_at=clock.now())
            session.add(visit)
            visit.findings += [Finding(item_id="T1", what="问题", demand="整改", owner="甲", due_on=clock.today(),
                                       found_by_id=operator.id, found_at=clock.now())
                               for _n in range(3)]
    assert asked(as_(operator), f"/apply/{case.id}", count_queries) <= MOST


def test_the_list_of_applications(make: Make, as_: Enter, count_queries: Any) -> None:
    house = make.institution()
    operator = make.applicant(house)
    make.application(institution=house, operator=operator, complete=True)
    client = as_(operator)
    few = asked(client, "/apply/", count_queries)
    for edition in ("water-saving-2013", "municipal-2016", "national-2017"):
        for _n in range(3):
            make.application(edition=edition, institution=house, operator=operator, complete=True)
    assert asked(client, "/apply/", count_queries) == few <= MOST
    assert "填报中" in client.get("/apply/").text


def test_the_library_and_the_start(make: Make, as_: Enter, count_queries: Any) -> None:
    house = make.institution()
    operator, round_ = make.applicant(house), make.round()
    client, number = as_(operator), round_.id
    few = asked(client, "/apply/library", count_queries)
    attach(make.application(institution=house, operator=operator), operator, copies=1)
    assert asked(client, "/apply/library", count_queries) == few <= MOST
    assert asked(client, f"/apply/start/{number}", count_queries) <= MOST
