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


def _person(
    rng: Random,
    sign_in: str,
    name: str,
    role: Role,
    *,
    organisation: str,
    post: str,
    institution: Institution | None = None,
    division_code: str | None = None,
    department_code: str | None = None,
    authority: str | None = None,
    expertise: tuple[str, ...] = (),
) -> DemoPerson:
    """A person with an address and a telephone number that reach nobody."""
    return DemoPerson(
        sign_in=sign_in,
        name=name,
        roles=(role,),
        email=f"{sign_in}@{MAIL_DOMAIN}",
        phone=f"{PHONE_PREFIX}{rng.randint(0, 9999):04d}",
        organisation=organisation,
        post=post,
        institution=institution,
        division_code=division_code,
        department_code=department_code,
        authority=authority,
        expertise=expertise,
    )


def desks(rng: Random, *, of_district: Institution, of_department: Institution) -> tuple[DemoPerson, ...]:
    """One person for every desk; the sign-ins stay the same whatever the seed.

    `of_district` is the institution of `applicant` and `signatory`, recommended by its district (`district`);
    `of_department` that of `applicant2` and `signatory2`, recommended by its department (`department`).
    """
    if of_district.department is not None or of_department.department is None:
        raise ValueError("one institution must be recommended by its district, the other by its department")
    made = [
        _person(rng, "applicant", "陈经办", Role.APPLICANT, organisation=of_district.name,
                   post="后勤科节能联络员", institution=of_district),
        _person(rng, "signatory", _head(of_district), Role.SIGNATORY, organisation=of_district.name,
                   post="单位负责人", institution=of_district),
        _person(rng, "applicant2", "杨经办", Role.APPLICANT, organisation=of_department.name,
                   post="总务处节能联络员", institution=of_department),
        _person(rng, "signatory2", "黄负责", Role.SIGNATORY, organisation=of_department.name,
                   post="单位负责人", institution=of_department),
        _person(rng, "district", "李初审", Role.RECOMMENDER,
                   organisation=f"{of_district.division.name}机关事务管理部门", post="节能科",
                   division_code=of_district.division.code),
        _person(rng, "department", "王推荐", Role.RECOMMENDER,
                   organisation=of_department.department.name, post="后勤保障处",
                   department_code=of_department.department.code),
        _person(rng, "officer", "刘审核", Role.OFFICER, organisation=_BUREAU, post="节能处"),
        _person(rng, "moderator", "周复议", Role.MODERATOR, organisation=_BUREAU, post="节能处"),
        _person(rng, "leader", "高局长", Role.LEADER, organisation=_BUREAU, post="局领导"),
        _person(rng, "team-leader", "何组长", Role.TEAM_LEADER, organisation=_BUREAU, post="验收组组长"),
        _person(rng, "inspector", "郭组员", Role.INSPECTOR, organisation=_BUREAU, post="验收组成员"),
        _person(rng, "administrator", "罗管理", Role.ADMINISTRATOR, organisation=_BUREAU, post="信息中心"),
        _person(rng, "auditor", "梁监督", Role.AUDITOR, organisation=_BUREAU, post="机关纪委"),
    ]
    for ordinal, name in enumerate(_EXPERTS, start=1):
        made.append(expert(rng, sign_in=f"expert{ordinal}", name=name, first=EXPERTISE[(ordinal - 1) % len(EXPERTISE)]))
    for sign_in, authority, name in AUTHORITIES:
        made.append(
            _person(rng, sign_in, name, Role.COUNTERSIGNER, organisation=authority,
                       post="会签人", authority=authority)
        )
    return tuple(made)


def expert(rng: Random, *, sign_in: str, name: str | None = None, first: str | None = None) -> DemoPerson:
    """A reviewing expert with two fields of expertise, who belongs to no institution of the registry."""
    chosen = [first] if first else [rng.choice(EXPERTISE)]
    chosen.append(rng.choice([each for each in EXPERTISE if each not in chosen]))
    return _person(rng, sign_in, name or person_name(rng), Role.EXPERT, organisation="示例节能技术评审中心",
        post=rng.choice(("高级工程师", "正高级工程师", "副教授", "注册公用设备工程师")), expertise=tuple(chosen),
    )


def recommenders(rng: Random, *, divisions: tuple[tuple[str, str], ...]) -> tuple[DemoPerson, ...]:
    """One recommender for each division (code, name) and one for each of the 115 departments."""
    made = [
        _person(rng, f"district-{code.lower()}", person_name(rng), Role.RECOMMENDER,
                   organisation=f"{name}机关事务管理部门", post="节能科", division_code=code)
        for code, name in divisions
    ]
    made += [
        _person(rng, f"department-{each.code.lower()}", person_name(rng), Role.RECOMMENDER,
                   organisation=each.name, post="办公室", department_code=each.code)
        for each in departments()
    ]
    return tuple(made)


def contacts(rng: Random, institution: Institution) -> tuple[DemoPerson, DemoPerson]:
    """The applicant and the signatory of an institution; sign-ins are made of its organisation code."""
    key = institution.credit_code[8:16].lower()
    return (
        _person(rng, f"{key}-a", person_name(rng), Role.APPLICANT, organisation=institution.name,
                   post="节能联络员", institution=institution),
        _person(rng, f"{key}-s", person_name(rng), Role.SIGNATORY, organisation=institution.name,
                   post="单位负责人", institution=institution),
    )


def person_name(rng: Random) -> str:
    """A name nobody bears: a common family name and a given name that says example, trial or sample."""
    return rng.choice(FAMILY_NAMES) + rng.choice(GIVEN_NAMES)


def _head(institution: Institution) -> str:
    titles = {"school": "张校长", "higher-education": "张校长", "hospital": "张院长", "venue": "张馆长"}
    return titles.get(institution.type.value, "张主任")
