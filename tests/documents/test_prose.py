"""Line breaking and figures of the working papers."""
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.colors import Color

from portal.documents.lettering import NO_LINE_END, NO_LINE_START, balanced
from portal.documents.prose import Style, lines
from portal.documents.tables import figure
from portal.documents.typeface import width

PLAIN = Style(Color(0, 0, 0), size=10)
TEXTS = st.text(st.sampled_from("节能办公室，。；（）《》“”a1 -%."), min_size=1, max_size=120)


@given(TEXTS, st.floats(60, 300))
def test_nothing_is_lost_and_no_line_is_wider_than_the_measure(text, measure):
    rows = [row for row, _ in lines(text, PLAIN, measure)]
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    assert all(width(row, PLAIN.face, PLAIN.size) <= measure + .02 for row in rows)


def test_punctuation_stays_where_chinese_readers_expect_it():
    text = "按照《公共机构节能条例》要求，建立“主要领导负总责、分管领导具体抓”的工作机制（详见附件）。" * 6
    for measure in range(100, 240, 3):
        rows = [row for row, _ in lines(text, PLAIN, measure)]
        assert not any(row[0] in NO_LINE_START for row in rows)
        assert not any(row[-1] in NO_LINE_END for row in rows)


def test_words_and_figures_are_not_broken():
    rows = [row for row, _ in lines("全年用电量1,254,300kWh较上年下降", PLAIN, 70)]
    assert any("1,254,300kWh" in row for row in rows)


@pytest.mark.parametrize(("value", "shown"), [
    (D("1198765.505"), "1,198,765.51"), (D("0.5"), "0.5"), (D("85.00"), "85"), (D("-0.125"), "-0.13"),
    (100, "100"), (None, "—"), ("不评分", "不评分"), (D("1E+3"), "1,000")])
def test_figures(value, shown):
    assert figure(value) == shown


def test_titles_are_cut_between_words():
    assert balanced("关于推荐2026年度市级节约型公共机构示范单位的函", 2) == \
        ["关于推荐2026年度市级", "节约型公共机构示范单位的函"]
