"""One case's whole life, each step by its own person on the pages of its own desk."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal import clock, editions, jobs
from portal.db import db
from portal.domain.self_report import chapters
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.certificate import Certificate
from portal.models.person import Person
from portal.models.visit import Finding
from tests.journeys import midway
from tests.make import Make
from tests.papers import fitting, picture
from tests.walker import Walker

FULL = {"unit_metered": "10", "unit_total": "10", "sub_metered": "98", "sub_total": "100", "saving": "100",
        "total": "100", "leaking": "0", "makeup": "1", "circulating": "200", "recovered": "60", "steam": "100"}


class Life:
    """People, a round and an institution of one edition, and the steps of the case through all desks."""

    def __init__(self, app: Flask, make: Make, edition: str, travel: Callable[..., None]) -> None:
        self.app, self.make, self.travel = app, make, travel
        self.scheme = editions.get(edition)
        self.institution = make.institution(name="重庆市渝北区青禾镕䶮𬭎中学校")
        self.round = make.round(edition)
        one = make.person
        self.people: dict[str, Person] = {
            "applicant": make.applicant(self.institution), "signatory": make.signatory(self.institution),
            "recommender": one(Role.RECOMMENDER, division=self.institution.division_code),
            "officer": one(Role.OFFICER), "moderator": one(Role.MODERATOR), "leader": one(Role.LEADER),
            "team-leader": one(Role.TEAM_LEADER), "inspector": one(Role.INSPECTOR)}
        for n in range(self.scheme.process.experts):
            self.people[f"expert{n}"] = one(Role.EXPERT)
        for body in self.scheme.process.countersigners:
            self.people[body.id] = one(Role.COUNTERSIGNER, authority=body.id)
        self.walkers: dict[str, Walker] = {}
        self.number = 0

    @classmethod
    def at_stage(cls, app: Flask, make: Make, edition: str, travel: Callable[..., None], stage: Stage,
                 **more: Any) -> "Life":
        """A life whose case stands at a stage already, as rows; `more` as for `midway.arrive`."""
        life = cls(app, make, edition, travel)
        life.number = midway.arrive(life, stage, **more).id
        return life

    def at(self, who: str) -> Walker:
        """The walker of a person, signed in through the door on first use."""
        if who not in self.walkers:
            self.walkers[who] = Walker(self.app.test_client()).sign_in(self.people[who].sign_in)
        return self.walkers[who]

    def stranger(self) -> Walker:
        """Somebody of the public, not signed in."""
        return Walker(self.app.test_client())

    @property
    def case(self) -> Application:
        """The case's row as it is now."""
        db.session.rollback()
        return db.session.get_one(Application, self.number, populate_existing=True)

    @property
    def items(self) -> tuple[Any, ...]:
        """The items of this institution's type."""
        return self.scheme.items(self.institution.type)

    def is_at(self, stage: Stage) -> None:
        """The case stands at this stage; whatever the last deed queued is done."""
        assert self.case.stage == stage
        jobs.work_off()

    def has_ended(self, stage: Stage, words: str, reason: str, *, reader: str = "applicant") -> None:
        """The case is over: the institution reads on its page how and why, and has a message that says so."""
        self.is_at(stage)
        self.at(reader).open(f"/apply/{self.number}").sees(words, reason)
        self.was_told(reader, self.case.number, reason)
        assert not self.at(reader).links(f"/apply/{self.number}/withdraw")

    def was_told(self, who: str, *words: str) -> None:
        """A message to this person says all of this, and leads to a page of his or her own desk."""
        jobs.work_off()
        walker = self.at(who).open("/messages")
        entries = walker.page.xpath("//main//li[.//a[contains(@href, '/messages/')]]")
        found = [one for one in entries if all(word in " ".join(one.text_content().split()) for word in words)]
        assert found, f"{who} has no message with {words}: {walker.text[:800]}"
        walker.open(found[0].xpath(".//a/@href")[0])

    # --- the institution

    def start(self) -> None:
        """Open the case."""
        walker = self.at("applicant").open("/apply/")
        walker.follow(f"/apply/start/{self.round.id}").send(action=f"/apply/start/{self.round.id}")
        self.number = int(walker.url.split("/")[2].split("?")[0])

    def fill_in(self, **weaker: str) -> None:
        """Conditions, every item in full (or the points given by item id), every document, the self-report."""
        walker = self.at("applicant")
        walker.open(f"/apply/{self.number}/conditions").send(
            {f"met_{one.id}": "yes" for one in self.scheme.prerequisites}, action="/conditions")
        for item in self.items:
            values = {f"count_{count.id}": FULL[count.id] for count in item.counts}
            if item.formula is None:
                values["points"] = weaker.get(item.id, str(item.points))
            walker.open(f"/apply/{self.number}/items/{item.id}").send(values, action=f"/items/{item.id}")
        for owner, request in self.scheme.evidence_requests(self.institution.type):
            self.attach(owner.id, request)
        walker.open(f"/apply/{self.number}/report").send(
            {one.key: "本单位按照标准逐项开展创建工作，情况属实。" * 3 for one in chapters(self.scheme.id)}, action="/report")

    def attach(self, owner: str, request: Any, name: str = "") -> None:
        """Upload what one request asks for, several files at once, by the page's own form."""
        files = []
        for n in range(max(1, request.least)):
            data, filename = fitting(request.kinds, f"{name or request.name}{n or ''}")
            files.append((io.BytesIO(data), filename))
        walker = self.at("applicant")
        page = f"/apply/{self.number}/items/{owner}" if self.scheme.has_item(owner) else f"/apply/{self.number}/conditions"
        walker.open(page).send({"file": files}, action=f"/upload/{owner}/{request.id}")

    def sign_and_hand_in(self) -> None:
        """The head signs off (unless the signature still stands), the applicant hands in."""
        if self.case.signed_at is None:
            self.at("signatory").open(f"/apply/{self.number}/check").send({"agreed": "y"}, action="/sign-off")
        self.at("applicant").open(f"/apply/{self.number}/check").send(action="/hand-in")

    # --- district, bureau

    def recommend(self, share: Decimal = Decimal(1)) -> None:
        """Score every item and recommend."""
        walker = self.at("recommender").open("/recommend/").sees(self.institution.short_name)
        walker.open(f"/recommend/{self.number}").send(
            {f"points-{item.id}": str(self.to_step(item, share)) for item in self.items}, action="/scores")
        walker.open(f"/recommend/{self.number}/endorse").send({"opinion": "材料齐全，同意推荐。", "rank": "1"})

    @staticmethod
    def to_step(item: Any, share: Decimal) -> Decimal:
        """A share of an item's points, down to its step."""
        return (item.points * share / item.step).to_integral_value() * item.step

    def screen(self) -> None:
        """Admit, or list as candidate and let the institution report the creation period finished."""
        walker = self.at("officer").open("/screen/").sees(self.institution.short_name)
        walker.open(f"/screen/{self.number}/admit").send()
        if self.scheme.process.candidate_list:
            self.is_at(Stage.CANDIDATE)
            self.sign_and_hand_in()
        self.is_at(Stage.REVIEWING)

    def assign(self) -> None:
        """The proposal of the board, taken as it is."""
        board = f"/screen/assign/{self.round.id}"
        self.at("officer").open(f"{board}?seed=1").send(action=board).send(action=board)

    # --- experts and moderator

    def review(self, *shares: str) -> None:
        """Every expert scores all items at a share of the points and seals."""
        for n in range(self.scheme.process.experts):
            self.score_sheet(n, shares[n % len(shares)] if shares else "1")

    def score_sheet(self, n: int, share: str) -> None:
        """One expert scores all items at a share of the points and seals."""
        walker = self.at(f"expert{n}").open("/review/").sees(self.institution.name[:6])
        for item in self.items:
            walker.open(f"/review/{self.number}?item={item.id}")
            values = {"points": str(self.to_step(item, Decimal(share))), "reason": "核对佐证材料后评定。"}
            if walker.page.xpath("//input[@name='choice']"):
                values["choice"] = "other"
            walker.send(values, action=f"/items/{item.id}")
        walker.open(f"/review/{self.number}/seal").send({"deed": "seal"})

    def conclude_review(self) -> None:
        """The moderator concludes as passed."""
        walker = self.at("moderator").open("/moderate/").sees(self.institution.name[:6])
        walker.open(f"/moderate/{self.number}/conclude").send({"deed": "pass"})

    # --- visit

    def appoint(self) -> None:
        """The officer appoints the team; the leader plans."""
        walker = self.at("officer").open(f"/visit/{self.number}/team")
        walker.send({"leader": str(self.people["team-leader"].id), "members": [str(self.people["inspector"].id)]})
        self.at("team-leader").open(f"/visit/{self.number}/plan").send(
            {"on": (clock.today() + timedelta(days=3)).isoformat(), "place": "示例路1号", "attendees": "副校长、后勤主任"})

    def accept_or_visit(self) -> None:
        """On documents where the draw says so, else a visit."""
        if not self.case.drawn_for_visit:
            self.at("officer").open(f"/visit/{self.number}/accept-on-documents").send({"remark": "材料齐全"})
            return
        self.appoint()
        self.inspect()
        self.accept()

    def find_problem(self, what: str, item: str = "", *, days: int = 10) -> int:
        """A member of the team writes a problem down with a photo; gives its number."""
        self.at("inspector").open(f"/visit/{self.number}/findings/new").send({
            "what": what, "demand": "更换阀芯，杜绝滴漏", "owner": "后勤科", "item": item,
            "due_on": (clock.today() + timedelta(days=days)).isoformat(),
            "photos": [(io.BytesIO(picture("HEIF", "before")), "IMG_0007.heic")]})
        found: int = midway.rows(Finding)[-1].id
        return found

    def inspect(self) -> None:
        """The team finds every item as reported, looks at enough points and takes a photo."""
        walker = self.at("inspector")
        for item in self.items:
            walker.open(f"/visit/{self.number}/items/{item.id}").send(
                {"found": "true", "points": str(item.points)}, action=f"/items/{item.id}")
        for n in range(self.scheme.process.visit_points):
            walker.open(f"/visit/{self.number}/site").send(
                {"place": f"教学楼{n + 1}层", "fixture": "水嘴", "sound": "1"}, action="/samples")
        walker.open(f"/visit/{self.number}/site").send(
            {"photos": [(io.BytesIO(picture("HEIF", "site")), "IMG_0001.heic")]}, action="/photos")

    def accept(self) -> None:
        """The leader accepts."""
        self.at("team-leader").open(f"/visit/{self.number}/conclude").send({"outcome": "accept", "summary": "现场情况属实。"})

    # --- decision, notice, certificate

    def decide(self) -> None:
        """The leader decides, every co-authority agrees; a nomination is sent and its result recorded."""
        self.at("leader").open("/decide/").sees(self.institution.name[:6])
        self.at("leader").open(f"/decide/{self.number}").send({"remark": "同意"}, action="/decide")
        for body in self.scheme.process.countersigners:
            walker = self.at(body.id).open("/decide/")
            walker.open(f"/decide/{self.number}").send({}, action="/countersign")
        if self.scheme.process.nomination:
            self.at("officer").open(f"/decide/{self.number}").send({}, action="/nominate")
            self.is_at(Stage.NOMINATED)
            self.at("officer").open(f"/decide/{self.number}").send({"document": "国管节能〔2026〕1号"}, action="/named")

    def announce(self) -> int:
        """Put it on public notice; gives the notice's number."""
        walker = self.at("officer").open("/announce/").follow(f"/announce/new/{self.scheme.edition}")
        walker.send({"contact_office": "节能处", "contact_phone": "023-00000000", "contact_address": "示例路1号",
                     "cases": [str(self.number)]}).sees(self.institution.name)
        walker.send({"publish": "1"})
        from portal.models.notice import PublicNotice

        return db.session.scalars(select(PublicNotice.id).order_by(PublicNotice.id.desc())).first() or 0

    def issue(self) -> Certificate:
        """Issue and publish after the notice is over."""
        walker = self.at("officer").open(f"/certify/{self.number}")
        walker.send(action=f"/certify/{self.number}/issue")
        walker.open(f"/certify/{self.number}").send(action=f"/certify/{self.number}/publish")
        jobs.work_off()
        return db.session.scalars(select(Certificate).where(Certificate.application_id == self.number)).one()

    def until(self, stage: Stage) -> "Life":
        """Walk the straight way up to a stage."""
        steps: tuple[tuple[Stage, tuple[Callable[[], Any], ...]], ...] = (
            (Stage.DRAFT, (self.start, self.fill_in)), (Stage.RECOMMENDING, (self.sign_and_hand_in,)),
            (Stage.SCREENING, (self.recommend,)), (Stage.REVIEWING, (self.screen, self.assign)),
            (Stage.VISITING, (self.review, self.conclude_review)),
            (Stage.DECIDING, (self.accept_or_visit,)), (Stage.ANNOUNCED, (self.decide, self.announce)),
            (Stage.CERTIFIED, (lambda: self.travel(days=20), self.issue)))
        for reached, deeds in steps:
            for deed in deeds:
                deed()
            self.is_at(reached)
            if reached == stage:
                return self
        raise AssertionError(stage)
