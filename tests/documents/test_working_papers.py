"""Forms, letters, records and summaries: same bytes again, empty values, texts over a page, refusals."""
from dataclasses import replace

import pytest

from portal.documents import application_form, covering_letter, ending_decision, score_summary
from portal.documents.sealing import Opinion
from portal.documents.typeface import MissingGlyph
from tests.documents.specimens import COVER, LETTER, PAPERS, REVOKED, SHORT_FORM, SUMMARY


def test_the_same_bytes_again_after_other_papers():
    first = {name: paper.render(paper.facts) for name, paper in PAPERS.items()}
    again = {name: paper.render(paper.facts) for name, paper in reversed(PAPERS.items())}
    assert [name for name in first if first[name] != again[name]] == []


def test_an_empty_application_can_be_printed_to_fill_by_hand(reader):
    blank = replace(SHORT_FORM, cover=replace(COVER, credit_code="", recommender="", person="", phone="",
                                        filled=None, digest=""),
                    evidence=(), narratives=(), opinions=(Opinion("申报单位意见"),))
    reader.assert_says(application_form.render(blank), "未附佐证材料", "六、承诺与意见")


def test_a_very_long_note_flows_over_the_page(reader):
    note = "说明文字较长，需跨页排印。" * 260
    section = replace(SHORT_FORM.sections[0], items=(replace(SHORT_FORM.sections[0].items[0], note=note),))
    reader.assert_says(application_form.render(replace(SHORT_FORM, sections=(section,))), "合计")


def test_a_sign_nobody_can_draw_is_refused_in_a_table_too():
    bad = replace(LETTER, rows=(replace(LETTER.rows[0], unit="示例\U000323AF局"),))
    with pytest.raises(MissingGlyph):
        covering_letter.render(bad)


def test_more_sheets_than_fit_are_refused():
    with pytest.raises(ValueError, match="10 sheets"):
        score_summary.render(replace(SUMMARY, experts=tuple("ABCDEFGHIJ")))


@pytest.mark.parametrize("reason", ["单位撤并。", "单位撤并；", "单位撤并"])
def test_a_reason_is_set_into_the_sentence_without_doubled_punctuation(reason):
    facts = replace(REVOKED, kind="cancelled", reason=reason, basis="")
    assert ending_decision.ended(facts).startswith("因单位撤并，决定自2027年8月2日起注销")


def test_a_note_with_signs_that_nobody_can_draw_is_printed_with_their_code_points(reader):
    row = replace(SHORT_FORM.evidence[0], file="台账😀\u200b\ufe0f.pdf")
    form = replace(SHORT_FORM, evidence=(row,), narratives=(("（一）基本概况", "第一段\r\n第二段\t完"),))
    reader.assert_says(application_form.render(form), "台账〔U+1F600〕.pdf", "第二段")
