"""A small city for the matrix: five institutions, a person of every role, and a case at every stage for each relation."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from portal import clock, editions, filing, lifecycle, uploads
from portal.db import db, transaction
from portal.domain.self_report import chapters
from portal.domain.workflow import Role, Stage
from portal.models.application import Application, Correction
from portal.models.decision import Nomination
from portal.models.evidence import Evidence, File, Picture
from portal.models.institution import Institution
from portal.models.job import Message
from portal.models.notice import ObjectionFile, PublicNotice
from portal.models.person import Person
from portal.models.recommendation import PreliminaryScore, Recommendation
from portal.models.review import Clarification, SheetScore
from portal.models.round import Round
from portal.models.visit import (
    Finding,
    RivalNote,
    SamplePoint,
    SiteScore,
    Visit,
    VisitMember,
    VisitPhoto,
    VisitSignature,
)
from portal.models.work import Work, WorkRow
from tests.make import Make
from tests.papers import picture
from tests.stages import late

WATER, ENERGY, NATIONAL = "water-saving-2013", "municipal-2016", "national-2017"
OWN, OTHER, FOREIGN = "own", "other", "foreign"
RELATIONS = (OWN, OTHER, FOREIGN)
HOUSES = {OWN: "重庆市渝北区甲中学校", OTHER: "重庆市渝北区乙中学校", FOREIGN: "重庆市万州区丙中学校"}
AFTER_RECOMMENDATION = set(Stage) - {Stage.DRAFT, Stage.RECOMMENDING, Stage.CORRECTING}

Parts = dict[str, Any]


@dataclass
class City:
    """Everybody and everything: `people` by persona, `cases` by (kind, relation) with the ids of their parts."""

    make: Make
    people: dict[str, Person] = field(default_factory=dict)
    houses: dict[str, Institution] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    files: dict[tuple[int, int], File] = field(default_factory=dict)
    cases: dict[tuple[str, str], Parts] = field(default_factory=dict)
    common: Parts = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    sign_ins: dict[str, str] = field(default_factory=dict)

    def staff(self, role: str, relation: str) -> Person:
        """Who holds a case's role: the persona for the own case, somebody else for the others."""
        return self.people[role if relation == OWN else f"another {role}"]

    def round(self, kind: str, edition: str) -> Round:
        """The round of one kind of case, so that an institution can have a case of every kind."""
        if kind not in self.rounds:
            self.rounds[kind] = self.make.round(edition)
        return self.rounds[kind]

    def file(self, house: Institution, n: int = 0) -> File:
        """A picture in the institution's library, with its preview; `n` counts those that answer one request together."""
        if (house.id, n) not in self.files:
            data = picture("JPEG", f"{house.name} {n}")
            with transaction() as session:
                sha256, size, store = filing.keep_bytes(data)
                row = File(sha256=sha256, size=size, mime="image/jpeg", kind="image", name="佐证材料.jpg", store=store, pages=1,
                           preview="ready", institution_id=house.id, uploaded_by_id=None, uploaded_at=clock.now())
                row.pictures = [Picture(page=page, sha256=sha256, size=size, mime="image/jpeg", store=store) for page in (0, 1)]
                session.add(row)
            self.files[house.id, n] = row
        return self.files[house.id, n]


def found(make: Make) -> City:
    """The city with its people and cases, in one database."""
    city = City(make)
    _people(city)
    for kind, build in KINDS.items():
        for relation in RELATIONS:
            house = city.houses[f"{kind.partition('@')[2] or ''}{relation}"]
            city.cases[kind, relation] = build(city, kind, house, relation)
    _common(city)
    city.ids = {name: person.id for name, person in city.people.items()}
    city.sign_ins = {name: person.sign_in for name, person in city.people.items()}
    return city


# --- people


