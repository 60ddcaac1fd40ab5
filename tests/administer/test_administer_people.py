"""People and roles: invited, changed, given and taken roles, closed; and every refusal."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.administer import actions, queries
from portal.db import db
from portal.domain.appointment import Held
from portal.domain.workflow import Role, Stage
from portal.models.event import Event
from portal.models.person import Grant, Person
from tests.make import Make

As = Callable[[Person], FlaskClient]
PAGES = ("/administer/", "/administer/rounds", "/administer/editions", "/administer/record", "/administer/record.csv")


@pytest.fixture
def admin(make: Make) -> Person:
    return make.person(Role.ADMINISTRATOR)


def last_event() -> Event:
    return db.session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()


def invitation(**values: str) -> dict[str, str]:
    return {"name": "新人员", "sign_in": "New.Person", "language": "zh", "email": "", "phone": "", "position": "",
            "employer": ""} | values


@pytest.mark.parametrize("role", [role for role in Role if role not in {
    Role.PUBLIC, Role.ADMINISTRATOR, Role.AUDITOR, Role.APPLICANT, Role.SIGNATORY, Role.RECOMMENDER,
    Role.COUNTERSIGNER}])
def test_others_stay_outside(make: Make, as_: As, role: Role) -> None:
    client = as_(make.person(role))
    assert {client.get(page).status_code for page in PAGES} == {403}


def test_strangers_are_sent_to_the_door(context: None, client: FlaskClient) -> None:
    assert {client.get(page).status_code for page in PAGES} == {302}
    assert client.post("/administer/people/new").status_code == 401


def test_auditors_read_and_change_nothing(make: Make, as_: As) -> None:
    client, other = as_(make.person(Role.AUDITOR)), make.person(Role.EXPERT)
    row = make.round()
    assert {client.get(page).status_code for page in (*PAGES, f"/administer/people/{other.id}",
                                                      f"/administer/rounds/{row.id}")} == {200}
    grant = other.grants[0].id
    forms = ("/administer/people/new", "/administer/rounds/new", f"/administer/people/{other.id}/roles/officer",
             f"/administer/people/{other.id}/deactivate", f"/administer/people/{other.id}/password",
             f"/administer/people/{other.id}/grants/{grant}/take")
    assert {client.get(page).status_code for page in forms} == {403}
    assert {client.post(page).status_code for page in (
        *forms, f"/administer/people/{other.id}", f"/administer/people/{other.id}/reactivate",
        f"/administer/rounds/{row.id}")} == {403}
    assert "/administer/people/new" not in client.get("/administer/").text


def test_an_invited_person_signs_in_with_the_password_that_is_shown_once(
        admin: Person, as_: As, client: FlaskClient) -> None:
    keeper = as_(admin)
    answer = keeper.post("/administer/people/new", data=invitation(email="new@example.invalid"))
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r'id="first-password">([^<]+)<', answer.text)
    assert found
    password = found[1]
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", password)
    person = db.session.scalars(select(Person).where(Person.sign_in == "new.person")).one()
    assert password not in person.password_hash
    event = last_event()
    assert (event.action, event.actor_id, event.detail) == ("invited-person", admin.id, {"person": person.id})
    assert password not in keeper.get(f"/administer/people/{person.id}").text
    assert client.post("/sign-in", data={"sign_in": "new.person", "password": password}).status_code == 302


@pytest.mark.parametrize(("values", "field"), [
    ({"sign_in": ""}, "sign_in"), ({"sign_in": "a b"}, "sign_in"), ({"sign_in": "ab"}, "sign_in"), ({"name": ""}, "name"),
    ({"email": "nowhere"}, "email"), ({"employer": "没有这个单位"}, "employer"), ({"language": "de"}, "language"),
])
def test_a_wrong_invitation_is_shown_again(admin: Person, as_: As, values: dict[str, str], field: str) -> None:
    before = db.session.scalar(select(func.count()).select_from(Person))
    answer = as_(admin).post("/administer/people/new", data=invitation(**values))
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Person)) == before


def test_a_taken_sign_in_name_is_refused(admin: Person, make: Make, as_: As) -> None:
    other = make.person()
    answer = as_(admin).post("/administer/people/new", data=invitation(sign_in=other.sign_in.upper()))
    assert answer.status_code == 422
    with pytest.raises(actions.SignInTaken):
        actions.invite(sign_in=other.sign_in, name="x", by=admin)


def test_two_institutions_of_one_name_ask_for_the_credit_code(admin: Person, make: Make, as_: As) -> None:
    first, _second = make.institution(name="同名中学"), make.institution(name="同名中学")
    client = as_(admin)
    assert client.post("/administer/people/new", data=invitation(employer="同名中学")).status_code == 422
    assert client.post("/administer/people/new", data=invitation(employer=first.credit_code)).status_code == 201
    assert db.session.scalars(select(Person).where(Person.sign_in == "new.person")).one().employer_id == first.id


def test_changes_are_recorded_without_what_was_written(admin: Person, make: Make, as_: As) -> None:
    other, client = make.person(Role.EXPERT), as_(admin)
    data = {"name": other.name, "email": "fresh@example.invalid", "phone": "023-0000 0001", "position": "",
            "employer": "", "language": "zh"}
    assert client.post(f"/administer/people/{other.id}", data=data).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Person, other.id).email == "fresh@example.invalid"
    event = last_event()
    assert (event.action, event.detail) == ("changed-person", {"person": other.id, "changed": ["email", "phone"]})
    assert client.post(f"/administer/people/{other.id}", data=data).status_code == 303
    assert last_event().id == event.id, "nothing changed, nothing recorded"
    assert client.post(f"/administer/people/{other.id}", data=data | {"name": ""}).status_code == 422


@pytest.mark.parametrize(("role", "field"), [
    (Role.APPLICANT, "institution"), (Role.SIGNATORY, "institution"), (Role.RECOMMENDER, "division"),
    (Role.RECOMMENDER, "department"), (Role.COUNTERSIGNER, "authority"), (Role.OFFICER, ""), (Role.EXPERT, ""),
    (Role.AUDITOR, ""), (Role.ADMINISTRATOR, "")])
def test_each_role_is_given_at_its_place(admin: Person, make: Make, as_: As, role: Role, field: str) -> None:
    house, department, other = make.institution(), make.department(), make.person()
    authority = next(iter(queries.authorities()))
    data = {"institution": {"institution": house.credit_code}, "division": {"body": "v500112"},
            "department": {"body": f"d{department.id}"}, "authority": {"authority": authority}, "": {}}[field]
    client, url = as_(admin), f"/administer/people/{other.id}/roles/{role.value}"
    assert client.get(f"/administer/people/{other.id}/roles", query_string={"role": role.value}).location.endswith(url)
    assert client.get(url).status_code == 200
    assert client.post(url, data=data).status_code == 303
    db.session.expire_all()
    grant = db.session.scalars(select(Grant).where(Grant.person_id == other.id)).one()
    expected = {"institution": house.id, "division": "500112", "department": department.id, "authority": authority}
    assert queries.as_held(grant) == Held(role=role, **({field: expected[field]} if field else {}))
    person = db.session.get_one(Person, other.id)
    assert person.employer_id == (house.id if field == "institution" else None)
    assert person.department_id == (department.id if field == "department" else None)
    assert last_event().action == "gave-role"
    assert client.post(url, data=data).status_code == 422, "not twice"
    if field:
        assert client.post(url, data={}).status_code == 422


def test_roles_that_one_person_never_holds_together(admin: Person, make: Make) -> None:
    house = make.institution()
    applicant, auditor = make.applicant(house), make.person(Role.AUDITOR)
    with pytest.raises(actions.RoleBarred):
        actions.give_role(applicant, Held(role=Role.SIGNATORY, institution=house.id), by=admin)
    with pytest.raises(actions.RoleBarred):
        actions.give_role(auditor, Held(role=Role.OFFICER), by=admin)
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0


@pytest.mark.parametrize("role", ["public", "nonsense"])
def test_no_such_role(admin: Person, make: Make, as_: As, role: str) -> None:
    other, client = make.person(), as_(admin)
    assert client.get(f"/administer/people/{other.id}/roles/{role}").status_code == 404
    assert client.get(f"/administer/people/{other.id}/roles?role={role}").status_code == 404


def test_a_role_is_taken_back_after_a_question(admin: Person, make: Make, as_: As) -> None:
    other = make.person(Role.EXPERT, Role.OFFICER)
    sheet = make.sheet(make.application(stage=Stage.REVIEWING), expert=other)
    grant = next(one for one in other.grants if one.role is Role.EXPERT)
    client, url = as_(admin), f"/administer/people/{other.id}/grants/{grant.id}/take"
    assert sheet.expert_id == other.id
    page = client.get(url, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert queries.open_work(other) == queries.OpenWork(sheets=1, visits=0, cases=0)
    assert "note-warn" in page.text
    assert client.post(url).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Person, other.id).roles == {Role.OFFICER}
    event = last_event()
    assert (event.action, event.detail) == ("took-role", {"person": other.id, "role": "expert"})
    assert client.post(url).status_code == 404


def test_a_role_of_somebody_else_is_not_found(admin: Person, make: Make, as_: As) -> None:
    one, other = make.person(Role.EXPERT), make.person(Role.EXPERT)
    assert as_(admin).post(f"/administer/people/{one.id}/grants/{other.grants[0].id}/take").status_code == 404


def test_nobody_locks_herself_out(admin: Person, as_: As) -> None:
    client, own = as_(admin), admin.grants[0].id
    assert client.post(f"/administer/people/{admin.id}/grants/{own}/take").status_code == 409
    assert client.post(f"/administer/people/{admin.id}/deactivate").status_code == 409
    assert client.post(f"/administer/people/{admin.id}/password").status_code == 409
    db.session.expire_all()
    person = db.session.get_one(Person, admin.id)
    assert person.active and person.roles == {Role.ADMINISTRATOR}


def test_a_closed_account_is_out_at_once(admin: Person, make: Make, as_: As) -> None:
    other = make.person(Role.OFFICER)
    theirs, client = as_(other), as_(admin)
    assert theirs.get("/reports/").status_code == 200
    assert client.get(f"/administer/people/{other.id}/deactivate").status_code == 200
    assert client.post(f"/administer/people/{other.id}/deactivate").status_code == 303
    assert theirs.get("/reports/").status_code == 302
    assert last_event().action == "deactivated-person"
    assert client.post(f"/administer/people/{other.id}/reactivate").status_code == 303
    assert theirs.get("/reports/").status_code == 200
    assert last_event().action == "reactivated-person"


def test_a_new_password_ends_every_session(admin: Person, make: Make, as_: As, client: FlaskClient) -> None:
    other = make.person(Role.OFFICER)
    theirs, keeper = as_(other), as_(admin)
    assert keeper.get(f"/administer/people/{other.id}/password").status_code == 200
    answer = keeper.post(f"/administer/people/{other.id}/password")
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r'id="first-password">([^<]+)<', answer.text)
    assert found
    assert theirs.get("/reports/").status_code == 302
    assert client.post("/sign-in", data={"sign_in": other.sign_in, "password": found[1]}).status_code == 302
    assert "gave-password" in set(db.session.scalars(select(Event.action)))


def test_people_are_found(admin: Person, make: Make, as_: As) -> None:
    house = make.institution(name="寻找中学")
    expert, applicant = make.person(Role.EXPERT, name="甲专家"), make.applicant(house)
    client = as_(admin)

    def found(query: str) -> set[int]:
        return {int(one) for one in re.findall(r'/administer/people/(\d+)"', client.get("/administer/?" + query).text)}

    assert found("q=甲专家") == {expert.id}
    assert found("q=寻找") == {applicant.id}
    assert found("q=" + expert.sign_in) >= {expert.id}
    assert found("role=expert") == {expert.id}
    assert found("role=nonsense") == {admin.id, expert.id, applicant.id}
    assert found("state=never") == {expert.id, applicant.id}
    assert found("state=inactive") == set()
    assert found("q=%25") == set(), "a per cent sign is a per cent sign"


def test_unknown_people_are_not_found(admin: Person, as_: As) -> None:
    client = as_(admin)
    assert client.get("/administer/people/999999").status_code == 404
    assert client.post("/administer/people/999999/deactivate").status_code == 404


def test_the_list_asks_no_more_for_more_people(admin: Person, make: Make, as_: As, count_queries) -> None:
    client = as_(admin)
    department = make.department()

    def add() -> None:
        make.applicant(make.institution())
        make.person(Role.RECOMMENDER, department=department)
        make.person(Role.RECOMMENDER, division="500112")

    add()
    with count_queries() as few:
        client.get("/administer/")
    for _n in range(20):
        add()
    with count_queries() as many:
        client.get("/administer/")
    assert len(many) <= len(few) <= 15
