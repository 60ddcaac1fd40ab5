"""Two who want contrary or neighbouring things at the same instant: each is done whole or refused in words."""

import random
from collections.abc import Callable
from decimal import Decimal

from flask import Flask
from sqlalchemy import func, select

from portal import clock, scorecards
from portal.db import db, transaction
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.certificate import Certificate
from portal.models.event import ChainHead, Event
from portal.models.job import Job
from portal.models.person import Person
from portal.models.recommendation import PreliminaryScore, Recommendation
from portal.models.review import Sheet, SheetScore
from portal.models.statistics import YearlyStatistics
from tests.concurrency.crew import Crew
from tests.concurrency.crowd import Visitor, at_once
from tests.journeys.life import Life
from tests.make import Make
from tests.stages import late

Enter = Callable[..., Visitor]
ROUNDS = 4


def open_sheets(make: Make, case: Application, *shares: str) -> list[Person]:
    """An expert with a sheet that is scored in full at each share and not sealed."""
    experts = [make.person(Role.EXPERT) for _share in shares]
    for expert, share in zip(experts, shares, strict=True):
        sheet = make.sheet(case, expert=expert, sealed=True, share=share)
        with transaction():
            sheet.state, sheet.sealed_at, sheet.total = "assigned", None, None
            for score in sheet.scores:
                score.reason = "核对佐证材料后评定。"
    return experts