def _people(city: City) -> None:
    make = city.make
    school, one = make.department("市教育委员会"), make.person
    superior = make.institution(name="重庆市渝北区教育局", type="government")
    for relation, name in HOUSES.items():
        city.houses[relation] = make.institution(name=name, division="500101" if relation == FOREIGN else "500112",
                                                 superior=superior if relation == OWN else None)
    city.houses["department" + OWN] = make.institution(name="重庆市直属丁中学校", department=school)
    city.houses["department" + OTHER] = make.institution(name="重庆市直属戊中学校", department=school)
    city.houses["department" + FOREIGN] = make.institution(name="重庆市渝北区己中学校")
    own, people = city.houses[OWN], city.people
    for relation in RELATIONS:
        house = city.houses[relation]
        name = {OWN: "", OTHER: "another ", FOREIGN: "foreign "}[relation]
        people[f"{name}applicant"], people[f"{name}signatory"] = make.applicant(house), make.signatory(house)
    for relation in RELATIONS:
        make_house = city.houses["department" + relation]
        people[f"department {relation} applicant"] = make.applicant(make_house)
    people["recommender of a district"] = one(Role.RECOMMENDER, division="500112")
    people["recommender of a department"] = one(Role.RECOMMENDER, department=school)
    for role in (Role.OFFICER, Role.MODERATOR, Role.LEADER, Role.ADMINISTRATOR, Role.AUDITOR):
        people[role.value] = one(role)
    for role in (Role.EXPERT, Role.TEAM_LEADER, Role.INSPECTOR):
        people[role.value], people[f"another {role.value}"] = one(role), one(role)
    for body in ("water", "water-office", "drc", "finance"):
        people[f"countersigner ({body})"] = one(Role.COUNTERSIGNER, authority=body)
    # people for whom another rule holds
    people["officer of the superior body"] = one(Role.OFFICER, employer=superior)
    people["moderator of the institution"] = one(Role.MODERATOR, employer=own)
    people["leader of the institution"] = one(Role.LEADER, employer=own)
    people["countersigner of the institution"] = one(Role.COUNTERSIGNER, authority="water", employer=own)
    people["expert of the institution"] = one(Role.EXPERT, employer=own)
    people["inspector of the institution"] = one(Role.INSPECTOR, employer=own)
    people["officer who scores the case"] = one(Role.OFFICER, Role.EXPERT)
    people["moderator who scores the case"] = one(Role.MODERATOR, Role.EXPERT)
    people["leader who scored the case"] = one(Role.LEADER, Role.EXPERT)
    people["administrator who scores the case"] = one(Role.ADMINISTRATOR, Role.EXPERT)
    people["officer who recommended the case"] = one(Role.OFFICER, Role.RECOMMENDER, division="500112")
    people["officer with a first password"] = one(Role.OFFICER)
    people["deactivated officer"] = one(Role.OFFICER)
    people["officer whose role was taken back"] = one(Role.OFFICER)
    people["officer whose session ended"] = one(Role.OFFICER)
    people["somebody administered"] = one(Role.OFFICER)


SCORING = ("officer who scores the case", "moderator who scores the case", "leader who scored the case",
           "administrator who scores the case")


# --- cases: each builder gives the ids of what it made


