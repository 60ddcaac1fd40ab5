"""A stranger objects on the public page: a receipt, no certificate meanwhile, a published answer, then the certificate."""

import io
from collections.abc import Callable

from flask import Flask

from portal import jobs
from portal.audit import breaks
from portal.domain.workflow import Stage
from portal.models.notice import Objection, PublicNotice
from tests.journeys import midway
from tests.journeys.life import Life
from tests.make import Make
from tests.papers import pdf

Travel = Callable[..., None]
WATER = "water-saving-2013"
FACTS = "该校二号楼卫生间仍在使用一次冲洗量九升的便器，照片附后。"
WHO = {"party": "person", "name": "钱某某", "phone": "13900000001", "email": "qian@example.invalid", "address": "示例巷2号"}
ANSWER = "经现场复核，二号楼便器已于去年全部更换为节水型，异议不成立。"


def cannot_issue(life: Life) -> None:
    """No button on the officer's page, and the deed itself is refused, alone and among several."""
    walker = life.at("officer").open(f"/certify/{life.number}")
    assert not [one for one in walker.page.forms if (one.get("action") or "").endswith("/issue")]
    assert walker.client.post(f"/certify/{life.number}/issue").status_code == 409
    bulk = walker.client.post("/certify/bulk/issue", data={"case": [str(life.number)], "confirmed": "1"})
    assert bulk.status_code == 303
    jobs.work_off()
    life.is_at(Stage.ANNOUNCED)


def test_objected_answered_issued(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, WATER, travel, Stage.ANNOUNCED)
    notice = midway.rows(PublicNotice)[0]
    cannot_issue(life)  # the notice runs

    stranger = life.stranger().open("/notices").follow(f"/notices/{notice.id}").sees(life.institution.name)
    stranger.follow("/object").send({"facts": FACTS} | WHO | {"name": ""}, status=422).sees(FACTS)
    stranger.send({"facts": FACTS, "files": [(io.BytesIO(b"MZ" + bytes(400)), "tool.exe")]} | WHO, status=422)
    assert midway.rows(Objection) == []
    stranger.open(f"/notices/{notice.id}/object").send(
        {"facts": FACTS, "files": [(io.BytesIO(pdf("Photos", 1)), "照片.pdf")]} | WHO)
    receipt = midway.rows(Objection)[0].receipt
    stranger.sees(receipt, "已受理您的异议")
    assert stranger.answer is not None and "Set-Cookie" not in stranger.answer.headers
    life.was_told("officer", life.institution.short_name)

    # anybody with the receipt reads how it stands, nobody who raised it
    reader = life.stranger().open(f"/notices/objections?receipt={receipt.lower()}").sees(receipt)
    reader.open("/notices/objections?receipt=2026-0001-ZZZZ", status=404)
    pages = [f"/notices/{notice.id}", f"/notices/objections/{receipt}"]
    own = life.at("applicant").open(f"/apply/{life.number}")
    for page in pages:
        reader.open(page)
        assert not any(word in reader.text for word in (WHO["name"], WHO["phone"], WHO["address"], WHO["email"]))
    assert not any(word in own.text for word in (*WHO.values(), FACTS) if word != "person")

    # the officer reads who and what, also the attachment; the notice ends, the objection does not
    officer = life.at("officer").open("/announce/").follow("/announce/objections/").sees(WHO["name"], FACTS, "照片.pdf")
    with officer.client.get(officer.links("/files/")[0]) as paper:
        assert paper.status_code == 200 and paper.data == pdf("Photos", 1)
        assert paper.headers["Content-Disposition"].startswith("attachment")
    life.travel(days=10)
    cannot_issue(life)
    stranger.open(f"/notices/{notice.id}/object")
    assert not [one for one in stranger.page.forms if one.method == "POST"]
    late = stranger.client.post(f"/notices/{notice.id}/object", data={"facts": FACTS, "entry": str(
        notice.entries[0].id)} | WHO)
    assert late.status_code == 409

    officer.open("/announce/").follow("/announce/objections/").send({"answer": ""}, action="/dismiss", status=422)
    answer_url = officer.url
    officer.send({"answer": ANSWER}, action="/dismiss").sees(ANSWER)
    again = officer.client.post(answer_url, data={"answer": "另一个答复"})
    assert again.status_code == 409
    for page in pages:
        reader.open(page).sees(ANSWER)
    life.was_told("applicant", life.case.number)
    assert FACTS not in life.at("applicant").open(f"/apply/{life.number}").text

    certificate = life.issue()
    life.is_at(Stage.CERTIFIED)
    life.stranger().open(f"/verify/{certificate.verify_code}").sees(life.institution.name, "有效")
    assert breaks()[1] == []


def test_two_objections_both_have_to_be_answered(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, WATER, travel, Stage.ANNOUNCED)
    for name in ("钱某某", "孙某某"):
        life.stranger().open("/notices").follow("/notices/").follow("/object").send({"facts": FACTS} | WHO | {"name": name})
    life.travel(days=10)
    officer = life.at("officer")
    for one in midway.rows(Objection):
        cannot_issue(life)
        officer.open(f"/announce/objections/{one.id}").send({"answer": ANSWER}, action="/dismiss")
    life.issue()
    life.is_at(Stage.CERTIFIED)
