"""Cases at the visit desk for its tests: with a team, planned, fully recorded."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from portal import clock, editions
from portal.domain.acceptance import Found, to_check
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.person import Person
from portal.models.visit import Finding
from portal.stages.visit import actions, inspecting
from tests.make import Make


@dataclass
class Scene:
    """A case with its officer, team leader and member."""

    make: Make
    case: Application
    officer: Person
    leader: Person
    member: Person
    findings: list[Finding] = field(default_factory=list)

    def appoint(self) -> "Scene":
        actions.appoint(self.case, leader=self.leader, members=[self.member], by=self.officer)
        return self

    def plan(self) -> "Scene":
        actions.plan(self.case, on=clock.today(), place="示例路1号", attendees="总务处主任、后勤科", by=self.leader)
        return self

    def check(self, leave: Iterable[str] = ()) -> "Scene":
        scheme = editions.get(self.case.edition)
        for item in to_check(scheme.items(self.case.institution.type)):
            if item.id not in set(leave):
                inspecting.note_item(self.case, item.id, found=Found.TRUE, points=None, revision=0, by=self.member)
        return self

    def sample(self, n: int = 10) -> "Scene":
        for at in range(n):
            inspecting.add_sample(self.case, place=f"教学楼{at + 1}层卫生间", fixture="感应水嘴", sound=True, by=self.member)
        return self

    def find(self, what: str = "脚踏阀关闭后持续滴漏", item: str = "T4", days: int = 20) -> Finding:
        row = inspecting.add_finding(self.case, inspecting.Problem(
            what=what, demand="更换阀芯", owner="后勤科", due_on=clock.today() + timedelta(days=days), item_id=item),
            by=self.member)
        self.findings.append(row)
        return row

    def ready(self) -> "Scene":
        return self.appoint().plan().check().sample()


def scene(make: Make, *, edition: str = "water-saving-2013", sheets: int = 1, **values: object) -> Scene:
    """A case that has passed the review, nobody appointed yet."""
    values = {"review_result": Decimal(92)} | values
    case = make.application(stage=Stage.VISITING, edition=edition, **values)  # type: ignore[arg-type]
    for _ in range(sheets):
        make.sheet(case, sealed=True)
    return Scene(make, case, make.person(Role.OFFICER), make.person(Role.TEAM_LEADER, Role.INSPECTOR, name="何组长"),
                 make.person(Role.INSPECTOR, name="郭组员"))
