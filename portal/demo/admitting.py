"""How a living case comes into review: the recommending body's chapter, the officer's check, the experts assigned."""

from __future__ import annotations

from sqlalchemy import select

from portal.demo import answers, texts
from portal.demo.applying import finish_creation, reply
from portal.demo.journey import Journey
from portal.demo.timeline import Story
from portal.models.review import Sheet
from portal.stages.recommend import actions as recommending
from portal.stages.recommend import queries as bodies
from portal.stages.screen import actions as screening


def recommend(j: Journey) -> Story:
    """Scored item by item, then recommended, handed back or declined."""
    pace, end, who = j.plan.pace, j.plan.end, j.world.cast.recommender(j.house)
    if j.ends("recommending"):
        return
    given = answers.sheet(j.rng, j.scheme, expected=j.made.expected, lean=-0.01)
    marks = {}
    for one in j.made.sheet.items:
        mine = given.get(one.id)
        marks[one.id] = bodies.Given(
            points=mine.points if mine else None, not_applicable=mine is None,
            note=mine.reason if mine and mine.points != one.points else "")
    yield j.at(pace.endorse - 1, 14)
    if end == "recommending-begun":
        marks = dict(list(marks.items())[:len(marks) // 2])
    recommending.score(j.case, marks, seen=recommending.revision(bodies.preliminary(j.case)), by=j.world.person(who))
    if j.ends("recommending-begun"):
        return
    yield j.at(pace.endorse, 10)
    if j.ends("not-recommended"):
        recommending.decline(j.case, reason="本批次推荐名额有限，该单位用能计量尚不完善，建议完善后下一批次申报。",
                             by=j.world.person(who))
        return
    if j.ends("correcting", "corrected"):
        recommending.return_for_correction(j.case, to_correct(j, 2), summary="部分佐证材料不完整，请补正后重新提交。",
                                           by=j.world.person(who))
        if end == "corrected":
            yield from reply(j, pace.endorse + 3)
        return
    taken = bodies.ranks(j.case.round_id, bodies.body_of(j.case.institution))
    recommending.endorse(j.case, opinion=texts.recommendation(j.rng), rank=recommending.next_rank(taken),
                         by=j.world.person(who))


def to_correct(j: Journey, count: int) -> dict[str, str]:
    """Some items with the reason for which they are sent back."""
    items = [item for item in j.scheme.items(j.made.type) if item.evidence and item.id not in j.made.absent]
    return {item.id: texts.return_reason(j.rng, document=item.evidence[0].name) for item in j.rng.sample(items, k=count)}


def screen(j: Journey) -> Story:
    """Checked for form: admitted, listed as candidate, asked for more, or found ineligible."""
    pace, end = j.plan.pace, j.plan.end
    if j.ends("screening"):
        return
    if j.ends("ineligible"):
        yield j.at(pace.admit, 10)
        screening.find_ineligible(j.case, reason="申报主体与名录库登记的独立核算单位不一致，不符合申报条件。",
                                  by=j.who("officer"))
    elif j.ends("supplementing", "supplied"):
        yield j.at(pace.admit, 10)
        screening.ask_supplement(j.case, to_correct(j, 2), summary="形式审查发现材料缺漏，请一次性补充。", by=j.who("officer"))
        if end == "supplied":
            yield from reply(j, pace.admit + 4)
    elif j.scheme.process.candidate_list:
        yield j.at(pace.list if j.plan.round == "running" else pace.admit, 10)
        screening.list_candidate(j.case, by=j.who("officer"))
        if not j.ends("candidate"):
            yield from finish_creation(j, pace.admit)
    else:
        yield j.at(pace.admit, 10)
        screening.admit(j.case, by=j.who("officer"))
    j.ends("to-assign")


def assign(j: Journey) -> Story:
    """Given to as many experts as the scheme asks for."""
    yield j.at(j.plan.pace.assign, 11)
    chosen = [(j.case, j.world.person(expert)) for expert in _experts(j, j.scheme.process.experts)]
    screening.assign_all(chosen, by=j.who("officer"))
    j.ends("assigned")


def _experts(j: Journey, count: int) -> list[int]:
    """The experts with the fewest open sheets; a sheet not yet begun waits for those whose sign-ins are shown."""
    every = j.world.cast.experts()
    if j.plan.end == "assigned":
        return every[:count]
    load = dict.fromkeys(every, 0)
    for number in j.world.session.scalars(select(Sheet.expert_id).where(Sheet.state == "assigned")):
        load[number] = load.get(number, 0) + 1
    j.rng.shuffle(every)
    return sorted(every, key=lambda one: load[one])[:count]
