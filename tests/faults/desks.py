"""Deeds of one button: hand in, withdraw, seal, issue, publish; and the long work of many certificates."""

import re
import time
from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import func, select

from portal.db import db, transaction
from portal.domain.workflow import Role, Stage
from portal.models.certificate import Certificate
from portal.models.job import Message
from portal.models.person import Person
from portal.models.review import Sheet
from portal.models.signature import Signature
from portal.models.work import Work, WorkRow
from portal.stages.apply import handing_in
from portal.stages.review import bench
from tests.faults.deeds import Deed, outside
from tests.journeys.life import Life
from tests.journeys.midway import judge
from tests.stages import late

BEFORE = (409,)
"""What a button says whose deed was done before."""
MANY = 5
TOLD = 6


def nobody_travels(**_step: float) -> None:
    raise AssertionError("time is not moved at a served instance")


class Press(Deed):
    """One button of one person on one case."""

    def button(self) -> tuple[str, dict[str, object]]:
        """Address and fields."""
        raise NotImplementedError

    def do(self) -> None:
        where, fields = self.button()
        self.answered = self.done(self.visitor.post(where, fields)).ok

    def again(self) -> None:
        where, fields = self.button()
        # the page may have gone with the deed: then nothing is left to press
        if self.visitor.page(self.page).status == 200:
            self.done(self.visitor.post(where, fields), otherwise=BEFORE)

    def enter(self) -> None:
        self.visitor.sign_in(self.sign_in).page(self.page)

    sign_in: str
    page: str
    number: int


class HandIn(Press):
    """Submit a complete, signed case: figures, self-score and dossier are frozen."""

    name = "submit"

    def prepare(self) -> None:
        life = Life.at_stage(self.at.app, self.cast, "water-saving-2013", nobody_travels, Stage.DRAFT)
        self.number, self.sign_in = life.number, life.people["applicant"].sign_in
        with transaction():
            case = self.case(self.number)
            case.dossier_digest, case.figures, case.self_total = "", {}, None
        self.page = f"/apply/{self.number}/check"

    def button(self) -> tuple[str, dict[str, object]]:
        return f"/apply/{self.number}/hand-in", {}

    def kept(self) -> bool:
        return self.case(self.number).stage == Stage.RECOMMENDING

    def check(self) -> None:
        case, told = self.case(self.number), self.events(self.number, "submit")
        self.same(case.stage, Stage.RECOMMENDING, "stage")
        self.same(len(told), 1, "events of submitting")
        digest = handing_in.digest_of(case)
        self.same((case.dossier_digest, [one.detail["dossier"] for one in told]), (digest, [digest]), "digest of the dossier")
        self.holds(bool(case.figures) and case.self_total is not None and case.submitted_at is not None, "not everything is frozen")
        self.same(self.messages(self.number, "to-recommend"), 1, "recommenders told")


class Withdraw(Press):
    """End a case: everybody of the institution is told and gets a mail."""

    name = "withdraw, with mail"

    def prepare(self) -> None:
        house = self.cast.institution()
        self.told = [self.cast.signatory(house).id for _ in range(TOLD)]
        applicant = self.cast.applicant(house)
        made = self.cast.application(stage=Stage.SCREENING, institution=house, operator=applicant)
        self.number, self.sign_in, self.page = made.id, applicant.sign_in, f"/apply/{made.id}/withdraw"

    def button(self) -> tuple[str, dict[str, object]]:
        return self.page, {"reason": "今年不再申报。"}

    def kept(self) -> bool:
        return self.case(self.number).stage == Stage.WITHDRAWN

    def follow(self) -> None:
        wait_for(self, lambda: self.mailed() == TOLD)

    def mailed(self) -> int:
        return db.session.scalar(select(func.count()).select_from(Message).where(
            Message.application_id == self.number, Message.mailed_at.is_not(None))) or 0

    def check(self) -> None:
        self.same(self.case(self.number).stage, Stage.WITHDRAWN, "stage")
        self.same(len(self.events(self.number, "withdraw")), 1, "events of withdrawing")
        people = sorted(db.session.scalars(select(Message.person_id).where(Message.application_id == self.number)))
        self.same(people, self.told, "people told")
        self.same(self.mailed(), TOLD, "mails noted as sent")


class Seal(Press):
    """Seal a sheet while others are open: nothing is concluded from it."""

    name = "seal a sheet"
    last = False

    def prepare(self) -> None:
        life = Life(self.at.app, self.cast, "water-saving-2013", nobody_travels)
        case = self.cast.application(stage=Stage.REVIEWING, complete=True, institution=life.institution, round=life.round,
                                     operator=life.people["applicant"])
        judge(life, case, ("0.95",) * life.scheme.process.experts, sealed=True)
        sheets = list(db.session.scalars(select(Sheet).where(Sheet.application_id == case.id).order_by(Sheet.id)))
        self.number, self.sheet, self.wanted = case.id, sheets[-1].id, sheets[-1].total
        self.sign_in = db.session.get_one(Person, sheets[-1].expert_id).sign_in
        with transaction():
            for one in sheets[-1:] if self.last else sheets[-2:]:
                one.state, one.sealed_at, one.total = "assigned", None, None
                for score in one.scores:
                    score.reason = "核对佐证材料后评定。"
            case.review_result = case.review_spread = None
        self.page = f"/review/{self.number}/seal"

    def button(self) -> tuple[str, dict[str, object]]:
        return self.page, {"deed": "seal", "comment": "核对完毕。"}

    def kept(self) -> bool:
        db.session.rollback()
        return db.session.get_one(Sheet, self.sheet, populate_existing=True).state == "sealed"

    def check(self) -> None:
        self.holds(self.kept(), "not sealed")
        case, sheet = self.case(self.number), db.session.get_one(Sheet, self.sheet)
        told = [one for one in self.events(self.number, "seal") if one.detail["sheet"] == self.sheet]
        self.same(len(told), 1, "events of sealing")
        self.same((sheet.total, [Decimal(one.detail["total"]) for one in told]), (self.wanted, [self.wanted]), "total")
        sheets = list(db.session.scalars(select(Sheet).where(Sheet.application_id == self.number)))
        result = bench.outcome(case, sheets).total if self.last else None
        self.same(case.review_result, result, "result of the case")
        self.same(self.messages(self.number, "to-conclude-review"), int(self.last), "moderators told")