def _case(city: City, kind: str, house: Institution, relation: str, *, stage: Stage, edition: str = WATER, signed: bool = True,
          whole: bool = False, **values: Any) -> tuple[Application, Parts]:
    department = "department" in kind
    prefix = f"department {relation} " if department else {OWN: "", OTHER: "another ", FOREIGN: "foreign "}[relation]
    operator = city.people[f"{prefix}applicant"]
    scheme, round_ = editions.get(edition), city.round(kind, edition)
    given = {"report": {one.key: "本单位按照标准逐项开展创建工作，情况属实。" * 3 for one in chapters(scheme.id)}} | values
    if signed:
        given |= {"signed_by_id": city.people[f"{prefix}signatory" if not department else "signatory"].id,
                  "signed_at": clock.now()}
    case = city.make.application(stage=stage, edition=edition, round=round_, institution=house, operator=operator,
                                 complete=True, **given)
    file, asked = city.file(house), list(scheme.evidence_requests(house.type))
    body = city.people["recommender of a district"]
    with transaction() as session:
        bound = [Evidence(application_id=case.id, item_id=owner.id, request_id=request.id, file=city.file(house, n),
                          bound_by_id=operator.id, bound_at=clock.now())
                 for owner, request in (asked if whole else asked[:1]) for n in range(max(1, request.least))]
        session.add_all(bound)
        if stage in AFTER_RECOMMENDATION:
            session.add(Recommendation(application_id=case.id, recommender_id=body.id, outcome="endorsed", rank=1,
                                       body=house.division.name, opinion="同意推荐。", given_at=clock.now()))
            _preliminary(case, body)
        session.flush()
        first = bound[0]
        items = scheme.items(house.type)
        typed = next(one for one in items if one.formula is None)
        parts = {"case": case.id, "round": round_.id, "edition": edition, "evidence": first.id, "file": file.id,
                 "place": first.item_id, "request": first.request_id, "item": typed.id, "points": str(typed.points),
                 "house": house.id, "revision": sum(one.revision for one in case.answers if one.met is not None), "body": f"d{house.department_id}" if house.department_id else f"v{house.division_code}"}
    return case, parts


def _preliminary(case: Application, by: Person) -> None:
    scheme = editions.get(case.edition)
    db.session.add_all(PreliminaryScore(application_id=case.id, item_id=item.id, points=item.points, scored_by_id=by.id,
                                        scored_at=clock.now()) for item in scheme.items(case.institution.type))


def _draft(city: City, kind: str, house: Institution, relation: str, **values: Any) -> Parts:
    case, parts = _case(city, kind, house, relation, **({"stage": Stage.DRAFT} | values))
    with transaction() as session:
        asked = Correction(application_id=case.id, desk="recommend", item_id=parts["item"], reason="请补充说明。",
                           asked_by_id=city.people["recommender of a district"].id, asked_at=clock.now())
        if case.stage is Stage.CORRECTING:
            session.add(asked)
            session.flush()
            parts["correction"] = asked.id
    data, by = picture("JPEG", f"upload {case.id}"), case.operator
    for token, size in (("token", 1000), ("whole-token", len(data))):
        upload, _fresh = uploads.begin(case, item_id=parts["place"], request_id=parts["request"], name=f"{token}.jpg", size=size,
                                       modified="", by=by)
        parts[token] = upload.token
    uploads.receive(upload, data, offset=0)
    return parts


def _plain(city: City, kind: str, house: Institution, relation: str, *, scored: bool = False, **values: Any) -> Parts:
    case, parts = _case(city, kind, house, relation, **values)
    if scored:
        with transaction():
            _preliminary(case, city.people["recommender of a district"])
    return parts


def _review(city: City, kind: str, house: Institution, relation: str, *, state: str = "open", edition: str = WATER) -> Parts:
    """Three sheets (open, all scored, sealed, or sealed and contradicting), a question, and sheets of the tied and the twofold."""
    case, parts = _case(city, kind, house, relation, stage=Stage.REVIEWING, edition=edition)
    shares = ("0.6", "1", "1") if state == "contradicting" else ("1", "1", "1")
    people = [city.staff("expert", relation)]
    if relation == OWN:
        people += [city.people[name] for name in (*SCORING, "expert of the institution")]
    while len(people) < 3:
        people.append(city.make.person(Role.EXPERT))
    sealed = state in {"sealed", "contradicting"}
    sheets = [city.make.sheet(case, expert=person, sealed=sealed, share=shares[n % 3]) for n, person in enumerate(people)]
    with transaction() as session:
        if state == "scored":
            session.add_all(SheetScore(sheet_id=sheet.id, item_id=item.id, points=item.points, reason="核对材料。",
                                       updated_at=clock.now())
                            for sheet in sheets for item in editions.get(edition).items(house.type))
        if sealed:
            from portal.stages.review import bench

            result = bench.outcome(case, sheets)
            case.review_result, case.review_spread = result.total, result.combined.spread if result.combined else None
        asked = Clarification(application_id=case.id, sheet_id=sheets[0].id, item_id=parts["item"], question="请说明。",
                              asked_by_id=people[0].id, asked_at=clock.now())
        session.add(asked)
        session.flush()
        parts |= {"sheet": sheets[0].id, "question": asked.id}
    return parts