def count(action: str, case: int) -> int:
    """How many events of a deed a case has."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Event.action == action, Event.application_id == case)) or 0


def test_experts_seal_the_last_sheets(make: Make, visitor: Enter) -> None:
    """One result from all sheets, the moderators told once; wide apart, it waits for moderation, else it is concluded."""
    for shares, wide in ((("0.95", "0.95", "1"), False), (("1", "0.95", "0.5"), True)) * 2:
        case = make.application(stage=Stage.REVIEWING)
        number, experts = case.id, open_sheets(make, case, *shares)
        moderator = make.person(Role.MODERATOR)
        answers = at_once(*((visitor(one), lambda who, number=number: who.post(
            f"/review/{number}/seal", {"deed": "seal", "comment": ""})) for one in experts))
        assert [one.status for one in answers] == [303] * 3, [one.words for one in answers]
        assert count("seal", number) == 3
        case = db.session.get_one(Application, number)
        totals = [one.total for one in db.session.scalars(select(Sheet).where(Sheet.application_id == number))]
        assert all(isinstance(one, Decimal) for one in totals)
        assert case.review_result is not None and case.review_spread == max(totals) - min(totals)
        seals = set(db.session.scalars(select(Event.id).where(Event.action == "seal", Event.application_id == number)))
        told = [one.payload for one in db.session.scalars(select(Job).where(Job.kind == "tell")) if one.payload["event"] in seals]
        assert sum(bool(one["extra"]) for one in told) == 1
        page = visitor(moderator).post(f"/moderate/{number}/conclude", {"deed": "pass"})
        assert page.status == (409 if wide else 303), page.words


def test_recuse_against_seal(make: Make, visitor: Enter) -> None:
    for _n in range(ROUNDS):
        case = make.application(stage=Stage.REVIEWING)
        number, (one, *_others) = case.id, open_sheets(make, case, "1", "1", "1")
        answers = at_once((visitor(one), lambda who, number=number: who.post(f"/review/{number}/seal", {"deed": "seal"})),
                          (visitor(one), lambda who, number=number: who.post(f"/review/{number}/recuse", {"reason": "曾任顾问。"})))
        assert sorted(answer.status for answer in answers) in ([303, 404], [303, 409]), [answer.words for answer in answers]
        assert count("seal", number) + count("recuse", number) == 1
        state = db.session.scalar(select(Sheet.state).where(Sheet.application_id == number, Sheet.expert_id == one.id))
        assert state == ("sealed" if answers[0].status == 303 else "recused")


def test_withdraw_against_submit(app: Flask, make: Make, visitor: Enter, travel: Callable[..., None]) -> None:
    for n in range(2):
        here = Life.at_stage(app, make, "water-saving-2013", travel, Stage.DRAFT)
        number, one = here.number, here.people["applicant"]
        deeds = [(visitor(one), lambda who, number=number: who.post(f"/apply/{number}/hand-in")),
                 (visitor(here.people["signatory"]), lambda who, number=number: who.post(f"/apply/{number}/withdraw", {"reason": "不再申报"}))]
        answers = at_once(*(deeds if n else deeds[::-1]))
        # a case that is handed in can still be withdrawn; one that is withdrawn is not handed in
        assert {answer.status for answer in answers} <= {303, 409}
        assert count("withdraw", number) == 1 and count("submit", number) <= 1
        assert db.session.get_one(Application, number).stage is Stage.WITHDRAWN


def test_revoke_against_reissue(make: Make, crew: Crew) -> None:
    officer, leader = make.person(Role.OFFICER).id, make.person(Role.LEADER).id
    for _n in range(ROUNDS):
        case = late.certified(make).application_id
        came = crew.at_once(("revoke", {"case": case, "by": leader}), ("reissue", {"case": case, "by": officer}))
        assert came[0].how == "done" and came[1].what in (None, "ActionNotAllowed"), [one.words for one in came]
        assert count("reissue", case) == (came[1].how == "done")
        row = db.session.query(Certificate).filter_by(application_id=case).one()
        assert (row.ended_as, row.application.stage) == ("revoked", Stage.REVOKED)


def test_two_officers_assign_the_same_cases_in_another_order_while_experts_score(make: Make, crew: Crew) -> None:
    officers = [make.person(Role.OFFICER).id for _n in range(2)]
    for _n in range(ROUNDS):
        cases = [make.application(stage=Stage.REVIEWING) for _c in range(4)]
        scoring = [open_sheets(make, case, "1")[0].id for case in cases[:2]]
        numbers, expert = [case.id for case in cases], make.person(Role.EXPERT).id
        pairs = [[number, expert] for number in numbers]
        came = crew.at_once_several([
            [("assign", {"pairs": pairs, "by": officers[0]})], [("assign", {"pairs": pairs[::-1], "by": officers[1]})],
            *([("score", {"case": number, "item": item, "points": "1", "by": by}) for item in ("T1", "T2", "T3")]
              for number, by in zip(numbers, scoring, strict=False))])
        assert sorted(one.how for one in came[:2]) == ["done", "refused"], [one.words for one in came]
        assert {one.how for one in came[2:]} == {"done"}, [one.words for one in came]
        db.session.rollback()
        assert db.session.query(Sheet).filter_by(expert_id=expert).count() == 4


def test_two_clerks_recommend_at_the_edge_of_the_quota(make: Make, visitor: Enter) -> None:
    for _n in range(ROUNDS):
        round_ = make.round(quota=2)
        clerks = [make.person(Role.RECOMMENDER, division="500112") for _c in range(3)]
        cases = [make.application(stage=Stage.RECOMMENDING, round=round_) for _c in range(3)]
        with transaction() as session:
            session.add_all(PreliminaryScore(application_id=case.id, item_id=item.id, points=item.points, scored_by_id=clerks[0].id,
                                             scored_at=clock.now()) for case in cases for item in scorecards.scheme_of(case).items("school"))
        numbers = [case.id for case in cases]
        answers = at_once(*((visitor(clerk), lambda who, number=number, rank=rank: who.post(
            f"/recommend/{number}/endorse", {"opinion": "同意。", "rank": rank})) for rank, (clerk, number) in enumerate(zip(clerks, numbers, strict=True), 1)))
        assert sorted(one.status for one in answers) == [303, 303, 422], [one.words for one in answers]
        assert any("名额" in one.words for one in answers)
        db.session.rollback()
        assert db.session.query(Recommendation).filter(Recommendation.application_id.in_(numbers)).count() == 2


def test_two_clerks_give_the_same_rank(make: Make, visitor: Enter) -> None:
    round_ = make.round()
    clerks = [make.person(Role.RECOMMENDER, division="500112") for _c in range(2)]
    cases = [make.application(stage=Stage.RECOMMENDING, round=round_) for _c in range(2)]
    with transaction() as session:
        session.add_all(PreliminaryScore(application_id=case.id, item_id=item.id, points=item.points, scored_by_id=clerks[0].id,
                                         scored_at=clock.now()) for case in cases for item in scorecards.scheme_of(case).items("school"))
    numbers = [case.id for case in cases]
    answers = at_once(*((visitor(clerk), lambda who, number=number: who.post(
        f"/recommend/{number}/endorse", {"opinion": "同意。", "rank": "1"})) for clerk, number in zip(clerks, numbers, strict=True)))
    assert sorted(one.status for one in answers) == [303, 422], [one.words for one in answers]


def test_the_head_signs_while_the_operator_reports_other_figures(
        app: Flask, make: Make, crew: Crew, travel: Callable[..., None]) -> None:
    """Nobody's signature stands under figures that changed after it."""
    here = Life.at_stage(app, make, "water-saving-2013", travel, Stage.DRAFT, signed_by_id=None, signed_at=None)
    house, year = here.institution.id, here.round.statistics_year
    people = {name: one.id for name, one in here.people.items()}
    for n in range(6):
        deeds = [("sign_off", {"case": here.number, "by": people["signatory"]}),
                 ("report_year", {"house": house, "year": year, "water": str(12000 + n), "by": people["applicant"]})]
        came = crew.at_once(*deeds)
        assert {one.how for one in came} == {"done"}, [one.words for one in came]
        db.session.rollback()
        case = db.session.get_one(Application, here.number)
        stored = db.session.query(YearlyStatistics).filter_by(institution_id=house, year=year).one()
        assert case.signed_at is None or stored.updated_at <= case.signed_at
        with transaction():
            case.signed_at = case.signed_by_id = None


