"""People who do not exist: one for every desk of the demonstration, and any number of experts and contacts.

Every mail address ends in the reserved domain `demo.invalid`; every telephone number starts with 023-0000.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from portal.demo.institutions import Institution
from portal.demo.names import FAMILY_NAMES, GIVEN_NAMES
from portal.demo.places import departments
from portal.domain.workflow import Role

MAIL_DOMAIN = "demo.invalid"
PHONE_PREFIX = "023-0000 "

EXPERTISE = ("建筑节能", "供配电与照明", "暖通空调", "给排水与节水", "能源审计", "计量与统计", "绿色消费与采购", "水平衡测试")


@dataclass(frozen=True)
class DemoPerson:
    """An account of the demonstration: `roles` are the workflow's.

    `institution` is the applicant's own; a district's or a department's recommender carries `division_code` or
    `department_code`; a countersigner carries the `authority` by name.
    """

    sign_in: str
    name: str
    roles: tuple[Role, ...]
    email: str
    phone: str
    organisation: str
    post: str = ""
    institution: Institution | None = None
    division_code: str | None = None
    department_code: str | None = None
    authority: str | None = None
    expertise: tuple[str, ...] = field(default=())


AUTHORITIES: tuple[tuple[str, str, str], ...] = (
    ("countersign-ndrc", "市发展改革委", "许会签"),
    ("countersign-finance", "市财政局", "傅会签"),
    ("countersign-water", "市水利局", "沈会签"),
    ("countersign-water-saving", "市节水办", "曾会签"),
)
"""Sign-in, authority, name of the person who countersigns for it."""

_EXPERTS = ("吴专家", "郑专家", "冯专家", "蒋专家", "韩专家", "唐专家", "于专家")
_BUREAU = "重庆市机关事务管理局"


def _contact(rng: Random, sign_in: str) -> dict[str, str]:
    return {
        "sign_in": sign_in,
        "email": f"{sign_in}@{MAIL_DOMAIN}",
        "phone": f"{PHONE_PREFIX}{rng.randint(0, 9999):04d}",
    }


def desks(rng: Random, *, of_district: Institution, of_department: Institution) -> tuple[DemoPerson, ...]:
    """One person for every desk; the sign-ins stay the same whatever the seed.

    `of_district` is the institution of `applicant` and `signatory`, recommended by its district (`district`);
    `of_department` that of `applicant2` and `signatory2`, recommended by its department (`department`).
    """
    if of_district.department is not None or of_department.department is None:
        raise ValueError("one institution must be recommended by its district, the other by its department")
    made = [
        DemoPerson(**_contact(rng, "applicant"), name="陈经办", roles=(Role.APPLICANT,), organisation=of_district.name,
                   post="后勤科节能联络员", institution=of_district),
        DemoPerson(**_contact(rng, "signatory"), name=_head(of_district), roles=(Role.SIGNATORY,), organisation=of_district.name,
                   post="单位负责人", institution=of_district),
        DemoPerson(**_contact(rng, "applicant2"), name="杨经办", roles=(Role.APPLICANT,), organisation=of_department.name,
                   post="总务处节能联络员", institution=of_department),
        DemoPerson(**_contact(rng, "signatory2"), name="黄负责", roles=(Role.SIGNATORY,), organisation=of_department.name,
                   post="单位负责人", institution=of_department),
        DemoPerson(**_contact(rng, "district"), name="李初审", roles=(Role.RECOMMENDER,),
                   organisation=f"{of_district.division.name}机关事务管理部门", post="节能科",
                   division_code=of_district.division.code),
        DemoPerson(**_contact(rng, "department"), name="王推荐", roles=(Role.RECOMMENDER,),
                   organisation=of_department.department.name, post="后勤保障处",
                   department_code=of_department.department.code),
        DemoPerson(**_contact(rng, "officer"), name="刘审核", roles=(Role.OFFICER,), organisation=_BUREAU, post="节能处"),
        DemoPerson(**_contact(rng, "moderator"), name="周复议", roles=(Role.MODERATOR,), organisation=_BUREAU, post="节能处"),
        DemoPerson(**_contact(rng, "leader"), name="高局长", roles=(Role.LEADER,), organisation=_BUREAU, post="局领导"),
        DemoPerson(**_contact(rng, "team-leader"), name="何组长", roles=(Role.TEAM_LEADER,), organisation=_BUREAU, post="验收组组长"),
        DemoPerson(**_contact(rng, "inspector"), name="郭组员", roles=(Role.INSPECTOR,), organisation=_BUREAU, post="验收组成员"),
        DemoPerson(**_contact(rng, "administrator"), name="罗管理", roles=(Role.ADMINISTRATOR,), organisation=_BUREAU, post="信息中心"),
        DemoPerson(**_contact(rng, "auditor"), name="梁监督", roles=(Role.AUDITOR,), organisation=_BUREAU, post="机关纪委"),
    ]
    for ordinal, name in enumerate(_EXPERTS, start=1):
        made.append(expert(rng, sign_in=f"expert{ordinal}", name=name, first=EXPERTISE[(ordinal - 1) % len(EXPERTISE)]))
    for sign_in, authority, name in AUTHORITIES:
        made.append(
            DemoPerson(**_contact(rng, sign_in), name=name, roles=(Role.COUNTERSIGNER,), organisation=authority,
                       post="会签人", authority=authority)
        )
    return tuple(made)


def expert(rng: Random, *, sign_in: str, name: str | None = None, first: str | None = None) -> DemoPerson:
    """A reviewing expert with two fields of expertise, who belongs to no institution of the registry."""
    chosen = [first] if first else [rng.choice(EXPERTISE)]
    chosen.append(rng.choice([each for each in EXPERTISE if each not in chosen]))
    return DemoPerson(
        **_contact(rng, sign_in), name=name or person_name(rng), roles=(Role.EXPERT,), organisation="示例节能技术评审中心",
        post=rng.choice(("高级工程师", "正高级工程师", "副教授", "注册公用设备工程师")), expertise=tuple(chosen),
    )


def recommenders(rng: Random, *, divisions: tuple[tuple[str, str], ...]) -> tuple[DemoPerson, ...]:
    """One recommender for each division (code, name) and one for each of the 115 departments."""
    made = [
        DemoPerson(**_contact(rng, f"district-{code.lower()}"), name=person_name(rng), roles=(Role.RECOMMENDER,),
                   organisation=f"{name}机关事务管理部门", post="节能科", division_code=code)
        for code, name in divisions
    ]
    made += [
        DemoPerson(**_contact(rng, f"department-{each.code.lower()}"), name=person_name(rng), roles=(Role.RECOMMENDER,),
                   organisation=each.name, post="办公室", department_code=each.code)
        for each in departments()
    ]
    return tuple(made)


def contacts(rng: Random, institution: Institution) -> tuple[DemoPerson, DemoPerson]:
    """The applicant and the signatory of an institution; sign-ins are made of its organisation code."""
    key = institution.credit_code[8:16].lower()
    return (
        DemoPerson(**_contact(rng, f"{key}-a"), name=person_name(rng), roles=(Role.APPLICANT,), organisation=institution.name,
                   post="节能联络员", institution=institution),
        DemoPerson(**_contact(rng, f"{key}-s"), name=person_name(rng), roles=(Role.SIGNATORY,), organisation=institution.name,
                   post="单位负责人", institution=institution),
    )


def person_name(rng: Random) -> str:
    """A name nobody bears: a common family name and a given name that says example, trial or sample."""
    return rng.choice(FAMILY_NAMES) + rng.choice(GIVEN_NAMES)


def _head(institution: Institution) -> str:
    titles = {"school": "张校长", "higher-education": "张校长", "hospital": "张院长", "venue": "张馆长"}
    return titles.get(institution.type.value, "张主任")
