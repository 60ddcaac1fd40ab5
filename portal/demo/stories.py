"""Which living cases there are: every stage of every scheme, something waiting at every desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select

from portal import editions
from portal.clock import now
from portal.demo import admitting, applying, judging, seasons, texts
from portal.demo.history import CONTACT
from portal.demo.journey import Journey, Pace, Plan
from portal.demo.timeline import Story
from portal.demo.world import World
from portal.domain.judging import drawn as is_drawn
from portal.domain.scheme import Scheme, Visits
from portal.models.notice import NoticeEntry, Objection
from portal.stages.announce import actions as announcing
from portal.stages.announce import phrases
from portal.stages.certify import actions as certifying

# Early applicants of the running round have come to its end, the middle ones are being visited, late ones reviewed.
EARLY = Pace(open=-99, submit=-88, endorse=-84, admit=-80, assign=-79, conclude=-62, appoint=-60, plan=-58, visit=-50,
             finish=-40, decide=-36, sign=-33, nominate=-32, result=-24)
MIDDLE = Pace(open=-98, submit=-76, endorse=-70, admit=-62, assign=-60, conclude=-40, appoint=-36, plan=-33, visit=-9,
              finish=0, decide=-4, sign=-2, nominate=-1, result=0)
LATE = Pace(open=-92, submit=-68, endorse=-55, admit=-26, assign=-22, conclude=-4)
NEW = Pace(open=-21, submit=-12, endorse=-8, admit=-4)


def _early(**changes: int) -> Pace:
    return replace(EARLY, **changes)


PACES: dict[str, Pace] = {
    # the open round
    "draft-begun": Pace(open=-9, submit=5, endorse=0, admit=0),
    "draft-ready": Pace(open=-16, submit=-1, endorse=0, admit=0),
    "draft-signed": Pace(open=-18, submit=-1, endorse=0, admit=0),
    "withdrawn": NEW,
    "recommending": Pace(open=-19, submit=-3, endorse=0, admit=0),
    "recommending-begun": Pace(open=-20, submit=-8, endorse=-2, admit=0),
    "correcting": Pace(open=-21, submit=-13, endorse=-3, admit=0),
    "corrected": Pace(open=-22, submit=-15, endorse=-9, admit=0),
    "not-recommended": NEW,
    "screening": Pace(open=-22, submit=-14, endorse=-3, admit=0),
    "supplementing": Pace(open=-22, submit=-15, endorse=-10, admit=-3),
    "supplied": Pace(open=-23, submit=-17, endorse=-13, admit=-8),
    "ineligible": NEW,
    "candidate": Pace(open=-23, submit=-18, endorse=-14, admit=-6),
    # the running round
    "to-assign": replace(LATE, admit=-3),
    "assigned": replace(LATE, admit=-10, assign=-5),
    "reviewing-begun": replace(LATE, assign=-12),
    "reviewing": LATE, "to-conclude": LATE, "to-moderate": LATE, "not-passed": LATE, "to-appoint": LATE,
    "to-plan": replace(LATE, conclude=-6, appoint=-3),
    "visiting": replace(MIDDLE, appoint=-12, plan=-6),
    "visiting-begun": replace(MIDDLE, visit=0),
    "rectifying": replace(MIDDLE, visit=-7),
    "rechecking": replace(MIDDLE, visit=-12),
    "deciding": replace(MIDDLE, visit=-8, finish=-8),
    "countersigning": replace(MIDDLE, visit=-20, finish=-20, decide=-5),
    "half-signed": replace(MIDDLE, visit=-21, finish=-21, decide=-7, sign=-3),
    "objected": replace(MIDDLE, visit=-24, finish=-24, decide=-10, sign=-6),
    "ready": replace(MIDDLE, visit=-27, finish=-27, decide=-15, sign=-12, nominate=-10, result=-3),
    "to-nominate": replace(MIDDLE, visit=-25, finish=-25, decide=-12, sign=-8),
    "nominated": replace(MIDDLE, visit=-30, finish=-30, decide=-20, sign=-16, nominate=-14),
    "running-notice": EARLY, "objection-open": EARLY, "objection-dismissed": EARLY, "objection-upheld": EARLY,
    "to-issue": EARLY, "issued": EARLY, "published": EARLY,
}
"""When the case of each ending does what."""

PACES_OF: dict[tuple[str, str], Pace] = {
    ("national", "supplementing"): Pace(open=-24, submit=-20, endorse=-16, admit=-12),
    ("municipal", "screening"): Pace(open=-24, submit=-20, endorse=-13, admit=0),
    ("municipal", "correcting"): Pace(open=-24, submit=-20, endorse=-11, admit=0),
}
"""Cases that are late: somebody's deadline has passed."""