def _visit(city: City, kind: str, house: Institution, relation: str, *, stage: Stage = Stage.VISITING, appointed: bool = True,
           reported: bool = False, late: bool = False, edition: str = WATER, **values: Any) -> Parts:
    """A visit with everything that a team records, at the present stage of its problems."""
    case, parts = _case(city, kind, house, relation, stage=stage, edition=edition, review_result=Decimal(95), **values)
    city.make.sheet(case, expert=city.staff("expert", relation), sealed=True, share="1")
    if relation == OWN:
        for name in SCORING:
            city.make.sheet(case, expert=city.people[name], sealed=True, share="1")
    if not appointed:
        return parts
    leader, member = city.staff("team-leader", relation), city.staff("inspector", relation)
    team = [VisitMember(person_id=leader.id, leads=True), VisitMember(person_id=member.id)]
    if relation == OWN:
        team.append(VisitMember(person_id=city.people["inspector of the institution"].id))
    now, file, by = clock.now(), city.file(house), member.id
    with transaction() as session:
        visit = Visit(application_id=case.id, turn=1, planned_on=clock.today(), place="示例路1号", members=team, seed="1",
                      appointed_by_id=city.people["officer"].id, appointed_at=now)
        session.add(visit)
        session.flush()
        for item in editions.get(edition).items(house.type):
            visit.site_scores.append(SiteScore(item_id=item.id, found="true", points=item.points, noted_by_id=by, noted_at=now))
        for at in range(12):
            session.add(SamplePoint(visit_id=visit.id, place=f"教学楼{at}层", fixture="水嘴", sound=True, noted_by_id=by, noted_at=now))
        rectify = stage is Stage.RECTIFYING
        told = {"report": "已更换。", "reported_at": now} if reported else {}
        problem = Finding(visit_id=visit.id, item_id=parts["item"], what="水嘴滴漏", demand="更换阀芯", owner="后勤科",
                          due_on=clock.today() + timedelta(days=10), found_by_id=by, found_at=now, **told)
        session.add(problem)
        session.flush()
        rival = RivalNote(visit_id=visit.id, item_id=parts["item"], found="partly", points=Decimal(0), noted_by_id=leader.id, noted_at=now)
        photos = [VisitPhoto(visit_id=visit.id, item_id=parts["item"], finding_id=problem.id if phase != "site" else None, phase=phase,
                             file_id=file.id) for phase in ("site", "before", "after")]
        signature = VisitSignature(visit_id=visit.id, person_id=by, name=member.name, digest="0" * 64, file_id=file.id,
                                   witness_id=by, signed_at=now)
        session.add_all([rival, *photos, signature])
        if rectify:
            visit.verdict, visit.verdict_reason, visit.verdict_by_id, visit.verdict_at = "rectify", "请整改。", leader.id, now
            case.due_at = now + timedelta(days=-1 if late else 10)
            lifecycle.append("require-rectification", by=leader, role="team-leader", case=case, before="visiting",
                             after="rectifying", reason="请整改。", detail={"findings": [problem.id]})
        session.flush()
        parts |= {"finding": problem.id, "rival": rival.id, "photo": photos[0].id, "finding-photo": photos[1].id,
                  "signature": signature.id, "sample": session.query(SamplePoint).filter_by(visit_id=visit.id).first().id}  # type: ignore[union-attr]
    return parts


