"""The covering letter of a recommending body: its ranked list of a round as paper."""

from collections.abc import Sequence

from portal import editions
from portal.clock import today
from portal.documents import covering_letter
from portal.documents.covering_letter import RecommendationFacts, RecommendedRow
from portal.models.application import Application
from portal.models.recommendation import Recommendation
from portal.models.round import Round
from portal.stages.recommend.queries import Body

BUREAU = "重庆市机关事务管理局"


def facts(round: Round, body: Body, rows: Sequence[tuple[Application, Recommendation]], *,
          demo: bool) -> RecommendationFacts:
    """What the letter says; a district writes through its body for government offices administration."""
    scheme = editions.get(round.edition)
    sender = body.name if body.department_id is not None else f"{body.name}机关事务管理部门"
    return RecommendationFacts(
        sender=sender, addressee=BUREAU, title=f"关于推荐{round.name}的函",
        paragraphs=(
            f"根据{round.name}创建工作安排和《{scheme.name}》标准（{scheme.edition_name}）要求，经单位自愿申报、"
            f"我单位逐项初评，现推荐以下{len(rows)}家单位参加{round.name}评审。",
            "上述单位的申报材料已经我单位审核，佐证材料齐全，初评情况见附件。"),
        rows=tuple(RecommendedRow(rank=said.rank or number, unit=case.institution.name, case_number=case.number,
                                  self_score=case.self_total, preliminary_score=case.preliminary_total,
                                  reason=said.opinion)
                   for number, (case, said) in enumerate(rows, start=1)),
        issued=today(), ink=scheme.certificate.ink, specimen="演示数据" if demo else "")


def render(facts_: RecommendationFacts) -> bytes:
    """The letter as PDF."""
    return covering_letter.render(facts_)
