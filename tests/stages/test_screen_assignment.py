"""Assigning experts: conflicts of interest, the balanced proposal, seats by hand, taking back."""

import pytest

from portal import clock
from portal.db import db, transaction
from portal.domain.assignment import ConflictCode, ConflictOfInterest
from portal.domain.workflow import Action, ActionNotAllowed, Role, Stage
from portal.lifecycle import append
from portal.models.event import Event
from portal.models.job import Job
from portal.models.review import Clarification, Sheet, SheetScore
from portal.stages.screen import actions, board, queries


@pytest.fixture
def officer(make):
    """Somebody of the bureau."""
    return make.person(Role.OFFICER)


@pytest.fixture
def case(make):
    """A case in review without experts."""
    return make.application(stage=Stage.REVIEWING)


def test_assigning_makes_a_sheet_an_event_and_a_message(make, case, officer):
    expert = make.person(Role.EXPERT)
    sheet = actions.assign(case, expert, by=officer)
    assert (sheet.state, sheet.due_at) == ("assigned", case.round.review_by)
    event = db.session.query(Event).filter_by(action="assign").one()
    assert event.detail == {"expert": expert.id}
    assert db.session.query(Job).filter_by(kind="tell").count() == 1
    with pytest.raises(actions.AlreadyAssigned):
        actions.assign(case, expert, by=officer)


def conflicts_of(make, case):
    """One expert for each kind of tie."""
    house = case.institution
    superior, below = make.institution(), make.institution(superior=house)
    department = make.department()
    with transaction():
        house.superior_id, house.department_id = superior.id, department.id
    applied, recommended = make.person(Role.EXPERT), make.person(Role.EXPERT)
    with transaction():
        append(Action.SUBMIT.value, by=applied, role=Role.APPLICANT.value, case=case)
        append(Action.ENDORSE.value, by=recommended, role=Role.RECOMMENDER.value, case=case)
    return {
        ConflictCode.SAME_INSTITUTION: make.person(Role.EXPERT, employer=house),
        ConflictCode.SUPERIOR: make.person(Role.EXPERT, employer=superior),
        ConflictCode.SUBORDINATE: make.person(Role.EXPERT, employer=below),
        ConflictCode.SAME_SYSTEM: make.person(Role.EXPERT, department=department),
        ConflictCode.APPLIED: applied, ConflictCode.RECOMMENDED: recommended,
    }


def test_every_tie_is_refused_with_its_reason(make, case, officer, as_):
    tied = conflicts_of(make, case)
    for code, expert in tied.items():
        with pytest.raises(ConflictOfInterest) as refused:
            actions.assign(case, expert, by=officer)
        assert code in {one.code for one in refused.value.conflicts}, code
    own = as_(officer)
    page = own.get(f"/screen/assign/{case.round_id}")
    assert page.status_code == 200
    for expert in tied.values():
        assert f'value="{expert.id}"' not in page.text and expert.name in page.text
    answer = own.post(f"/screen/assign/{case.round_id}", data={
        f"seat-{case.id}": [str(tied[ConflictCode.SUPERIOR].id)]})
    assert answer.status_code == 403
    assert db.session.query(Sheet).count() == 0


def test_a_recused_expert_is_not_asked_again(make, case, officer):
    sheet = make.sheet(case)
    with transaction():
        sheet.state, sheet.recused_reason = "recused", "与该单位有业务往来"
    with pytest.raises(ConflictOfInterest):
        actions.assign(case, sheet.expert, by=officer)
    line = board.board(case.round).lines[0]
    assert line.free == 3 and sheet.expert_id in line.recused
    with pytest.raises(actions.SheetSealed):
        actions.unassign(sheet, by=officer)