def test_everything_that_wants_the_same_people_and_the_same_chain(make: Make, crew: Crew) -> None:
    """Roles given to somebody who is just coming in, changing a telephone and issuing: nobody waits in a circle."""
    admin, officer = make.person(Role.ADMINISTRATOR).id, make.person(Role.OFFICER).id
    cases = [late.on_notice(make, over=True).entries[0].application_id for _n in range(5)]
    roles = ["expert", "moderator", "leader", "team-leader", "inspector"]
    came = crew.at_once_several([
        [("give_role", {"person": officer, "role": role, "by": admin}) for role in roles],
        [("signed_in", {"person": officer})] * 5,
        [("change_profile", {"person": officer, "phone": f"1390000000{n}"}) for n in range(5)],
        [("issue", {"case": case, "by": officer}) for case in cases]])
    assert [one.words for one in came if one.how == "failed"] == []
    assert {one.how for one in came[:10]} == {"done"}


def test_a_round_announced_by_two_administrators(make: Make, crew: Crew) -> None:
    admins = [make.person(Role.ADMINISTRATOR).id for _n in range(2)]
    for n in range(ROUNDS):
        came = crew.at_once(*(("create_round", {"edition": "water-saving-2013", "year": 2030, "name": f"第{n}批", "by": by}) for by in admins))
        assert sorted((one.how, one.what if one.how == "refused" else "") for one in came) == [("done", ""), ("refused", "RoundTaken")], [
            one.words for one in came]


def test_the_very_first_deeds_of_an_instance(make: Make, crew: Crew) -> None:
    people = [make.person().id for _n in range(4)]
    for _n in range(3):
        with transaction() as session:
            session.query(Job).delete()
        with db.engine.begin() as connection:
            connection.execute(Event.__table__.delete())
            connection.execute(ChainHead.__table__.delete())
        came = crew.at_once(*(("signed_in", {"person": one}) for one in people))
        assert {one.how for one in came} == {"done"}, [one.words for one in came]
        db.session.rollback()
        assert db.session.query(Event).count() == 4


def test_scores_of_many_experts_at_once_are_all_kept(make: Make, visitor: Enter) -> None:
    """Eight windows, twenty saves each: the database being busy is nobody's error."""
    cases = [make.application(stage=Stage.REVIEWING) for _n in range(8)]
    experts = [make.person(Role.EXPERT) for _n in range(8)]
    sheets = [make.sheet(case, expert=expert).id for case, expert in zip(cases, experts, strict=True)]
    items = [item.id for item in scorecards.scheme_of(cases[0]).items("school")]
    chosen = random.Random(7).choices(items, k=20)
    numbers = [case.id for case in cases]

    def all_of_them(number: int) -> Callable[[Visitor], object]:
        def score(who: Visitor) -> object:
            revisions: dict[str, int] = {}
            for n, item in enumerate(chosen):
                answer = who.post(f"/review/{number}/items/{item}", {
                    "choice": "other", "points": str(n % 2), "reason": f"第{n}次", "revision": revisions.get(item, 0)}, script=True)
                assert answer.status == 200, (answer.status, answer.text[:500])
                revisions[item] = answer.said["revision"]
            return answer
        return score

    at_once(*((visitor(expert), all_of_them(number)) for expert, number in zip(experts, numbers, strict=True)))  # type: ignore[arg-type]
    db.session.rollback()
    for sheet in sheets:
        rows = {row.item_id: row for row in db.session.query(SheetScore).filter_by(sheet_id=sheet)}
        assert {item: row.revision for item, row in rows.items()} == {item: chosen.count(item) for item in set(chosen)}
    assert db.session.query(Event).filter_by(action="score").count() == 160
