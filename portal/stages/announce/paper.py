"""The naming letter of a notice that has run: the list without those against whom an objection was upheld."""

from flask import abort, current_app
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from portal import editions, wording
from portal.clock import today
from portal.documents import naming_notice
from portal.documents.letter import BUREAU
from portal.documents.listing import ListedGroup, ListedUnit
from portal.domain.refusal import Refused
from portal.domain.workflow import Role, Stage
from portal.models.notice import PublicNotice
from portal.settings import Settings
from portal.stages.announce import gazette, queries
from portal.web import sending
from portal.web.guard import Desk

desk = Desk("announce_paper", __name__, prefix="/announce", serves={Role.OFFICER})

NUMBER = "渝机管发〔{year}〕　　号"
ADDRESSEE = "各区县（自治县）机关事务管理部门，市级各部门"
GROUNDS = "根据公共机构节能有关规定和{scheme}评价标准，经单位申报、区县和部门推荐、专家评审、现场验收和联合审定，"
NAMED = "并向社会公示，决定命名{first}{others}为“{title}”{term}。现将名单予以公布。"
PASSED_ON = "经国家有关部门审定并公布，我市{first}{others}获得“{title}”称号{term}。现将名单予以公布。"
CLOSING = ("希望获得命名的单位珍惜荣誉，持续完善管理，发挥示范作用；各区县、各部门要加强指导和监督，"
           "推动节约能源资源工作取得更大成效。")
SPECIMEN = "演示样本 · 非正式文件"


@desk.get("/<int:number>/naming.pdf")
def naming(number: int) -> ResponseReturnValue:
    """The naming letter, once the notice is over and every objection answered."""
    notice = queries.notice(number) or abort(404)
    if gazette.runs(notice) or any(one.state == "open" for one in queries.objections(notice)):
        raise Refused(_("The naming letter can be printed when the notice is over and every objection is answered."),
                      instead=_("Until then nobody on the list is named."))
    return sending.paper(naming_notice.render(facts(notice)), _("naming %(number)s", number=notice.number) + ".pdf")


def facts(notice: PublicNotice) -> naming_notice.NamingFacts:
    """What the letter says, dated today; a national title is named by the national bodies and passed on."""
    cases = [one.application for one in notice.entries if one.application.stage is not Stage.OBJECTION_UPHELD]
    if not cases:
        abort(404)
    scheme, settings = editions.get(cases[0].edition), _settings()
    blocks, title = gazette.blocks(cases), scheme.certificate.title
    with force_locale("zh"):
        groups = tuple(ListedGroup(block.title, tuple(
            ListedUnit(line.case.institution.name, line.area, str(wording.TYPES[line.case.institution.type]))
            for line in block.lines)) for block in blocks)
    national, year = scheme.process.nomination, notice.published_on.year
    words = {"first": blocks[0].lines[0].case.institution.name, "title": title,
             "others": f"等{len(cases)}家单位" if len(cases) > 1 else "",
             "term": f"，有效期{_years(scheme.process.validity_years)}年" if scheme.process.validity_years else ""}
    before = notice.basis.strip().partition("拟认定")[0]
    grounds = before if before.endswith("，") else GROUNDS.format(scheme=scheme.name)
    return naming_notice.NamingFacts(
        issuers=(BUREAU,) if national else scheme.certificate.issuers, addressee=ADDRESSEE,
        title=f"关于公布{year}年重庆市获评{title}名单的通知" if national else f"关于命名{year}年{title}的通知",
        paragraphs=(PASSED_ON.format(**words) if national else grounds + NAMED.format(**words),), closing=CLOSING,
        list_title=f"{title}名单", groups=groups, issued=today(), number=NUMBER.format(year=today().year),
        ink=scheme.certificate.ink, specimen=SPECIMEN if settings.demo else "")


def _years(count: int) -> str:
    return "一二三四五六七八九十"[count - 1] if 1 <= count <= 10 else str(count)


def _settings() -> Settings:
    settings: Settings = current_app.config["PORTAL"]
    return settings