def test_only_active_experts_can_be_assigned(make, case, officer, as_):
    leader = make.person(Role.LEADER)
    with pytest.raises(actions.NotAnExpert):
        actions.assign(case, leader, by=officer)
    gone = make.person(Role.EXPERT)
    with transaction():
        gone.active = False
    with pytest.raises(actions.NotAnExpert):
        actions.assign(case, gone, by=officer)
    assert as_(officer).post(f"/screen/assign/{case.round_id}", data={
        f"seat-{case.id}": str(leader.id)}).status_code == 404


def test_only_officers_assign_and_only_in_review(make, case, officer):
    expert = make.person(Role.EXPERT)
    with pytest.raises(ActionNotAllowed) as refused:
        actions.assign(case, expert, by=make.person(Role.LEADER))
    assert refused.value.why == "role"
    with pytest.raises(ActionNotAllowed) as refused:
        actions.assign(make.application(stage=Stage.SCREENING), expert, by=officer)
    assert refused.value.why == "stage"


def test_the_proposal_is_balanced_repeatable_and_assigns_nothing(make, officer, as_):
    round = make.round()
    cases = [make.application(stage=Stage.REVIEWING, round=round) for _ in range(4)]
    experts = [make.person(Role.EXPERT, name=f"专家{n}") for n in range(6)]
    own = as_(officer)
    table = board.board(round)
    first, again, other = table.proposal(7), board.board(round).proposal(7), table.proposal(8)
    assert first.experts_of == again.experts_of and first.spread == 0
    assert all(len(one) == 3 for one in first.experts_of.values()) and other.spread == 0
    page = own.get(f"/screen/assign/{round.id}?seed=7")
    assert page.status_code == 200 and page.text.count("selected") == 12
    assert db.session.query(Sheet).count() == 0
    chosen = {f"seat-{case.id}": [str(one) for one in first.experts_of[case.id]] for case in cases}
    assert own.post(f"/screen/assign/{round.id}", data=chosen | {"confirmed": "1"}).status_code == 303
    assert {one.expert_id for one in db.session.query(Sheet)} == {one.id for one in experts}
    assert board.board(round).free == 0
    assert own.get("/screen/?tab=assign").text.count(cases[0].number) == 0


def test_by_hand_first_then_the_rest_by_proposal(make, case, officer):
    experts = [make.person(Role.EXPERT) for _ in range(4)]
    actions.assign(case, experts[3], by=officer)
    made = board.board(case.round).proposal(1)
    assert experts[3].id in made.experts_of[case.id] and len(made.experts_of[case.id]) == 3
    assert made.load[experts[3].id] == 1


def test_one_refusal_leaves_the_whole_board_unchanged(make, officer, as_):
    round = make.round()
    first, second = (make.application(stage=Stage.REVIEWING, round=round) for _ in range(2))
    free, tied = make.person(Role.EXPERT), make.person(Role.EXPERT, employer=second.institution)
    answer = as_(officer).post(f"/screen/assign/{round.id}", data={
        f"seat-{first.id}": str(free.id), f"seat-{second.id}": str(tied.id)})
    assert answer.status_code == 403 and db.session.query(Sheet).count() == 0


def test_a_case_of_another_round_is_not_on_the_board(make, case, officer, as_):
    elsewhere = make.application(stage=Stage.REVIEWING)
    expert = make.person(Role.EXPERT)
    own = as_(officer)
    assert own.post(f"/screen/assign/{case.round_id}", data={
        f"seat-{elsewhere.id}": str(expert.id)}).status_code == 404
    assert own.post(f"/screen/assign/{case.round_id}", data={"seat-x": "1", "seat-9": ""}).status_code == 303
    assert own.get("/screen/assign/999").status_code == 404
    assert own.get("/screen/assign").status_code == 200


