"""Nobody has two roles on one case: what came first holds, in deeds, on the board and in the record; teams and co-authorities."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal import lifecycle, telling
from portal.db import transaction
from portal.domain.assignment import ConflictCode, ConflictOfInterest
from portal.domain.notices import Audience
from portal.domain.workflow import Action, Role, Stage
from portal.models.person import Person
from portal.models.visit import Visit, VisitMember
from portal.stages.decide import queries as deciding
from portal.stages.screen import actions, board
from tests.make import Make
from tests.stages import late
from tests.stages.visit_cases import scene

As = Callable[[Person], FlaskClient]


def test_whoever_recommended_a_case_does_not_screen_it(make: Make) -> None:
    person = make.person(Role.RECOMMENDER, Role.OFFICER, division="500112")
    case = make.application(stage=Stage.SCREENING)
    with transaction():
        lifecycle.append("endorse", by=person, role="recommender", case=case)
    assert lifecycle.roles_on(case, person) == {Role.RECOMMENDER}
    with pytest.raises(ConflictOfInterest) as refused:
        actions.find_ineligible(case, by=person, reason="理由")
    assert [one.code for one in refused.value.conflicts] == [ConflictCode.OTHER_ROLE]
    assert lifecycle.roles_on(make.application(stage=Stage.SCREENING), person) == {Role.RECOMMENDER, Role.OFFICER}


def test_whoever_scored_a_case_does_not_decide_it(make: Make) -> None:
    case, person = late.deciding(make), make.person(Role.EXPERT, Role.LEADER)
    make.sheet(case, expert=person, sealed=True)
    assert Action.DECIDE not in lifecycle.actions_open(case, person)
    assert Action.DECIDE in lifecycle.actions_open(late.deciding(make), person)


def test_an_officer_who_handled_a_case_is_not_offered_as_its_expert(make: Make) -> None:
    officer, case = make.person(Role.OFFICER, Role.EXPERT), make.application(stage=Stage.REVIEWING)
    with pytest.raises(ConflictOfInterest):
        actions.assign(case, officer, by=officer)
    with transaction():
        lifecycle.append("admit", by=officer, role="officer", case=case)
    assert [one.code for one in board.board(case.round).lines[0].conflicts[officer.id]] == [ConflictCode.OTHER_ROLE]


def test_who_scores_a_case_finds_it_neither_at_the_desk_nor_on_the_board_nor_in_the_record(make: Make, as_: As) -> None:
    case, person = make.application(stage=Stage.REVIEWING), make.person(Role.OFFICER, Role.EXPERT, Role.ADMINISTRATOR)
    make.sheet(case, expert=person)
    other = make.sheet(case)
    with transaction():
        lifecycle.append("score", by=other.expert, role="expert", case=case, detail={"points": "7.5"})
    client = as_(person)
    assert client.get(f"/screen/{case.id}").status_code == 403
    assert other.expert.name not in client.get(f"/screen/assign/{case.round_id}").text
    assert "7.5" not in client.get("/administer/record.csv").text
    assert "7.5" in as_(make.person(Role.AUDITOR)).get("/administer/record.csv").text


def test_an_inspector_who_turns_out_to_be_tied_reads_nothing_of_the_visit(make: Make, as_: As) -> None:
    here = scene(make).ready()
    client = as_(here.member)
    assert client.get(f"/visit/{here.case.id}/site").status_code == 200
    with transaction():
        here.member.employer_id = here.case.institution_id
    assert {client.get(f"/visit/{here.case.id}{page}").status_code for page in ("", "/site", "/record", "/record.pdf")} == {403}


def test_a_tied_expert_can_still_hand_the_sheet_back(make: Make, as_: As) -> None:
    case = make.application(stage=Stage.REVIEWING)
    person = make.person(Role.EXPERT, employer=case.institution)
    make.sheet(case, expert=person)
    client = as_(person)
    assert client.get(f"/review/{case.id}").status_code == 403
    assert client.get(f"/review/{case.id}/recuse").status_code == 200
    assert client.post(f"/review/{case.id}/recuse", data={"reason": "本单位人员"}).status_code == 303


def test_a_former_team_is_not_told_of_the_recheck(make: Make) -> None:
    here = scene(make).ready()
    with transaction() as session:
        fresh = Visit(application_id=here.case.id, turn=2, appointed_by_id=here.officer.id, appointed_at=here.case.stage_since)
        fresh.members = [VisitMember(person_id=here.leader.id, leads=True)]
        session.add(fresh)
        event = lifecycle.append("finish-rectification", by=None, case=here.case)
    assert telling.audience(Audience.TEAM, here.case, event) == [here.leader]


def test_a_water_body_reads_no_national_nomination_and_no_energy_round(make: Make, as_: As) -> None:
    case = late.nominated(make)
    water, energy = late.countersigner(make), late.countersigner(make, "drc")
    assert deciding.nominations(water) == [] and len(deciding.nominations(energy)) == 1
    assert as_(water).get(f"/decide/board?round={case.round_id}").status_code == 404
    assert case.institution.name not in as_(water).get("/decide/nominations").text
