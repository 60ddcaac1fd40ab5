"""Evidence files of the demonstration: real files of their kind that the portal's own intake takes, always the same."""

import zipfile
from datetime import date
from io import BytesIO
from random import Random

import openpyxl
import pypdfium2
import pytest
from PIL import ExifTags, Image

from portal import intake
from portal.demo import files, institutions, photos, scans, statistics
from portal.domain.evidence import Kind

TODAY = date(2026, 11, 23)
NAMES = {
    "pdf": ("用水管理制度", "水平衡测试报告", "近12个月水费票据", "供水管网平面图", "节水培训通知和签到表", "创建工作方案"),
    "image": ("水表照片", "节水标识照片", "节水器具清单", "能耗监测平台截图"),
    "sheet": ("近12个月用水台账", "节水器具清单（含品牌型号、数量、位置）", "次级用水单位水表清单"),
    "document": ("节约用水管理制度汇编",),
}
EVERY = [(kind, name) for kind, names in NAMES.items() for name in names]


@pytest.fixture(scope="module")
def institution():
    return institutions.institutions(Random(7))[200]


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_the_portal_takes_every_file_as_what_it_claims_to_be(institution, kind, name):
    filename, content = files.evidence_file(Random(5), document_name=name, institution=institution, kind=kind, today=TODAY)
    examined = intake.examine(BytesIO(content), filename, kinds=[Kind(kind)])
    assert examined.kind == Kind(kind)
    assert "/" not in filename


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_the_same_seed_makes_the_same_bytes(institution, kind, name):
    first, again, other = (
        files.evidence_file(Random(seed), document_name=name, institution=institution, kind=kind, today=TODAY)
        for seed in (5, 5, 6)
    )
    assert first == again
    assert first[1] != other[1]


def test_pictures_do_not_depend_on_what_was_drawn_before(institution):
    kept = files.evidence_file(Random(5), document_name="水表照片", institution=institution, kind="image", today=TODAY)
    scan = files.evidence_file(Random(5), document_name="用水管理制度", institution=institution, kind="pdf", today=TODAY)
    for cache in (photos._scene, scans._body, scans._following, scans._paper):
        cache.cache_clear()
    assert scan == files.evidence_file(Random(5), document_name="用水管理制度", institution=institution, kind="pdf", today=TODAY)
    assert kept == files.evidence_file(Random(5), document_name="水表照片", institution=institution, kind="image", today=TODAY)


def test_scans_are_marked_and_look_like_scans(institution):
    _, content = files.evidence_file(Random(5), document_name="用水管理制度", institution=institution, kind="pdf", today=TODAY)
    document = pypdfium2.PdfDocument(content)
    about = document.get_metadata_dict()
    assert (about["Title"], about["Subject"], about["Author"]) == ("用水管理制度", "演示数据", institution.name)
    assert 1 <= len(document) <= 3
    assert document[0].get_textpage().get_text_bounded() == ""
    picture = document[0].render(scale=1).to_pil().convert("RGB")
    red = sum(1 for r, g, b in picture.get_flattened_data() if r > 140 and g < 110 and b < 110)
    assert red > 300  # the red heading is there
    assert document[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)


def test_photographs_carry_the_time_they_were_taken(institution):
    name, content = files.evidence_file(Random(5), document_name="水表照片", institution=institution, kind="image", today=TODAY)
    exif = Image.open(BytesIO(content)).getexif()
    taken = exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal]
    assert taken.replace(":", "").replace(" ", "_") in name
    assert exif[ExifTags.Base.ImageDescription] == "demonstration data"
    assert taken < "2026:11:23"


def test_a_ledger_adds_up_to_the_reported_year(institution):
    (year,) = statistics.statistics(Random(2), institution, years=(2025,))
    _, content = files.evidence_file(
        Random(5), document_name="近12个月用水台账", institution=institution, kind="sheet", today=TODAY, figures=year
    )
    rows = list(openpyxl.load_workbook(BytesIO(content)).active.values)
    head, months, total = rows[2], rows[3:15], rows[15]
    column = head.index("用水（立方米）")
    assert sum(row[column] for row in months) == pytest.approx(total[column])
    assert total[column] == pytest.approx(float(year.quantities["water_m3"]))
    assert "演示数据" in rows[1][0]


def test_no_part_of_an_archive_tells_the_time_it_was_made(institution):
    for kind, name in (("sheet", "近12个月用水台账"), ("document", "节约用水管理制度汇编")):
        _, content = files.evidence_file(Random(5), document_name=name, institution=institution, kind=kind, today=TODAY)
        with zipfile.ZipFile(BytesIO(content)) as archive:
            assert {each.date_time for each in archive.infolist()} == {(2020, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("name", "kinds", "expected"),
    [
        ("用水器具现场照片", ("pdf", "image"), "image"),
        ("近12个月用水台账", ("pdf", "sheet"), "sheet"),
        ("近12个月用水台账", ("pdf", "image"), "pdf"),
        ("节水标识照片", ("image",), "image"),
        ("工作方案", ("document", "pdf"), "pdf"),
        ("工作方案", ("document",), "document"),
    ],
)
def test_a_name_suggests_its_kind(name, kinds, expected):
    assert files.kind_for(name, kinds=kinds) == expected


def test_an_unknown_kind_is_refused(institution):
    with pytest.raises(ValueError, match="video"):
        files.evidence_file(Random(1), document_name="宣传片", institution=institution, kind="video", today=TODAY)


def test_everything_the_editions_ask_for_can_be_made(institution):
    from portal import editions

    for scheme in editions.every():
        for _, request in scheme.evidence_requests():
            kind = files.kind_for(request.name, kinds=request.kinds)
            _, content = files.evidence_file(
                Random(1), document_name=request.name, institution=institution, kind=kind, today=TODAY
            )
            assert len(content) > 1000
