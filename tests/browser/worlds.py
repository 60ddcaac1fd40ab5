"""Worlds to look at: the full demonstration, an empty portal, one in which every name is as long as names get; and the
forms that are sent wrongly to see what they say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.db import transaction
from portal.demo import build
from portal.domain.workflow import Role
from portal.models.institution import Institution
from portal.models.person import Person
from portal.models.round import Round
from tests.browser.city import settle
from tests.make import PASSWORD, Make

LONG_NAME = "重庆市石柱土家族自治县黄水国家森林公园生态环境保护与公共机构节能服务中心（龙河镕䶮分部）"
LONG_ADDRESS = "重庆市石柱土家族自治县黄水镇万胜坝社区月亮湖路一百二十八号附十六号三幢二单元"
LONG_PERSON = "阿卜杜热西提·买买提依明江"
LONG_ROUND = "年度全市党政机关、教育、卫生系统公共机构节约型示范单位与节水型单位联合创建（第三批补充）"


@dataclass(frozen=True)
class Visitor:
    """Who looks: the name of the desk, and how to sign in; a visitor of the public pages has no `sign_in`."""

    desk: str
    sign_in: str = ""
    password: str = ""


class LongNames(Make):
    """Gives everything the longest name that its like has in the registry."""

    def institution(self, **values: Any) -> Institution:
        """An institution with a name of forty characters."""
        row = super().institution(**{**values, "name": ""})
        with transaction():
            row.name, row.address = f"{LONG_NAME}{row.id}", LONG_ADDRESS
        return row

    def person(self, *roles: Role, **values: Any) -> Person:
        """A person whose name takes thirteen characters."""
        return super().person(*roles, **{**values, "name": LONG_PERSON})

    def round(self, *kinds: Any, **values: Any) -> Round:
        """A round that says everything in its name."""
        row = super().round(*kinds, **values)
        with transaction():
            row.name = f"{row.year}{LONG_ROUND}{row.id}"
        return row


def full() -> list[Visitor]:
    """The demonstration, built with SEED 2026."""
    build.build(seed=2026, scale=1, say=print)
    return [Visitor("public"), *(Visitor(sign_in, sign_in, password) for _desk, _name, sign_in, password in build.persons())]


def empty() -> list[Visitor]:
    """A portal on its first day: people, one institution, no round."""
    make = Make()
    house = make.institution(name="重庆市渝北区清泉示例中学校")
    people = {"applicant": make.applicant(house), "district": make.person(Role.RECOMMENDER, division=house.division_code),
              "officer": make.person(Role.OFFICER), "expert": make.person(Role.EXPERT),
              "moderator": make.person(Role.MODERATOR), "team-leader": make.person(Role.TEAM_LEADER),
              "leader": make.person(Role.LEADER), "countersigner": make.person(Role.COUNTERSIGNER, authority="water"),
              "administrator": make.person(Role.ADMINISTRATOR)}
    return [Visitor("public"), *(Visitor(desk, one.sign_in, PASSWORD) for desk, one in people.items())]


def long() -> list[Visitor]:
    """A small city at every stage in which nothing has a short name."""
    people = settle(LongNames())
    return [Visitor("public"), *(Visitor(desk, one.sign_in, PASSWORD) for desk, one in people.items())]


WORLDS: dict[str, Callable[[], list[Visitor]]] = {"full": full, "empty": empty, "long": long}

# view → what is typed (selector: text) before its main form is sent; every other field stays as the page offers it.
NUMBERS = "main form input[inputmode]"
MISTAKES: dict[str, dict[str, str]] = {
    "accounts.sign_in": {"#sign_in": "wang.li", "#password": "not my password"},
    "administer.invite": {}, "administer.new_round": {}, "administer.person": {"[name=name]": "", "[name=email]": "nobody"},
    "announce.compose": {"[name=title]": "", "[name=body]": ""}, "apply.item": {NUMBERS: "很多"}, "apply.withdraw": {},
    "certify.end": {}, "moderate.conclude": {}, "notices.find_objection": {}, "notices.object_form": {},
    "own.profile": {"[name=email]": "nobody"}, "recommend.decline": {}, "recommend.send_back": {},
    "registry.institution": {"[name=headcount]": "五百"}, "registry.statistics": {NUMBERS: "很多"}, "review.recuse": {},
    "review.seal": {}, "screen.ineligible": {}, "screen.supplement": {}, "selfcheck.edition": {NUMBERS: "很多"},
    "visit.new_finding": {}, "visit.plan": {}, "visit.conclude": {},
}
# Addresses that refuse or find nothing.
REFUSED = ("/no-such-page", "/units/999999", "/verify/XX-0000-0000", "/units?q=没有这个单位", "/administer/people")
