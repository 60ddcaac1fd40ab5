"""What a printer, an archive and a reader find in every paper, with their own tools."""
from functools import cache

import pytest

from tests.documents.specimens import FORTY, PAPERS, RARE

A4 = (210, 297)
SHEETS = {"certificate": (297, 210), "plaque": (640, 440), "score": (297, 210)}


@cache
def pdf(name: str) -> bytes:
    paper = PAPERS[name]
    return paper.render(paper.facts)


each = pytest.mark.parametrize("name", PAPERS)


@each
def test_faces_are_embedded_and_nothing_is_a_picture(name, reader):
    reader.assert_sound(pdf(name))


@each
def test_every_fact_can_be_copied_and_searched(name, reader):
    reader.assert_says(pdf(name), *PAPERS[name].words)


@pytest.mark.parametrize("text", [FORTY, RARE, "镕", "䶮", "𬭎"])
def test_long_and_rare_names_are_found_wherever_they_are_printed(text, reader):
    printed = [name for name, paper in PAPERS.items() if text in repr(paper.facts) and "plaque" not in name]
    assert printed
    for name in printed:
        reader.assert_says(pdf(name), text)


@each
def test_the_sheet_has_its_size(name, reader):
    wide, high = SHEETS.get(name.split(",")[0].split()[0], A4)
    assert reader.box(pdf(name), "Media") == pytest.approx((0, 0, wide, high), abs=.2)


@pytest.mark.parametrize("name", [name for name in PAPERS if name.startswith("plaque")])
def test_a_plaque_has_trim_and_bleed(name, reader):
    assert reader.box(pdf(name), "Trim") == pytest.approx((20, 20, 620, 420), abs=.2)
    assert reader.box(pdf(name), "Bleed") == pytest.approx((17, 17, 623, 423), abs=.2)


@each
def test_one_colour_space(name, reader):
    assert reader.spaces(pdf(name)) == {PAPERS[name].space}


@each
def test_a_reader_is_told_title_author_and_language(name, reader):
    info = reader.info(pdf(name))
    for key in ("Title", "Author", "Creator"):
        line = next(row for row in info.splitlines() if row.startswith(key + ":"))
        assert line.split(":", 1)[1].strip() not in ("", "untitled", "anonymous", "(anonymous)"), line
    assert b"/Lang (zh-CN)" in pdf(name) and b"/DisplayDocTitle true" in pdf(name)


@each
def test_text_keeps_the_margins(name, reader):
    """8 mm from the sheet's edge; on a plaque from the trim, but for the line to the plate maker."""
    wide, high = SHEETS.get(name.split(",")[0].split()[0], A4)
    least = (28 if name.startswith("plaque") else 8) / 25.4 * 72
    for word in reader.words(pdf(name)):
        if name.startswith("plaque") and word.bottom > (high - 17) / 25.4 * 72:
            continue
        assert word.left >= least and word.right <= wide / 25.4 * 72 - least, word
        assert word.top >= least and word.bottom <= high / 25.4 * 72 - least, word


@each
def test_no_text_lies_on_other_text(name, reader):
    words = reader.words(pdf(name))
    by_page: dict[int, list] = {}
    for word in words:
        by_page.setdefault(word.page, []).append(word)
    for page in by_page.values():
        page.sort(key=lambda one: one.top)
        for i, one in enumerate(page):
            for other in page[i + 1:]:
                if other.top > one.bottom - .3:
                    break
                assert not (one.left + .3 < other.right and other.left + .3 < one.right), (one, other)


@each
def test_no_page_is_nearly_empty(name, reader):
    """No page holds only a seal, a signature or the tail of a table."""
    for number, text in enumerate(reader.page_texts(pdf(name)), 1):
        assert len(text) > 60 or "意见" in text, (number, text)


@each
def test_no_line_begins_with_closing_punctuation(name, reader):
    for line in reader.run("pdftotext", "-raw", reader.saved(pdf(name)), "-").splitlines():
        assert line.strip()[:1] not in tuple("，。、；：？！）》」』】〕”"), line


@pytest.mark.parametrize("name", [name for name, paper in PAPERS.items() if hasattr(paper.facts, "verify_url")])
def test_a_scanner_reads_the_address(name, reader):
    assert reader.codes(pdf(name), dpi=90 if name.startswith("plaque") else 150) == [PAPERS[name].facts.verify_url]


@pytest.mark.parametrize("name", [name for name in PAPERS if name.startswith("application form")])
def test_the_cover_leads_back_to_the_case(name, reader):
    assert reader.codes(pdf(name)) == [PAPERS[name].facts.cover.url]


@pytest.mark.parametrize("name", [name for name in PAPERS if name.split(",")[0] in (
    "public notice", "naming letter", "covering letter", "rectification notice", "revocation", "cancellation")])
def test_the_pages_of_a_letter_are_numbered_and_its_seal_stands_with_text(name, reader):
    pages = reader.page_texts(pdf(name))
    for number, text in enumerate(pages, 1):
        assert f"—{number}—" in text
    sealed = next(text for text in pages if "加盖公章处" in text)
    assert len(sealed.replace("加盖公章处", "")) > 80


@pytest.mark.parametrize("name", [name for name in PAPERS if name.split(",")[0] in (
    "application form", "visit record", "score summary", "re-verification form")])
def test_the_pages_of_a_form_are_counted_without_the_cover(name, reader):
    pages = reader.page_texts(pdf(name))
    cover = name.startswith("application")
    for number, text in enumerate(pages[cover:], 1):
        assert f"第{number}页共{len(pages) - cover}页" in text


@pytest.mark.parametrize(("name", "row", "head"), [
    ("public notice", "示例镇", "序号单位名称"), ("naming letter", "示例镇", "序号单位名称"),
    ("application form, full", "DEAD", "序号项目材料名称"),
    ("rectification notice, many problems", "更换阀芯", "序号存在问题整改要求")])
def test_two_hundred_rows_have_their_head_on_every_page(name, row, head, reader):
    listed = [text for text in reader.page_texts(pdf(name)) if row in text]
    assert len(listed) > 2 and all(head in text for text in listed)


def test_a_heading_is_never_the_last_of_its_page(reader):
    pages = reader.page_texts(pdf("public notice"))
    assert not any(text.rstrip("—0123456789").endswith("家）") for text in pages)