_EVERYWHERE = (
    "withdrawn", "recommending", "correcting", "not-recommended", "screening", "supplementing", "ineligible", "reviewing",
    "not-passed", "visiting", "rectifying", "deciding", "running-notice", "objection-upheld", "published",
)
ENDS: dict[str, tuple[str, ...]] = {
    "national": (*_EVERYWHERE, "draft-signed", "candidate", "to-assign", "assigned", "to-moderate", "to-appoint",
                 "objected", "to-nominate", "nominated", "ready"),
    "municipal": (*_EVERYWHERE, "draft-ready", "recommending-begun", "to-assign", "reviewing-begun", "to-conclude",
                  "countersigning", "half-signed", "ready", "objection-dismissed"),
    "water-saving": (*_EVERYWHERE, "draft-begun", "draft-ready", "recommending-begun", "corrected", "supplied", "to-assign",
                     "assigned", "to-moderate", "to-conclude", "to-appoint", "to-plan", "visiting-begun", "rechecking",
                     "countersigning", "ready", "objection-open", "objection-dismissed", "to-issue", "issued"),
}
"""Where the living cases of each scheme end: every stage in each of them, the small steps between spread over all."""

RECTIFIED = frozenset({"rectifying", "rechecking", "published"})


VISITED = frozenset({"visiting", "visiting-begun", "to-appoint", "to-plan", *RECTIFIED})
"""Endings that a case only comes to if it is visited."""


def plans(scheme: str, *, used: int, year: int) -> list[Plan]:
    """The living cases of one scheme; `used` application numbers of the running round's `year` are given already."""
    found = []
    for end in ENDS[scheme]:
        pace = PACES_OF.get((scheme, end), PACES[end])
        running = pace.open < OPEN_SINCE
        if running and scheme == "national":
            # a year of creation lies between the candidate list and the review
            pace = replace(pace, open=seasons.RUNNING_NATIONAL.opens + 3, submit=-510, endorse=-494)
        found.append(Plan(scheme=scheme, round="running" if running else "open", end=end, pace=pace,
                          lean=-0.17 if end == "not-passed" else 0.0, disagree=end == "to-moderate",
                          rectify=end in RECTIFIED))
    edition = editions.get(seasons.EDITIONS[scheme])
    if edition.process.visits is Visits.ALL:
        return found
    return [one for one in found if one.round == "open"] + _drawn(
        edition, [one for one in found if one.round == "running"], used=used, year=year)


def _drawn(edition: Scheme, running: list[Plan], *, used: int, year: int) -> list[Plan]:
    """Put the running cases into the order of their numbers in which those that need a visit are drawn for one."""
    visited = [one for one in running if one.end in VISITED]
    others = [one for one in running if one.end not in VISITED]
    placed = []
    for slot in range(len(running)):
        number = edition.certificate.application_pattern.format(year=year, serial=used + slot + 1)
        drawn = is_drawn(number, share=edition.process.sample_share)
        chosen = (visited or others) if drawn or not others else others
        one = chosen.pop(0)
        placed.append(replace(one, slot=slot, pace=replace(one.pace, open=seasons.RUNNING.opens + 1)))
    return placed