class SealLast(Seal):
    """Seal the last sheet: the case gets its result, the moderators are told."""

    name = "seal the last sheet"
    last = True


class Issuing(Press):
    """What one certificate must be like."""

    def free(self, count: int) -> list[int]:
        """So many cases whose notice is over."""
        round_ = self.cast.round()
        cases = [late.decided(self.cast, round=round_, stage=Stage.ANNOUNCED) for _ in range(count)]
        late.on_notice(self.cast, over=True, cases=tuple(cases))
        return [one.id for one in cases]

    def signed(self, numbers: list[int]) -> int:
        return db.session.scalar(select(func.count()).select_from(Signature).join(
            Certificate, Certificate.id == Signature.certificate_id).where(Certificate.application_id.in_(numbers))) or 0

    def is_certified(self, number: int) -> None:
        """Certified with one certificate, one event that names it, one signature of the paper."""
        case, told = self.case(number), self.events(number, "issue")
        rows = list(db.session.scalars(select(Certificate).where(Certificate.application_id == number)))
        self.same((case.stage, len(rows), len(told)), (Stage.CERTIFIED, 1, 1), "stage, certificates, events of issuing")
        self.same([one.detail["number"] for one in told], [one.number for one in rows], "number in the record")
        signatures = list(db.session.scalars(select(Signature.paper_sha256).where(
            Signature.certificate_id.in_([one.id for one in rows]))))
        self.same(signatures, [one.paper_sha256 for one in rows], "papers signed")
        self.same(self.messages(number, "certified"), 1, "institutions told")


class Issue(Issuing):
    """Issue one certificate."""

    name = "issue"

    def prepare(self) -> None:
        self.number = self.free(1)[0]
        self.page, self.sign_in = f"/certify/{self.number}", officer(self).sign_in

    def button(self) -> tuple[str, dict[str, object]]:
        return f"/certify/{self.number}/issue", {}

    def follow(self) -> None:
        wait_for(self, lambda: self.signed([self.number]) == 1)

    def kept(self) -> bool:
        return self.case(self.number).stage == Stage.CERTIFIED

    def check(self) -> None:
        self.is_certified(self.number)


class IssueMany(Issuing):
    """Issue several as long work: the worker does it row by row, then draws and signs the papers."""

    name = "issue many (worker)"

    def prepare(self) -> None:
        self.numbers = self.free(MANY)
        self.page, self.sign_in = "/certify/", officer(self).sign_in

    def button(self) -> tuple[str, dict[str, object]]:
        return "/certify/bulk/issue", {"case": self.numbers, "confirmed": "1"}

    def follow(self) -> None:
        wait_for(self, lambda: self.signed(self.numbers) == MANY)

    def works(self) -> list[Work]:
        db.session.rollback()
        return list(db.session.scalars(select(Work).where(Work.id.in_(
            select(WorkRow.work_id).where(WorkRow.subject.in_(self.numbers))))))

    def kept(self) -> bool:
        return bool(self.works())

    def again(self) -> None:
        # what is under way or done is not offered again
        form = re.search(r'<form[^>]*action="/certify/bulk/issue".*?</form>', self.visitor.page(self.page).text, re.DOTALL)
        offered = {int(one) for one in re.findall(r'name="case" value="(\d+)"', form[0] if form else "")}
        if offered & set(self.numbers):
            self.same(offered & set(self.numbers), set(self.numbers), "cases offered again")
            self.do()

    def check(self) -> None:
        works = self.works()
        self.same(len(works), 1, "pieces of long work")
        rows = [row for one in works for row in db.session.scalars(select(WorkRow).where(WorkRow.work_id == one.id))]
        self.same([row.state for row in rows], ["done"] * MANY, "rows of the report")
        self.holds(all(one.finished_at for one in works), "the work is not marked as finished")
        for number in self.numbers:
            self.is_certified(number)


class Publish(Press):
    """Put a certificate into the directory."""

    name = "publish"

    def prepare(self) -> None:
        self.number = late.certified(self.cast, published=False).application_id
        self.page, self.sign_in = f"/certify/{self.number}", officer(self).sign_in

    def button(self) -> tuple[str, dict[str, object]]:
        return f"/certify/{self.number}/publish", {}

    def row(self) -> Certificate:
        db.session.rollback()
        return db.session.scalars(select(Certificate).where(Certificate.application_id == self.number)).one()

    def kept(self) -> bool:
        return self.row().published_at is not None

    def check(self) -> None:
        self.holds(self.kept(), "not published")
        self.same(len(self.events(self.number, "publish-certificate")), 1, "events of publishing")
        page = self.visitor.ask("GET", f"/verify/{self.row().verify_code}")
        self.same(page.status, 200, "the page of its verification")


def officer(deed: Deed) -> Person:
    return deed.cast.person(Role.OFFICER)


def wait_for(deed: Deed, what: Callable[[], bool], within: float = 60) -> None:
    """Until it is so, the portal is killed, or the time is over (which `check` will find out)."""
    until = time.monotonic() + within
    while deed.at.process is not None and time.monotonic() < until and not outside(deed.at, what):
        time.sleep(0.05)