def _decision(city: City, kind: str, house: Institution, relation: str, *, agreed: bool | None = None, made: bool = True,
              stage: Stage = Stage.DECIDING, edition: str = WATER, outcome: str | None = None) -> Parts:
    """A case at the decision: undecided, waiting for countersignatures, or agreed; a national one nominated."""
    _case_, parts = _case(city, kind, house, relation, stage=stage, edition=edition)
    case = db.session.get_one(Application, parts["case"])
    experts = [city.staff("expert", relation), *(city.people[name] for name in SCORING if relation == OWN)]
    while len(experts) < editions.get(edition).process.experts:
        experts.append(city.make.person(Role.EXPERT))
    for person in experts:
        city.make.sheet(case, expert=person, sealed=True, share="1")
    with transaction() as session:
        case.review_result, case.review_spread, case.site_total = Decimal(100), Decimal(0), Decimal(100)
        leader, member = city.staff("team-leader", relation), city.staff("inspector", relation)
        session.add(Visit(application_id=case.id, turn=1, planned_on=clock.today(), place="示例路1号", verdict="accepted",
                          members=[VisitMember(person_id=leader.id, leads=True), VisitMember(person_id=member.id)],
                          appointed_by_id=city.people["officer"].id, appointed_at=clock.now(), verdict_at=clock.now()))
        if made:
            _decided(case, city.people["leader"], agreed=agreed)
        if outcome is not None:
            session.add(Nomination(application_id=case.id, sent_at=clock.now(), outcome=outcome))
    return parts


def _decided(case: Application, leader: Person, *, agreed: bool | None) -> None:
    from portal.models.decision import Countersignature, Decision

    row = Decision(application_id=case.id, leader_id=leader.id, outcome="pass", result=Decimal(100), grounds={}, decided_at=clock.now())
    for body in editions.get(case.edition).process.countersigners:
        row.countersignatures.append(Countersignature(authority=body.id, agreed=agreed, signed_at=clock.now() if agreed else None))
    db.session.add(row)


def _announced(city: City, kind: str, house: Institution, relation: str, *, over: bool = False) -> Parts:
    parts = _decision(city, kind, house, relation, agreed=True, stage=Stage.ANNOUNCED)
    case = db.session.get_one(Application, parts["case"])
    notice: PublicNotice = late.on_notice(city.make, over=over, cases=(case,))
    parts |= {"notice": notice.id, "notice-number": notice.number, "entry": notice.entries[0].id}
    if not over:
        objection = late.objection(notice)
        file = city.file(house)
        with transaction() as session:
            session.add(ObjectionFile(objection_id=objection.id, file_id=file.id))
        parts |= {"objection": objection.id, "receipt": objection.receipt}
    return parts


def _titled(city: City, kind: str, house: Institution, relation: str, *, stage: Stage = Stage.CERTIFIED, **values: Any) -> Parts:
    parts = _decision(city, kind, house, relation, agreed=True, stage=stage)
    case = db.session.get_one(Application, parts["case"])
    ended, ready, over = values.get("ended_as", ""), values.get("published", True), values.get("over", False)
    from portal.domain import certificate as rules
    from portal.models.certificate import Certificate

    scheme, day = editions.get(case.edition), clock.today() - timedelta(days=400)
    with transaction() as session:
        serial = session.query(Certificate).count() + 501
        row = Certificate(
            number=rules.number(scheme.certificate.number_pattern, year=day.year, serial=serial),
            verify_code=rules.verify_code(f"seed of {serial}".encode()), scheme=scheme.id, edition=case.edition, year=day.year,
            serial=serial, application_id=case.id, institution_id=house.id, holder=house.name, holder_short=house.short_name,
            institution_type=house.type, division_code=house.division_code, division=house.division.name,
            title=scheme.certificate.title, issued_on=day,
            expires_on=clock.today() - timedelta(days=3) if over else rules.validity_end(day, years=scheme.process.validity_years),
            published_at=clock.now() if ready else None, reverifying=stage is Stage.REVERIFYING, ended_as=ended,
            ended_on=clock.today() if ended else None, ended_reason="查实弄虚作假。" if ended else "")
        session.add(row)
        session.flush()
        parts |= {"verify": row.verify_code, "certificate": row.id}
    return parts