OPEN_SINCE = seasons.OPEN.opens
PUBLISHED = 1
"""How many living cases of each scheme end with a certificate in the directory."""


def life(journey: Journey) -> Story:
    """Everything that happens to a case, in order, until its story ends."""
    for chapter in (applying.apply, admitting.recommend, admitting.screen, admitting.assign, judging.review, judging.visit,
                    judging.decide):
        yield from chapter(journey)
        if journey.over:
            return


def notice(world: World, journeys: Sequence[Journey], *, offset: int, ends: Iterable[str]) -> Story:
    """The officer puts the cases that are ready on public notice."""
    yield world.days.at(offset, 10)
    wanted = frozenset(ends)
    cases = [one.case for one in journeys if one.plan.end in wanted]
    if not cases:
        return
    scheme = editions.get(cases[0].edition)
    basis = phrases.NATIONAL_BASIS if scheme.process.nomination else phrases.BASIS
    announcing.publish(
        cases, by=world.person("officer"), title=phrases.TITLE.format(year=now().year, scheme=scheme.name),
        basis=basis.format(basis=scheme.basis[0], scheme=scheme.name), contact_office=CONTACT[0],
        contact_phone=CONTACT[1], contact_address=CONTACT[2])


OBJECTORS = (("person", "示例群众甲", "023-0000 0101"), ("organisation", "重庆市示例社区居民委员会", "023-0000 0102"),
             ("person", "示例群众乙", "023-0000 0103"))


def objection(world: World, journey: Journey, *, offset: int, answered: int | None, uphold: bool = False) -> Story:
    """Somebody objects to a case on notice; the officer answers some days later, or has not yet."""
    yield world.days.at(offset, 14)
    entry = world.session.scalars(select(NoticeEntry).where(NoticeEntry.application_id == journey.number)).one()
    facts, reply = texts.objection(journey.rng)
    party, name, phone = OBJECTORS[journey.rng.randrange(len(OBJECTORS))]
    made = announcing.object_to(entry, party=party, name=name, phone=phone, address="重庆市示例二路2号", facts=facts)
    number = made.id
    if answered is None:
        return
    yield world.days.at(answered, 15)
    row = world.session.get_one(Objection, number)
    if uphold:
        announcing.uphold(row, by=world.person("officer"),
                          answer="经现场核查，反映的用水计量缺失问题属实，该单位本次认定终止，整改后可重新申报。")
    else:
        announcing.dismiss(row, by=world.person("officer"), answer=reply)


def certificates(world: World, journey: Journey, *, offset: int, publish: bool) -> Story:
    """The officer issues a certificate, and puts it into the directory."""
    yield world.days.at(offset, 10)
    certifying.issue(journey.case, by=world.person("officer"))
    if publish:
        yield world.days.at(offset, 16)
        certifying.publish(journey.case, by=world.person("officer"))


def office(world: World, journeys: Sequence[Journey]) -> list[Story]:
    """What the bureau does with the announced cases of one scheme: a finished notice, a running one, one not yet."""
    by_end = {one.plan.end: one for one in journeys}
    told: list[Story] = []
    if "objection-open" in by_end:
        told.append(objection(world, by_end["objection-open"], offset=-18, answered=None))
    if "objection-dismissed" in by_end:
        told.append(objection(world, by_end["objection-dismissed"], offset=-19, answered=-12))
    if "issued" in by_end:
        told.append(certificates(world, by_end["issued"], offset=-3, publish=False))
    finished = ("objection-open", "objection-dismissed", "objection-upheld", "to-issue", "issued", "published")
    return [
        *told,
        notice(world, journeys, offset=-21, ends=finished),
        notice(world, journeys, offset=-2, ends=("running-notice",)),
        objection(world, by_end["objection-upheld"], offset=-18, answered=-9, uphold=True),
        certificates(world, by_end["published"], offset=-4, publish=True),
    ]
