"""How to knock at every address: the kind of case at which the deed is legitimate, its parts, and what a form sends.

A new endpoint needs a line here, under its desk; a line of an endpoint that is gone has to go.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from portal import clock
from portal.stages.recommend import actions
from tests.make import PASSWORD
from tests.permissions.city import Parts, photo
from tests.selfcheck import sheets

Form = Callable[[Parts], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Place:
    """One address: `kind` of case (empty: it concerns none), the part of the case behind each variable, what is sent."""

    kind: str = ""
    of: Mapping[str, str] = field(default_factory=dict)
    sends: Form = lambda parts: {}
    head: Mapping[str, str] = field(default_factory=dict)


def at(kind: str = "", sends: Form | dict[str, Any] | None = None, *, head: Mapping[str, str] | None = None, **of: str) -> Place:
    """A place; variables are named after the parts of the case, `=x` gives the value x itself."""
    form: Form = sends if callable(sends) else (lambda parts: dict(sends or {}))
    return Place(kind=kind, of=of, sends=form, head=head or {})


def day(n: int) -> str:
    """A day from today, as a form sends it."""
    return (clock.today() + timedelta(days=n)).isoformat()


REASON = {"reason": "理由如下。"}
FILE, PICTURE = {"evidence": "evidence"}, {"evidence": "evidence", "at": "=1"}


def _round_form(_parts: Parts) -> dict[str, Any]:
    days = {"opens_at": 1, "closes_at": 20, "recommend_by": 30, "review_by": 40, "visit_by": 50}
    return {"edition": "water-saving-2013", "year": str(clock.today().year), "name": "矩阵批次", "quota": "",
            "statistics_year": str(clock.today().year - 1)} | {name: f"{day(n)}T12:00" for name, n in days.items()}


PLACES: dict[str, Place] = {
    # --- everybody
    "home.health": at(), "home.language": at(to="=zh"),
    "directory.front": at(), "directory.accessibility": at(), "directory.criteria": at(), "directory.guides": at(),
    "directory.edition": at(edition="=water-saving-2013"), "directory.edition_file": at(edition="=water-saving-2013"),
    "directory.guide_page": at(name="=apply"), "directory.guide_picture": at(name="=pictures/zh/administer-person.png"),
    "directory.lists": at(), "directory.archived": at("certified", number="round"), "directory.archived_csv": at("certified", number="round"),
    "directory.open_data": at(), "directory.privacy": at(), "directory.units": at(), "directory.units_atom": at(),
    "directory.units_csv": at(), "directory.units_json": at(), "directory.units_jsonld": at(),
    "directory.unit": at("certified", number="house"), "directory.verify": at(), "directory.verification": at("certified", asked="verify"),
    "selfcheck.index": at(), "selfcheck.sheet": at(edition="=water-saving-2013"), "selfcheck.check": at(edition="=water-saving-2013"),
    "api.page": at(), "api.every": at(), "api.one": at(edition="=water-saving-2013"),
    "api.score": at(edition="=water-saving-2013", sends={"json": sheets.WATER}), "api.openapi": at(),
    "credentials.did": at(), "credentials.credential": at("certified", asked="verify"), "credentials.status": at(which="=0"),
    "notices.index": at(), "notices.notice": at("announced", number="notice"), "notices.paper": at("announced", number="notice"),
    "notices.by_number": at("announced", text="notice-number"), "notices.find_objection": at(), "notices.objection": at("announced", receipt="receipt"),
    "notices.object_form": at("announced", number="notice"),
    "notices.object_to": at("announced", lambda p: {
        "entry": str(p["entry"]), "facts": "现场情况与申报材料不符，详见所附照片。", "party": "person", "name": "示例公民", "phone": "023-12345678",
        "address": "示例巷2号"}, number="notice"),
    "accounts.sign_in": at(sends={"sign_in": "nobody", "password": PASSWORD}),

    # --- the institution
    "apply.index": at(), "apply.library": at(), "apply.library_file": at("draft", file_id="file"),
    "apply.start": at(sends={}, number="open-round"),
    "apply.case": at("draft", number="case"), "apply.check": at("draft", number="case"), "apply.form": at("draft", number="case"),
    "apply.conditions": at("draft", lambda p: {"revision": str(p["revision"])}, number="case"), "apply.report": at("draft", {"revision": "0"}, number="case"),
    "apply.item": at("draft", lambda p: {"points": p["points"], "revision": "1", "note": "已更新"}, number="case", item_id="item"),
    "apply.download": at("draft", number="case", evidence_id="evidence"),
    "apply.picture": at("draft", number="case", evidence_id="evidence", page="=1"),
    "apply.upload": at("draft", lambda p: {"file": (photo(), "new.jpg")}, number="case", item_id="place", request_id="request"),
    "apply.reuse": at("draft", lambda p: {"file": str(p["file"])}, number="case", item_id="place", request_id="request"),
    "apply.detach": at("draft", number="case", evidence_id="evidence"),
    "apply.upload_begin": at("draft", {"name": "another.jpg", "size": "1000"}, number="case", item_id="place", request_id="request"),
    "apply.upload_state": at("draft", number="case", token="token"),
    "apply.upload_piece": at("draft", lambda p: {"body": b"x" * 10}, number="case", token="token", head={"Upload-Offset": "0"}),
    "apply.upload_finish": at("draft", number="case", token="whole-token"), "apply.upload_drop": at("draft", number="case", token="token"),
    "apply.reply": at("correcting", {"text": "已补正。"}, number="case", correction="correction"),
    "apply.sign_off": at("draft", {"agreed": "y"}, number="case"), "apply.hand_in": at("draft-signed", number="case"),
    "apply.withdraw": at("draft", REASON, number="case"),
    "apply.clarify": at("reviewing", {"text": "说明如下。"}, number="case", question="question"),
    "apply.photo": at("rectifying", number="case", photo="finding-photo"),
    "apply.rectify": at("rectifying", {"report": "已更换阀芯。"}, number="case", finding="finding"),
    "apply.rectified": at("rectified", number="case"),
    "papers.certificate": at("certified", number="case"), "papers.plate": at("certified", number="case"),

    # --- districts and departments
    "recommend.queue": at(), "recommend.lists": at(), "recommend.case": at("recommending", number="case"),
    "recommend.score": at("recommending", lambda p: {f"points-{p['item']}": p["points"], "revision": actions.revision(())}, number="case"),
    "recommend.endorse": at("recommending-scored", {"opinion": "同意推荐。", "rank": "7"}, number="case"),
    "recommend.send_back": at("recommending", lambda p: {f"reason-{p['item']}": "请补充。", "summary": "请补正。", "due_on": day(9)}, number="case"),
    "recommend.decline": at("recommending", REASON, number="case"),
    "recommend.view_file": at("recommending", number="case", **FILE), "recommend.download": at("recommending", number="case", **FILE),
    "recommend.picture": at("recommending", number="case", **PICTURE),
    "recommend.covering_letter": at("recommended", round="round", body="body"),

    # --- the formal check
    "screen.queue": at(), "screen.rounds": at(), "screen.candidate_lists": at(), "screen.candidates": at("candidate", round="round"),
    "screen.case": at("reviewing", number="case"),
    "screen.admit": at("recommended", {"note": "予以受理。"}, number="case"),
    "screen.supplement": at("recommended", lambda p: {f"reason-{p['item']}": "请补充。", "summary": "请补正。", "due_on": day(9)}, number="case"),
    "screen.ineligible": at("recommended", REASON, number="case"),
    "screen.view_file": at("reviewing", number="case", **FILE), "screen.download": at("reviewing", number="case", **FILE),
    "screen.picture": at("reviewing", number="case", **PICTURE),
    "screen.assign_board": at("reviewing", round="round"),
    "screen.assign": at("short", lambda p: {f"seat-{p['case']}": str(p["an-expert"]), "confirmed": "1"}, round="round"),
    "screen.unassign": at("reviewing", number="case", sheet="sheet"),

    # --- experts
    "review.queue": at(), "review.questions": at(), "review.sheet": at("reviewing", case="case"),
    "review.score": at("reviewing", lambda p: {"points": p["points"], "choice": "other", "reason": "核对材料。", "revision": "0"}, case="case", item="item"),
    "review.ask": at("reviewing", {"question": "请说明。"}, case="case", item="item"),
    "review.seal": at("scored", {"deed": "seal"}, case="case"), "review.recuse": at("reviewing", REASON, case="case"),
    "review.original": at("reviewing", case="case", **FILE), "review.drawn": at("reviewing", case="case", evidence="evidence", number="=1"),

    # --- moderation
    "moderate.queue": at(), "moderate.case": at("reviewing", number="case"), "moderate.ask": at("reviewing", {"question": "请说明。"}, number="case"),
    "moderate.stand": at("contradicting", REASON, number="case"),
    "moderate.reopen": at("contradicting", lambda p: REASON | {"sheets": str(p["sheet"]), "until": day(5)}, number="case"),
    "moderate.conclude": at("sealed", {"deed": "pass"}, number="case"), "moderate.printed": at("sealed", number="case"),
    "moderate.view_file": at("reviewing", number="case", **FILE), "moderate.download": at("reviewing", number="case", **FILE),
    "moderate.picture": at("reviewing", number="case", **PICTURE),

    # --- the visit
    "visit.queue": at(), "visit.offline": at(), "visit.sending_pass": at(), "visit.worker": at(),
    "visit.case": at("visiting", number="case"), "visit.record": at("visiting", number="case"), "visit.record_paper": at("visiting", number="case"),
    "visit.team": at("visiting", lambda p: {"leader": str(p["a-team-leader"]), "members": str(p["an-inspector"])}, number="case"),
    "visit.on_documents": at("undrawn", {"remark": "材料齐全。"}, number="case"),
    "visit.overdue": at("rectifying-late", REASON, number="case"), "visit.rectification": at("rectifying", number="case"),
    "visit.plan": at("visiting", {"on": day(3), "place": "示例路1号"}, number="case"),
    "visit.workspace": at("visiting", number="case"),
    "visit.item": at("visiting", lambda p: {"found": "true", "points": p["points"], "revision": "1", "note": "已核对"}, number="case", item="item"),
    "visit.settle": at("visiting", {"how": "record"}, number="case", rival="rival"),
    "visit.add_sample": at("visiting", {"place": "实验楼", "sound": "1", "listed": ""}, number="case"),
    "visit.change_sample": at("visiting", {"sound": "1", "note": "再看"}, number="case", sample="sample"),
    "visit.drop_sample": at("visiting", number="case", sample="sample"),
    "visit.new_finding": at("visiting", {"what": "管道渗漏", "demand": "修复", "due_on": day(9)}, number="case"),
    "visit.finding": at("visiting", {"what": "水嘴滴漏严重", "demand": "更换", "due_on": day(9)}, number="case", finding="finding"),
    "visit.drop_finding": at("visiting", number="case", finding="finding"),
    "visit.recheck": at("rechecking", number="case"),
    "visit.check_again": at("rechecking", {"recheck": "passed", "recheck_note": "合格"}, number="case", finding="finding"),
    "visit.add_photos": at("visiting", lambda p: {"photos": (photo(), "site.jpg")}, number="case"),
    "visit.drop_photo": at("visiting", number="case", photo="photo"), "visit.photo_file": at("visiting", number="case", photo="photo"),
    "visit.photo_page": at("visiting", number="case", photo="photo", page="=1"),
    "visit.signing": at("visiting", {"party": "self", "name": "签名人", "confirmed": "y"}, number="case"),
    "visit.signature_file": at("visiting", number="case", signature="signature"),
    "visit.conclude": at("visiting", REASON | {"outcome": "rectify", "summary": "见问题清单。"}, number="case"),
    "visit.file": at("visiting", number="case", **FILE), "visit.file_page": at("visiting", number="case", evidence="evidence", page="=1"),

    # --- the decision
    "decide.queue": at(), "decide.countersigning": at(), "decide.nominations": at(), "decide.board": at("deciding", round="round"),
    "decide.case": at("deciding", number="case"), "decide.decide": at("deciding", {"remark": "同意"}, number="case"),
    "decide.reject": at("deciding", REASON, number="case"), "decide.bulk": at("deciding", lambda p: {"case": str(p["case"]), "confirmed": "1"}),
    "decide.countersign": at("decided", lambda p: {"authority": p["authority"]}, number="case"),
    "decide.object_to_decision": at("decided", lambda p: REASON | {"authority": p["authority"]}, number="case"),
    "decide.nominate": at("to-nominate", number="case"), "decide.named": at("nominated", {"document": "国管节能〔2026〕1号"}, number="case"),
    "decide.refused": at("nominated", REASON, number="case"),

    # --- the public notice
    "announce.queue": at(), "announce.archive": at(), "announce.notice": at("announced", number="notice"),
    "announce.paper": at("announced", number="notice"), "announce_paper.naming": at("over", number="notice"),
    "announce.compose": at("to-announce", lambda p: {
        "title": "公示", "basis": "根据标准，现予公示。", "contact_office": "节能处", "contact_phone": "023-00000000", "contact_address": "示例路1号",
        "cases": str(p["case"]), "publish": "1"}, edition="edition"),
    "announce.objection": at("announced", number="objection"), "announce.attachment": at("announced", number="objection", file="file"),
    "announce.answer": at("announced", {"answer": "经核查，异议不成立。"}, number="objection", verdict="=dismiss"),

    # --- certificates
    "certify.queue": at(), "certify.terms": at(), "certify.register": at(), "certify.register_csv": at(),
    "certify.case": at("certified", number="case"), "certify.paper": at("certified", number="case"), "certify.plate": at("certified", number="case"),
    "certify.issue": at("over", number="case"), "certify.publish": at("unpublished", number="case"),
    "certify.bulk": at("over", lambda p: {"case": str(p["case"]), "confirmed": "1"}, deed="=issue"),
    "certify.reissue": at("certified", REASON, number="case"), "certify.reverify": at("certified", number="case"),
    "certify.keep": at("reverifying", lambda p: REASON | {"until": day(3650)}, number="case"), "certify.expire": at("term-over", number="case"),
    "certify.end": at("certified", REASON, number="case", deed="=revoke"),
    "certify_paper.form": at("certified", number="case"), "certify_paper.decision": at("revoked", number="case"),
    "works.work": at(number="work"),

    # --- registry, reports, administration, one's own account
    "registry.index": at(), "registry.one": at("draft", number="house"), "registry.institution": at(sends={
        "short_name": "简称", "address": "示例路1号", "headcount": "500", "floor_area_m2": "20000"}),
    "registry.statistics": at(sends={}), "registry.download": at(), "registry.read": at(sends={"pasted": "用水量\t1"}),
    "reports.dashboard": at(), "reports.cases": at(), "reports.cases_xlsx": at(), "reports.cases_csv": at(),
    "administer.people": at(), "administer.edition_list": at(), "administer.events": at(), "administer.events_csv": at(),
    "administer.rounds": at(), "administer.round": at(sends=lambda p: _round_form(p) | {"name": "改名"}, number="open-round"),
    "administer.new_round": at(sends=_round_form),
    "administer.person": at(sends={"name": "改名", "language": "zh"}, number="person"),
    "administer.invite": at(sends={"sign_in": "fresh-person", "name": "新人", "language": "zh"}),
    "administer.choose_role": at(number="person", role="=expert"), "administer.give_role": at(number="person", role="=expert"),
    "administer.take_role": at(number="person", one="grant"), "administer.deactivate": at(number="person"),
    "administer.reactivate": at(number="closed"), "administer.password": at(number="person"),
    "own.home": at(), "own.messages": at(), "own.message": at("message", number="message"), "own.read_all": at(),
    "own.profile": at(sends={"language": "zh", "notify": "off"}), "own.first_password": at(sends={"fresh": "another good password", "again": "another good password"}),
    "own.password": at(sends={"present": PASSWORD, "fresh": "another good password", "again": "another good password"}),
    "own.sign_out": at(),
}
