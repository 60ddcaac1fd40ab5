"""The whole life of a water-saving unit in Chromium: from sign-in to the certificate that a stranger verifies."""

import mimetypes
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal import clock, editions
from portal.audit import breaks
from portal.db import db, transaction
from portal.domain.self_report import chapters
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.certificate import Certificate
from portal.models.notice import PublicNotice
from portal.models.person import Person
from tests.browser.conftest import Instance
from tests.browser.hands import Hands
from tests.make import Make
from tests.papers import fitting, picture

EDITION = "water-saving-2013"
NAME = "重庆市渝北区清泉示例中学校"
PHONE = {"width": 390, "height": 844}
# What an institution counts when nothing is lacking: every computed item then earns its full points.
COUNTS = {"unit_metered": "10", "unit_total": "10", "sub_metered": "98", "sub_total": "100", "saving": "100",
          "total": "100", "leaking": "0", "makeup": "1", "circulating": "200", "recovered": "60", "steam": "100"}
REPORT = "本单位按照标准逐项开展创建工作，情况属实。"


class Life:
    """The people of one case, each with a window of his or her own, and what each does."""

    def __init__(self, open_page: Callable[..., Page]) -> None:
        make = Make()
        self.scheme = editions.get(EDITION)
        self.house = make.institution(name=NAME)
        self.round = make.round(EDITION)
        one = make.person
        self.people: dict[str, Person] = {
            "applicant": make.applicant(self.house), "signatory": make.signatory(self.house),
            "recommender": one(Role.RECOMMENDER, division=self.house.division_code), "officer": one(Role.OFFICER),
            "moderator": one(Role.MODERATOR), "leader": one(Role.LEADER),
            "team-leader": one(Role.TEAM_LEADER), "inspector": one(Role.INSPECTOR)}
        self.experts = [f"expert{n}" for n in range(self.scheme.process.experts)]
        self.people |= {name: one(Role.EXPERT) for name in self.experts}
        self.people |= {body.id: one(Role.COUNTERSIGNER, authority=body.id) for body in self.scheme.process.countersigners}
        self.items = self.scheme.items(self.house.type)
        self.open_page, self.windows, self.number = open_page, dict[str, Hands](), 0

    def by(self, who: str) -> Hands:
        """This person's window, signed in on first use; the inspector's is a phone."""
        if who not in self.windows:
            person = db.session.get_one(Person, self.people[who].id)
            self.windows[who] = Hands(self.open_page(person, **(PHONE if who == "inspector" else {})))
        db.session.rollback()
        return self.windows[who]

    def is_at(self, stage: Stage) -> None:
        """The case stands at this stage."""
        db.session.rollback()
        assert db.session.get_one(Application, self.number, populate_existing=True).stage == stage
        db.session.rollback()

    # --- the institution

    def start(self) -> None:
        """Find the round and open the case."""
        hands = self.by("applicant").open("/apply/")
        hands.press(f"main a[href*='/apply/start/{self.round.id}']").send()
        self.number = int(hands.page.url.split("/apply/")[1].split("?")[0].split("/")[0])

    def answer(self) -> None:
        """Basic conditions, then item after item by its own button; a note is saved while it is typed."""
        hands = self.by("applicant").open(f"/apply/{self.number}/conditions")
        for one in self.scheme.prerequisites:
            hands.pick(f"met_{one.id}", "yes")
        hands.is_saved()
        for one in self.scheme.prerequisites:
            self.attach_all(one)
        hands.open(f"/apply/{self.number}/items/{self.items[0].id}")
        for item in self.items:
            expect(hands.at("h1")).to_contain_text(item.id)
            for count in item.counts:
                hands.fill(**{f"count_{count.id}": COUNTS[count.id]})
            if item.formula is None:
                hands.fill(points=str(item.points))
            if item.counts or item.formula is None:
                hands.is_saved()
                expect(hands.at("[data-autosave-out='item-points']")).to_have_text(f"{item.points.normalize():f}")
            self.attach_all(item)
            hands.press("button[form='answer'][value='next']")
        hands.open(f"/apply/{self.number}/report").fill(**{one.key: REPORT * 3 for one in chapters(self.scheme.id)}).is_saved()
        hands.press("main form[method=post] button[value='next']")

    def attach_all(self, place: Any) -> None:
        """Every document that an item or condition asks for, by its file chooser."""
        for request in place.evidence:
            files = []
            for n in range(max(1, request.least)):
                data, name = fitting(request.kinds, f"{request.name[:20].replace('/', '')}{n or ''}")
                files.append({"name": name, "mimeType": mimetypes.guess_type(name)[0] or "application/octet-stream",
                              "buffer": data})
            self.by("applicant").attach(f"/upload/{place.id}/{request.id}", files)

    def hand_in(self) -> None:
        """The head signs with an account of his or her own, the applicant hands in."""
        self.by("signatory").open(f"/apply/{self.number}/check").pick("agreed", "y").send("/sign-off")
        self.by("applicant").open(f"/apply/{self.number}/check").send("/hand-in")
        self.is_at(Stage.RECOMMENDING)

    # --- district and bureau

    def recommend(self) -> None:
        """Score every item, saved as one goes, then recommend."""
        hands = self.by("recommender").open("/recommend/").sees(NAME).open(f"/recommend/{self.number}")
        hands.fill(**{f"points-{item.id}": f"{item.points.normalize():f}" for item in self.items}).is_saved()
        hands.open(f"/recommend/{self.number}/endorse").fill(opinion="材料齐全，同意推荐。", rank="1").send()
        self.is_at(Stage.SCREENING)

    def screen(self) -> None:
        """Admit; ask the board for a proposal of experts, then seat the ones of this story."""
        hands = self.by("officer").open("/screen/").sees(NAME)
        hands.open(f"/screen/{self.number}/admit").send()
        self.is_at(Stage.REVIEWING)
        hands.open(f"/screen/assign/{self.round.id}").press("main form.filters button")
        for seat, expert in enumerate(self.experts):
            hands.at(f"select[name='seat-{self.number}']").nth(seat).select_option(str(self.people[expert].id))
        hands.send(f"/screen/assign/{self.round.id}").send(f"/screen/assign/{self.round.id}")

    # --- experts and moderator

    def review(self, who: str) -> None:
        """Score all items without touching the mouse, then seal."""
        hands = self.by(who).open("/review/").sees(NAME).open(f"/review/{self.number}?item={self.items[0].id}")
        keys = hands.page.keyboard
        for n, item in enumerate(self.items):
            expect(hands.at(".rubric-pane h2")).to_contain_text(item.id)
            keys.type(f"{item.points.normalize():f}")
            hands.is_saved()
            if hands.at("[data-need]").inner_text().strip():
                keys.press("Escape")
                keys.press("r")
                keys.type("按现场数据评定。")
                hands.is_saved()
            expect(hands.at("main .row.push [data-autosave-out='scored']")).to_have_text(f"{n + 1} / {len(self.items)}")
            keys.press("Escape")
            if item is not self.items[-1]:
                with hands.page.expect_navigation():
                    keys.press("j")
                hands.is_ready()
        hands.open(f"/review/{self.number}/seal").send(button="button[value='seal']")

    def conclude_review(self) -> None:
        """The moderator sees the sheets and concludes as passed."""
        hands = self.by("moderator").open("/moderate/").sees(NAME).open(f"/moderate/{self.number}")
        hands.open(f"/moderate/{self.number}/conclude").send(button="button[value='pass']")
        self.is_at(Stage.VISITING)

    # --- visit

    def plan_visit(self) -> None:
        """The officer appoints, the team's leader plans."""
        hands = self.by("officer").open(f"/visit/{self.number}/team")
        hands.pick("leader", str(self.people["team-leader"].id)).pick("members", str(self.people["inspector"].id)).send()
        self.by("team-leader").open(f"/visit/{self.number}/plan").fill(
            on=(clock.today() + timedelta(days=3)).isoformat(), place="示例路1号", attendees="副校长、后勤主任").send()

    def inspect(self) -> None:
        """On a phone: every item as reported, the points that were looked at, a photo as the phone takes it."""
        hands = self.by("inspector").open("/visit/").sees(NAME)
        for item in self.items:
            hands.open(f"/visit/{self.number}/items/{item.id}")
            hands.pick("found", "true").fill(points=f"{item.points.normalize():f}").is_saved()
        hands.open(f"/visit/{self.number}/site")
        points = hands.at("ol.points > li")
        for n in range(self.scheme.process.visit_points):
            # in the cellar there is no signal: the point is kept on the phone and sent when it is back
            cellar = n == 0
            hands.fill(place=f"教学楼{n + 1}层").pick("sound", "1").page.context.set_offline(cellar)
            hands.at("#add-point .btn").click()
            if cellar:
                expect(hands.at("[data-keep-line]")).to_be_visible()
                hands.page.context.set_offline(False)
            expect(points).to_have_count(n + 1)
        assert no_overflow(hands.page)
        hands.at("#photo-site").set_input_files(
            [{"name": "IMG_0001.heic", "mimeType": "image/heic", "buffer": picture("HEIF", "site")}])
        expect(hands.at("#photos figure")).to_have_count(1)
        shown = hands.at("#photos img")
        for _try in range(40):
            if shown.count():
                break
            hands.page.wait_for_timeout(500)
            hands.page.reload()
        shown.scroll_into_view_if_needed()
        hands.page.wait_for_function("document.querySelector('#photos img').naturalWidth > 100")

    def accept(self) -> None:
        """The leader accepts."""
        hands = self.by("team-leader").open(f"/visit/{self.number}/conclude").pick("outcome", "accept")
        hands.fill(summary="现场情况属实。").send()
        self.is_at(Stage.DECIDING)

    # --- decision, notice, certificate

    def decide(self) -> None:
        """The bureau's leader decides, every co-authority countersigns."""
        hands = self.by("leader").open(f"/decide/board?round={self.round.id}").sees(NAME)
        hands.open(f"/decide/{self.number}").send("/decide")
        for body in self.scheme.process.countersigners:
            self.by(body.id).open("/decide/").open(f"/decide/{self.number}").send("/countersign")

    def announce(self) -> None:
        """Compose, preview, publish; anybody reads it; then its days pass."""
        hands = self.by("officer").open("/announce/").press(f"main a[href$='/announce/new/{EDITION}']")
        hands.fill(contact_office="节能处", contact_phone="023-00000000", contact_address="示例路1号")
        hands.pick("cases", str(self.number)).send().sees(NAME).press("button[name='publish']")
        self.is_at(Stage.ANNOUNCED)
        notice = db.session.scalars(select(PublicNotice).order_by(PublicNotice.id.desc())).first()
        assert notice is not None
        number = notice.id
        Hands(self.open_page()).open(f"/notices/{number}").sees(NAME)
        hands.open(f"/certify/{self.number}")
        expect(hands.at("main .locked button")).to_have_attribute("aria-disabled", "true")
        with transaction() as session:
            row = session.get_one(PublicNotice, number)
            row.published_on, row.last_day = row.published_on - timedelta(days=30), row.last_day - timedelta(days=30)

    def certify(self) -> tuple[str, str]:
        """Issue and put it in the directory; gives its number and verification code."""
        hands = self.by("officer").open(f"/certify/{self.number}").send("/issue")
        hands.send("/publish")
        self.is_at(Stage.CERTIFIED)
        row = db.session.scalars(select(Certificate).where(Certificate.application_id == self.number)).one()
        return row.number, row.verify_code


