"""The decision that ends a title before its term: 撤销决定 as a sanction, 注销决定 without blame."""
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reportlab.platypus import Flowable

from portal.documents import letter
from portal.documents.palette import palette
from portal.documents.paper import plain_date
from portal.documents.prose import Prose, Style
from portal.documents.typeface import legible

GIVEN_BACK = "请将证书原件和奖牌交回本局，并停止以该称号开展宣传。查验结果已同步更新，社会公众可凭证书编号查询。"


@dataclass(frozen=True)
class EndingFacts:
    """What ends, when and why; `reason` is the sentence that holder and public read.

    basis names the rule or standard; copied_to the co-authorities and the body that recommended.
    """

    kind: Literal["revoked", "cancelled"]
    issuer: str
    holder: str
    title: str
    number: str
    issued: date
    until: date | None
    ended: date
    reason: str
    basis: str = ""
    document_number: str = ""
    copied_to: tuple[str, ...] = ()
    ink: str = "red"
    url: str = ""
    specimen: str = ""


def render(facts: EndingFacts) -> bytes:
    """The decision as an A4 letter to the holder, dated on the day it takes effect."""
    col = palette(facts.ink)
    revoked = facts.kind == "revoked"
    name = (f"关于撤销{facts.holder}“{facts.title}”称号的决定" if revoked
            else f"关于注销{facts.holder}“{facts.title}”证书的决定")
    sheet = letter.sheet(name, facts.issuer, foot=facts.url, specimen=facts.specimen)

    def story(body: Style) -> list[Flowable]:
        return [
            letter.Masthead(facts.issuer, facts.document_number, col=col),
            *letter.title(name, measure=sheet.measure, col=col),
            letter.addressed(facts.holder, body),
            *(Prose(text, body) for text in (granted(facts), ended(facts), GIVEN_BACK)),
            letter.closing((facts.issuer,), facts.ended, body=body, col=col, after=[Prose(remedy(facts), body)],
                           below=[letter.CopiedTo(facts.copied_to, col=col)] if facts.copied_to else [])]
    return letter.build(sheet, story, col=col)


def granted(facts: EndingFacts) -> str:
    """The first paragraph: what was granted."""
    until = f"，有效期至{plain_date(facts.until)}" if facts.until else ""
    return f"{plain_date(facts.issued)}，你单位被授予“{facts.title}”称号（证书编号：{facts.number}{until}）。"


def ended(facts: EndingFacts) -> str:
    """The second paragraph: why it ends and what is decided."""
    reason = legible(facts.reason).strip().rstrip("。；，")
    basis = f"依据{facts.basis}，" if facts.basis else ""
    if facts.kind == "revoked":
        return f"经查，{reason}。{basis}决定自{plain_date(facts.ended)}起撤销你单位“{facts.title}”称号，上述证书同时作废。"
    return f"因{reason}，{basis}决定自{plain_date(facts.ended)}起注销你单位“{facts.title}”证书，上述证书不再有效。"


def remedy(facts: EndingFacts) -> str:
    """The last paragraph: what the holder may do."""
    if facts.kind == "revoked":
        return "对本决定有异议的，可书面向本局陈述理由并提供依据。"
    return "注销不属于惩戒措施，不影响今后依照规定重新申报。"
