"""The institution's pages: who sees what, in how many queries, at every stage."""

import pytest

from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.person import Person
from tests.make import Make


def people(make: Make) -> tuple[Application, Person, Person]:
    """A draft with its operator and its head."""
    house = make.institution()
    operator, head = make.applicant(house), make.signatory(house)
    return make.application(institution=house, operator=operator), operator, head


def test_list_shows_own_cases_only(make: Make, as_) -> None:
    case, operator, _head = people(make)
    other = make.application()
    text = as_(operator).get("/apply/").text
    assert case.number in text and other.number not in text


def test_open_rounds_can_be_entered_once(make: Make, as_) -> None:
    house = make.institution()
    round_, client = make.round(), as_(make.applicant(house))
    assert round_.name in client.get("/apply/").text
    assert client.get(f"/apply/start/{round_.id}").status_code == 200
    first = client.post(f"/apply/start/{round_.id}", data={"institution": str(house.id)})
    assert first.status_code == 303
    again = client.post(f"/apply/start/{round_.id}", data={"institution": str(house.id)})
    assert again.status_code == 303 and again.location == first.location


def test_a_closed_round_says_so(make: Make, as_) -> None:
    house = make.institution()
    round_, client = make.round(open=False), as_(make.applicant(house))
    assert client.post(f"/apply/start/{round_.id}", data={"institution": str(house.id)}).status_code == 409


def test_nobody_enters_for_another_institution(make: Make, as_) -> None:
    round_, other = make.round(), make.institution()
    client = as_(make.applicant(make.institution()))
    assert client.post(f"/apply/start/{round_.id}", data={"institution": str(other.id)}).status_code == 404


@pytest.mark.parametrize("path", ["", "/items/T2", "/conditions", "/report", "/check", "/form.pdf", "/withdraw"])
def test_anothers_case_does_not_exist(make: Make, as_, path: str) -> None:
    case, _operator, _head = people(make)
    stranger = as_(make.applicant(make.institution()))
    assert stranger.get(f"/apply/{case.id}{path}").status_code == 404


@pytest.mark.parametrize("role", [Role.EXPERT, Role.OFFICER, Role.LEADER])
def test_other_roles_stay_outside(make: Make, as_, role: Role) -> None:
    case, _operator, _head = people(make)
    assert as_(make.person(role)).get(f"/apply/{case.id}").status_code == 403


@pytest.mark.parametrize("edition", ["water-saving-2013", "national-2013", "national-2017", "municipal-2016"])
def test_every_item_of_every_edition_has_a_page(make: Make, as_, edition: str) -> None:
    from portal import editions

    house = make.institution()
    operator = make.applicant(house)
    case = make.application(edition=edition, institution=house, operator=operator)
    client, number = as_(operator), case.id
    for item in editions.get(edition).items("school"):
        assert client.get(f"/apply/{number}/items/{item.id}").status_code == 200, item.id
    for path in ("", "/conditions", "/report", "/check"):
        assert client.get(f"/apply/{number}{path}").status_code == 200
    assert client.get(f"/apply/{number}/form.pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_a_page_in_both_languages(make: Make, as_, stage: Stage) -> None:
    house = make.institution()
    operator = make.applicant(house)
    case = make.application(stage=stage, institution=house, operator=operator, ended_reason="理由")
    client, number = as_(operator), case.id
    for language in ("zh", "en"):
        for path in ("", "/items/T2", "/conditions", "/report", "/check"):
            answer = client.get(f"/apply/{number}{path}?language={language}")
            assert answer.status_code == 200, (stage, path)


def test_items_of_other_types_are_not_found(make: Make, as_) -> None:
    house = make.institution(type="school")
    operator = make.applicant(house)
    case = make.application(edition="national-2017", institution=house, operator=operator)
    client, number = as_(operator), case.id
    assert client.get(f"/apply/{number}/items/7-H1").status_code == 404
    assert client.get(f"/apply/{number}/items/nothing").status_code == 404


def test_pages_take_no_more_queries_for_more_rows(make: Make, as_, count_queries) -> None:
    house = make.institution()
    operator = make.applicant(house)
    first = make.application(institution=house, operator=operator)
    client = as_(operator)

    def counts(number: int) -> dict[str, int]:
        found = {}
        for path in ("/apply/", f"/apply/{number}", f"/apply/{number}/items/T2", f"/apply/{number}/check"):
            client.get(path)
            with count_queries() as seen:
                assert client.get(path).status_code == 200
            found[path.replace(str(number), "N")] = len(seen)
        return found

    before = counts(first.id)
    for _n in range(6):
        make.application(institution=house, operator=operator, complete=True)
    full = make.application(institution=house, operator=operator, complete=True)
    assert counts(full.id) == before
    assert max(before.values()) <= 15, before