def no_overflow(page: Page) -> bool:
    """Nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.fixture
def rows(instance: Instance) -> Iterator[None]:
    """Our own context on the served database."""
    with instance.app.app_context():
        yield
        db.session.remove()


@pytest.mark.usefixtures("rows")
def test_a_water_saving_unit_from_sign_in_to_the_verified_certificate(open_page: Callable[..., Page]) -> None:
    life = Life(open_page)
    life.start()
    life.answer()
    life.hand_in()
    life.recommend()
    life.screen()
    for expert in life.experts:
        life.review(expert)
    life.conclude_review()
    life.plan_visit()
    life.inspect()
    life.accept()
    life.decide()
    life.announce()
    number, code = life.certify()

    stranger = Hands(open_page(**PHONE)).open("/verify")
    stranger.at("main form input:not([type=hidden])").first.fill(number)
    stranger.press("main form button").sees(NAME)
    expect(stranger.at(".verdict, main h1").first).to_contain_text("有效")
    stranger.open(f"/verify/{code.replace('-', '')}").sees(NAME)
    assert no_overflow(stranger.page)
    applicant = life.by("applicant")
    paper = applicant.page.context.request.get(f"/papers/{life.number}.pdf")
    assert paper.ok and paper.body().startswith(b"%PDF")
    checked, broken = breaks()
    assert broken == [] and checked > 30
