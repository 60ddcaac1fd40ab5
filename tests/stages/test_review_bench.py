"""The expert's workspace beyond the plain score: basis, steps, what the middle pane shows, from one sheet to the next."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal as D

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from portal import filing, lifecycle
from portal.clock import now
from portal.db import db, transaction
from portal.domain.judging import Basis, Mark
from portal.domain.refusal import Incomplete
from portal.domain.workflow import Action, Role, Stage
from portal.models.event import Event
from portal.models.evidence import Evidence
from portal.models.institution import Institution
from portal.models.review import SheetScore
from portal.stages.review import actions, bench, queries, summary
from tests.stages.test_review_desk import JSON, attach, fill


@pytest.fixture
def expert(make):
    return make.person(Role.EXPERT)


@pytest.fixture
def case(make):
    return make.application(stage=Stage.REVIEWING)


@pytest.fixture
def sheet(make, case, expert):
    return make.sheet(case, expert=expert)


def bind(case, data, *, name, kind, item="T2"):
    """Bind a file without pictures."""
    with transaction() as session:
        sha256, size, _store = filing.keep_bytes(data)
        file = filing.keep(io.BytesIO(data), sha256=sha256, size=size, mime="application/zip", kind=kind, name=name,
                           pages=None, institution_id=case.institution_id, by=None)
        file.preview = "none"
        row = Evidence(application_id=case.id, item_id=item, request_id="list", file_id=file.id,
                       bound_by_id=case.operator_id, bound_at=now())
        session.add(row)
    return row


def ledger():
    """A small xlsx."""
    book, stream = Workbook(), io.BytesIO()
    book.active.append(["用水器具清单"])
    for row in (["安装位置", "总数", "节水型"], ["食堂洗涤间", 14, 12.5]):
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def letter(text):
    """A small docx."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as parcel:
        parcel.writestr("word/document.xml",
                        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
                        f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>")
    return stream.getvalue()


# --- the basis of a score

def test_a_page_is_marked_as_the_basis_and_opened_again(as_, sheet, expert, case):
    file = attach(case, pages=6)
    client = as_(expert)
    answer = client.post(f"/review/{case.id}/items/T2", headers=JSON, data={
        "choice": "4", "reason": "洗涤间4件水嘴无水效标识", "revision": "0", "basis": f"{file.id}:5"})
    assert answer.json["state"] == "departed"
    row = db.session.scalars(select(SheetScore)).one()
    assert (row.basis_id, row.basis_page) == (file.id, 5)
    assert db.session.scalars(select(Event).where(Event.action == "score")).one().detail["basis"] == [file.id, 5]
    page = client.get(f"/review/{case.id}?item=T2").text
    assert f"/files/{file.id}/pages/5" in page and f'value="{file.id}:5" data-key="b" checked' in page
    assert f"file={file.id}&amp;page=5" in client.get(f"/review/{case.id}/seal").text


def test_the_last_page_marked_counts_and_none_takes_the_mark_away(as_, sheet, expert, case):
    file = attach(case, pages=6)
    client = as_(expert)
    client.post(f"/review/{case.id}/items/T2", data={"choice": "8", "revision": "0",
                                                     "basis": [f"{file.id}:5", f"{file.id}:2"]})
    assert db.session.scalars(select(SheetScore)).one().basis_page == 2
    client.post(f"/review/{case.id}/items/T2", data={"choice": "8", "revision": "1"})
    db.session.expire_all()
    assert db.session.scalars(select(SheetScore)).one().basis_id is None


@pytest.mark.parametrize("page", [0, 7])
def test_a_page_that_is_not_there_is_no_basis(sheet, expert, case, page):
    file = attach(case, pages=6)
    with pytest.raises(Incomplete):
        actions.score(sheet, "T2", mark=Mark(points=D(8), basis=Basis(evidence=file.id, page=page)), revision=0, by=expert)


def test_evidence_of_another_case_is_no_basis(make, as_, sheet, expert, case):
    other = attach(make.application(stage=Stage.REVIEWING), pages=2)
    answer = as_(expert).post(f"/review/{case.id}/items/T2", headers=JSON,
                              data={"choice": "8", "revision": "0", "basis": f"{other.id}:1"})
    assert answer.status_code == 409
    assert as_(expert).post(f"/review/{case.id}/items/T2", headers=JSON,
                            data={"choice": "8", "revision": "0", "basis": "page five"}).status_code == 422
    assert not db.session.scalars(select(SheetScore)).all()


def test_moderator_and_summary_read_the_basis(make, as_, case):
    file = attach(case, pages=6)
    sheets = [make.sheet(case, sealed=True) for _ in range(3)]
    with transaction():
        score = next(one for one in sheets[0].scores if one.item_id == "T2")
        score.basis_id, score.basis_page, score.reason = file.id, 5, "洗涤间4件水嘴无水效标识"
    client = as_(make.person(Role.MODERATOR))
    page = client.get(f"/moderate/{case.id}?items=all").text
    assert f"/moderate/{case.id}/files/{file.id}#page-5" in page and "洗涤间4件水嘴无水效标识" in page
    assert 'id="page-5"' in client.get(f"/moderate/{case.id}/files/{file.id}").text
    whole = bench.build(case, queries.sheets_of(case))
    assert "T2 用水器具清单第5页" in summary.facts(whole, {file.id: "用水器具清单"}).comments[0][1]
    assert "计分依据" not in summary.facts(whole, {file.id: "用水器具清单"}).comments[1][1]


# --- steps

def test_steps_met_add_up_to_the_score(as_, sheet, expert, case):
    client = as_(expert)
    client.post(f"/review/{case.id}/items/G1", data={"steps": ["0", "2"], "revision": "0"})
    row = db.session.scalars(select(SheetScore)).one()
    assert row.points == 5 and row.steps == [0, 2]
    assert 'value="2" data-step="2" data-group="" checked' in client.get(f"/review/{case.id}?item=G1").text


def test_a_score_chosen_otherwise_lets_go_of_the_steps(as_, sheet, expert, case):
    as_(expert).post(f"/review/{case.id}/items/G1", data={"steps": ["0", "2"], "points": "4.5", "revision": "0"})
    row = db.session.scalars(select(SheetScore)).one()
    assert row.points == D("4.5") and row.steps is None


@pytest.mark.parametrize("steps", [["x"], ["0", "x"]])
def test_what_is_no_step_is_refused(as_, sheet, expert, case, steps):
    answer = as_(expert).post(f"/review/{case.id}/items/G1", data={"steps": steps, "revision": "0"}, headers=JSON)
    assert answer.status_code == 422 and not db.session.scalars(select(SheetScore)).all()


# --- the middle pane

def test_a_spreadsheet_and_a_document_are_read_as_text(as_, sheet, expert, case):
    table, text = bind(case, ledger(), name="清单.xlsx", kind="sheet"), bind(case, letter("一、节水制度"), name="制度.docx", kind="document")
    client = as_(expert)
    page = client.get(f"/review/{case.id}?item=T2&file={table.id}").text
    assert "食堂洗涤间" in page and "12.5" in page and 'colspan="3"' in page
    assert "一、节水制度" in client.get(f"/review/{case.id}?item=T2&file={text.id}").text


@pytest.mark.parametrize("kind", ["sheet", "document"])
def test_a_damaged_file_is_offered_for_download(as_, sheet, expert, case, kind):
    broken = bind(case, b"no archive at all", name="清单.bin", kind=kind)
    page = as_(expert).get(f"/review/{case.id}?item=T2&file={broken.id}")
    assert page.status_code == 200 and f"/review/{case.id}/files/{broken.id}" in page.text


def test_the_timeline_tells_the_case_and_nothing_of_other_judges(make, as_, sheet, expert, case):
    colleague = make.sheet(case, expert=make.person(Role.EXPERT, name="欧阳同僚"))
    with transaction():
        lifecycle.advance(case, Action.ASK_CLARIFICATION, by=colleague.expert, detail={"item": "T2"})
    actions.score(sheet, "T2", mark=Mark(points=D(8)), revision=0, by=expert)
    actions.score(colleague, "T3", mark=Mark(points=D(1), reason="别人的理由"), revision=0, by=colleague.expert)
    page = as_(expert).get(f"/review/{case.id}?file=timeline").text
    assert "class=\"timeline\"" in page and expert.name in page
    assert "欧阳同僚" not in page and "别人的理由" not in page


# --- from sheet to sheet

def test_after_the_seal_comes_the_next_sheet(make, as_, sheet, expert, case):
    with transaction():
        sheet.due_at = now() + timedelta(days=1)
    later = make.sheet(make.application(stage=Stage.REVIEWING), expert=expert)
    fill(sheet, by=expert)
    client = as_(expert)
    answer = client.post(f"/review/{case.id}/seal", data={"deed": "seal"})
    assert answer.location.endswith(f"/review/{later.application_id}")
    fill(later, by=expert)
    assert client.post(f"/review/{later.application_id}/seal", data={"deed": "seal"}).location.endswith("/review/")


def test_a_button_saves_the_item_and_goes_on_to_the_seal(as_, sheet, expert, case):
    answer = as_(expert).post(f"/review/{case.id}/items/T2", data={"choice": "8", "revision": "0", "goto": "seal"})
    assert answer.location.endswith(f"/review/{case.id}/seal")
    assert db.session.scalars(select(SheetScore)).one().points == 8


def test_a_sheet_that_ended_unsealed_does_not_stand_among_the_sealed(make, as_, expert):
    done = make.sheet(make.application(stage=Stage.VISITING), expert=expert, sealed=True)
    ended = make.sheet(make.application(stage=Stage.NOT_PASSED), expert=expert)
    page = as_(expert).get("/review/").text
    among_ended, among_sealed = page[page.index('id="ended"'):page.index('id="done"')], page[page.index('id="done"'):]
    assert ended.application.number in among_ended and done.application.number not in among_ended
    assert done.application.number in among_sealed and ended.application.number not in among_sealed


def test_the_next_item_left_is_offered_also_backwards(as_, sheet, expert, case):
    fill(sheet, by=expert, leave=("T3",))
    assert 'value="T3" data-key="u"' in as_(expert).get(f"/review/{case.id}?item=G6").text


def test_a_long_chain_of_superiors_costs_no_more_queries(make, as_, sheet, expert, case, count_queries):
    client = as_(expert)

    def cost():
        with count_queries() as seen:
            assert client.get(f"/review/{case.id}").status_code == 200
        return len(seen)

    before, top = cost(), make.institution()
    for _ in range(3):
        top = make.institution(superior=top)
    with transaction():
        db.session.get(Institution, case.institution_id).superior_id = top.id
    assert cost() == before
