"""The life and the timeline of a case: where it stands, and what each side may read."""

import pytest

from portal import editions
from portal.db import db, transaction
from portal.domain.workflow import Action, Role, Stage
from portal.lifecycle import append
from portal.web.case import stations, timeline


@pytest.fixture
def told(make, app):
    """A case with a history: people, deeds and their reasons."""
    case = make.application(stage=Stage.REVIEWING)
    people = {
        "applicant": make.person(Role.APPLICANT, institution=case.institution, name="经办甲"),
        "recommender": make.person(Role.RECOMMENDER, division="500112", name="推荐乙"),
        "officer": make.person(Role.OFFICER, name="主办丙"), "one": make.person(Role.EXPERT, name="专家丁"),
        "two": make.person(Role.EXPERT, name="专家戊"), "moderator": make.person(Role.MODERATOR, name="复议己"),
    }
    deeds = [
        (Action.SUBMIT, "applicant", Role.APPLICANT, "draft", "recommending", "", {}),
        (Action.RETURN, "recommender", Role.RECOMMENDER, "recommending", "correcting", "缺水表清单", {"items": ["T1"]}),
        (Action.RESUBMIT, "applicant", Role.APPLICANT, "correcting", "recommending", "", {}),
        (Action.ENDORSE, "recommender", Role.RECOMMENDER, "recommending", "screening", "", {}),
        (Action.ADMIT, "officer", Role.OFFICER, "screening", "reviewing", "", {}),
        (Action.ASSIGN, "officer", Role.OFFICER, "", "", "", {"expert": "one"}),
        (Action.ASSIGN, "officer", Role.OFFICER, "", "", "", {"expert": "two"}),
        (Action.SCORE, "one", Role.EXPERT, "", "", "", {"item": "T1", "points": "7.5"}),
        (Action.SCORE, "one", Role.EXPERT, "", "", "", {"item": "T2", "points": "6"}),
        (Action.SEAL, "one", Role.EXPERT, "", "", "", {"total": "91.50"}),
        (Action.RECUSE, "two", Role.EXPERT, "", "", "有业务往来", {}),
        (Action.ASK_CLARIFICATION, "one", Role.EXPERT, "", "", "", {"item": "G4"}),
        (Action.MODERATE, "moderator", Role.MODERATOR, "", "", "分差过大", {}),
    ]
    with transaction():
        for action, who, role, before, after, reason, detail in deeds:
            detail = {key: people[value].id if value in people else value for key, value in detail.items()
                      if not isinstance(value, list)} | {k: v for k, v in detail.items() if isinstance(v, list)}
            append(action.value, by=people[who], role=role.value, case=case, before=before, after=after, reason=reason,
                   detail=detail)
    return case, people


def words(entries):
    """The text of a timeline."""
    return "\n".join(str(text) for _when, text, _kind in entries)


@pytest.fixture
def page(app):
    """A request, because words need a language."""
    with app.test_request_context("/?language=zh"):
        yield


def test_the_institution_learns_nothing_of_its_judges(told, page):
    case, people = told
    for role, person in ((Role.APPLICANT, people["applicant"]), (Role.RECOMMENDER, people["recommender"])):
        text = words(timeline(case, role=role, person=person))
        for secret in ("专家丁", "专家戊", "主办丙", "复议己", "91.50", "7.5", "有业务往来", "分差过大"):
            assert secret not in text, secret
        assert "缺水表清单" in text and "经办甲" in text
    assert len(timeline(case)) == 6


def test_the_default_is_the_narrowest(told, page):
    case, _people = told
    assert [str(one) for one in timeline(case)] == [str(one) for one in timeline(case, role=Role.APPLICANT)]


def test_an_expert_sees_his_own_deeds_and_no_colleague(told, page):
    case, people = told
    text = words(timeline(case, role=Role.EXPERT, person=people["one"]))
    assert "专家丁" in text and "T1、T2" in text
    for secret in ("专家戊", "有业务往来", "分差过大", "经办甲", "91.50", "7.5"):
        assert secret not in text, secret
    assert "T1、T2" not in words(timeline(case, role=Role.EXPERT, person=people["two"]))


def test_an_expert_does_not_learn_what_another_one_asked(told, page):
    case, people = told
    with transaction():
        append(Action.ASK_CLARIFICATION.value, by=people["two"], role=Role.EXPERT.value, case=case, detail={"item": "G6"})
        append(Action.CLARIFY.value, by=people["applicant"], role=Role.APPLICANT.value, case=case, detail={"item": "G6"})
    assert "G6" not in words(timeline(case, role=Role.EXPERT, person=people["one"]))
    assert words(timeline(case, role=Role.EXPERT, person=people["two"])).count("G6") == 1
    assert words(timeline(case, role=Role.APPLICANT, person=people["applicant"])).count("G6") == 2


def test_the_bureau_reads_everything_but_scores(told, page):
    case, people = told
    entries = timeline(case, role=Role.OFFICER, person=people["officer"])
    text = words(entries)
    for known in ("专家丁", "专家戊", "主办丙", "复议己", "有业务往来", "分差过大", "T1、T2"):
        assert known in text, known
    assert "7.5" not in text and "91.50" not in text
    assert "复议己" in str(entries[0][1]), "newest first"
    assert [kind for _w, _t, kind in entries].count("warn") == 2


def test_text_from_people_is_escaped(make, page):
    case = make.application(stage=Stage.CORRECTING)
    with transaction():
        append(Action.RETURN.value, by=None, role=Role.RECOMMENDER.value, case=case, reason="<script>x</script>")
    assert "<script>" not in words(timeline(case)) and "&lt;script&gt;" in words(timeline(case))


def test_stations_follow_the_stage(told, page):
    case, _people = told
    scheme = editions.get(case.edition)
    states = [state for _label, state, _when in stations(case, scheme)]
    assert states == ["past", "past", "past", "now", "", "", "", ""]
    assert all(when for _label, _state, when in stations(case, scheme)[:4])


@pytest.mark.parametrize(("stage", "expected"), [
    (Stage.DRAFT, ["now"] + [""] * 7), (Stage.CORRECTING, ["past", "held"] + [""] * 6),
    (Stage.SUPPLEMENTING, ["past", "past", "held"] + [""] * 5), (Stage.RECTIFYING, ["past"] * 4 + ["held"] + [""] * 3),
    (Stage.CERTIFIED, ["past"] * 8), (Stage.REVOKED, ["past"] * 7 + ["held"]),
])
def test_every_stage_has_its_place(make, page, stage, expected):
    case = make.application(stage=stage)
    assert [state for _l, state, _w in stations(case)] == expected


def test_an_end_stays_where_the_case_ended(make, page):
    case = make.application(stage=Stage.NOT_PASSED)
    with transaction():
        append(Action.FAIL_REVIEW.value, by=None, role=Role.MODERATOR.value, case=case, before="reviewing",
               after="not-passed", reason="低于合格线")
    assert [state for _l, state, _w in stations(case)] == ["past"] * 3 + ["held"] + [""] * 4


def test_life_and_timeline_take_three_queries(told, page, count_queries):
    case, people = told
    db.session.refresh(case)
    _ = case.round.name
    with count_queries() as seen:
        stations(case)
        timeline(case, role=Role.OFFICER, person=people["officer"])
    assert len(seen) <= 3 + len(people), seen