def test_taking_back_removes_the_sheet_and_keeps_the_questions(make, case, officer, as_):
    sheet = make.sheet(case)
    with transaction() as session:
        session.add(SheetScore(sheet_id=sheet.id, item_id="T1", points=8, updated_at=clock.now()))
        session.add(Clarification(application_id=case.id, sheet_id=sheet.id, item_id="T1", question="清单？",
                                  asked_by_id=sheet.expert_id, asked_at=clock.now()))
    other = make.application(stage=Stage.REVIEWING)
    own = as_(officer)
    assert own.post(f"/screen/{other.id}/sheets/{sheet.id}/unassign").status_code == 404
    assert own.post(f"/screen/{case.id}/sheets/{sheet.id}/unassign").status_code == 303
    db.session.expire_all()
    assert db.session.query(Sheet).filter_by(application_id=case.id).count() == 0
    assert db.session.query(SheetScore).count() == 0
    assert db.session.query(Clarification).one().sheet_id is None
    assert db.session.query(Event).filter_by(action="unassign").one().detail["expert"]


def test_a_sealed_sheet_is_not_taken_back(make, case, officer, as_):
    sheet = make.sheet(case, sealed=True)
    with pytest.raises(actions.SheetSealed):
        actions.unassign(sheet, by=officer)
    assert as_(officer).post(f"/screen/{case.id}/sheets/{sheet.id}/unassign").status_code == 409
    assert db.session.query(Sheet).count() == 1


def test_the_board_takes_few_queries_whatever_its_size(make, officer, as_, count_queries):
    round = make.round()

    def grow(count):
        for _ in range(count):
            case = make.application(stage=Stage.REVIEWING, round=round)
            make.sheet(case, expert=make.person(Role.EXPERT, employer=make.institution()))

    grow(1)
    own = as_(officer)
    with count_queries() as few:
        assert own.get(f"/screen/assign/{round.id}?seed=3").status_code == 200
    grow(6)
    with count_queries() as many:
        assert own.get(f"/screen/assign/{round.id}?seed=3").status_code == 200
    assert len(few) == len(many) <= 15, "\n".join(many)
    assert len(queries.sheets(board.board(round).lines[0].case)) == 1


def test_nothing_is_assigned_before_the_page_that_lists_it_is_confirmed(make, case, officer, as_):
    first, second = make.person(Role.EXPERT), make.person(Role.EXPERT)
    own, seats = as_(officer), {f"seat-{case.id}": [str(first.id), str(second.id)]}
    page = own.post(f"/screen/assign/{case.round_id}", data=seats)
    assert page.status_code == 200 and all(name in page.text for name in (first.name, second.name, case.number))
    assert db.session.query(Sheet).count() == 0
    assert own.post(f"/screen/assign/{case.round_id}", data=seats | {"confirmed": "1"}).status_code == 303
    assert db.session.query(Sheet).count() == 2


def test_a_proposal_tells_who_was_possible_and_what_each_gets(make, officer, as_):
    round = make.round()
    case = make.application(stage=Stage.REVIEWING, round=round)
    free = [make.person(Role.EXPERT) for _ in range(3)]
    make.person(Role.EXPERT, employer=case.institution)
    made = board.board(round).proposal(5)
    assert made.possible[case.id] == 3
    assert all(made.areas[one.id, board.board(round).lines[0].area] == 1 for one in free)
    page = as_(officer).get(f"/screen/assign/{round.id}?seed=5").text
    assert "seat-why" in page and all(one.name in page for one in free)


def test_a_full_board_says_so_and_lets_a_seat_be_taken_back(make, case, officer, as_):
    for _ in range(3):
        sheet = make.sheet(case)
    own = as_(officer)
    page = own.get(f"/screen/assign/{case.round_id}").text
    assert f"/screen/{case.id}/sheets/{sheet.id}/unassign" in page and "<select" not in page
    answer = own.post(f"/screen/{case.id}/sheets/{sheet.id}/unassign", data={"back": "board"})
    assert answer.location.endswith(f"/screen/assign/{case.round_id}")
    assert "<select" in own.get(f"/screen/assign/{case.round_id}").text


def test_a_board_without_experts_says_who_can_name_some(make, case, officer, as_):
    page = as_(officer).get(f"/screen/assign/{case.round_id}").text
    assert 'class="empty"' in page