_HERE: dict[str, Callable[..., Parts]] = {
    "draft": partial(_draft, signed=False, whole=True),
    "draft-signed": partial(_draft, whole=True),
    "correcting": partial(_draft, stage=Stage.CORRECTING, signed=False, whole=True),
    "recommending": partial(_plain, stage=Stage.RECOMMENDING),
    "recommending-scored": partial(_plain, stage=Stage.RECOMMENDING, scored=True),
    "recommended": partial(_plain, stage=Stage.SCREENING, whole=True),
    "candidate": partial(_plain, stage=Stage.CANDIDATE, edition=NATIONAL),
    "reviewing": partial(_review, edition=WATER),
    "short": partial(_plain, stage=Stage.REVIEWING),
    "scored": partial(_review, state="scored"),
    "sealed": partial(_review, state="sealed"),
    "contradicting": partial(_review, state="contradicting"),
    "undrawn": partial(_visit, appointed=False, edition=ENERGY, drawn_for_visit=False),
    "visiting": _visit,
    "rectifying": partial(_visit, stage=Stage.RECTIFYING),
    "rectifying-late": partial(_visit, stage=Stage.RECTIFYING, late=True),
    "rectified": partial(_visit, stage=Stage.RECTIFYING, reported=True),
    "rechecking": partial(_visit, reported=True),
    "deciding": partial(_decision, made=False),
    "deciding-energy": partial(_decision, made=False, edition=ENERGY),
    "decided": _decision,
    "decided-energy": partial(_decision, edition=ENERGY),
    "to-nominate": partial(_decision, agreed=True, edition=NATIONAL),
    "nominated": partial(_decision, agreed=True, edition=NATIONAL, stage=Stage.NOMINATED, outcome=""),
    "to-announce": partial(_decision, agreed=True),
    "announced": _announced,
    "over": partial(_announced, over=True),
    "certified": _titled,
    "unpublished": partial(_titled, published=False),
    "term-over": partial(_titled, over=True),
    "reverifying": partial(_titled, stage=Stage.REVERIFYING),
    "revoked": partial(_titled, stage=Stage.REVOKED, ended_as="revoked"),
}
KINDS: dict[str, Callable[..., Parts]] = _HERE | {
    f"{kind}@department": _HERE[kind] for kind in ("recommending", "recommending-scored", "recommended")}


# --- what belongs to no case


def _common(city: City) -> None:
    people, make = city.people, city.make
    with transaction() as session:
        for name, person in list(people.items()):
            message = Message(person_id=person.id, text="withdrawn", values={"number": "测0001", "reason": "—"}, url="/messages",
                              created_at=clock.now())
            session.add(message)
            session.flush()
            city.common[f"message of {name}"] = message.id
        work = Work(kind="certificates-issue", person_id=people["officer"].id, created_at=clock.now(), finished_at=clock.now())
        session.add(work)
        session.flush()
        session.add(WorkRow(work_id=work.id, position=1, subject=1, label="一", state="done"))
        # the recommendation that binds its author is in the record
        for kind in KINDS:
            case = session.get_one(Application, city.cases[kind, OWN]["case"])
            if case.stage in AFTER_RECOMMENDATION:
                lifecycle.append("endorse", by=people["officer who recommended the case"], role=Role.RECOMMENDER.value, case=case)
        city.common["work"] = work.id
        subject = people["somebody administered"]
        people["officer with a first password"].first_password = True
        city.common |= {"person": subject.id, "grant": subject.grants[0].id, "sign-in": subject.sign_in}
    city.common["open-round"] = make.round(WATER).id
    closed = people["person closed"] = make.person(Role.OFFICER)
    with transaction() as session:
        session.get_one(Person, closed.id).active = False
    city.common["closed"] = closed.id


def taken_away(city: City) -> None:
    """After everybody signed in: one account is closed, one role is taken back."""
    with transaction() as session:
        session.get_one(Person, city.ids["deactivated officer"]).active = False
        for grant in list(session.get_one(Person, city.ids["officer whose role was taken back"]).grants):
            session.delete(grant)


def photo() -> io.BytesIO:
    """A photo to send."""
    return io.BytesIO(picture("JPEG", "sent"))
