"""The guides: every link, anchor and picture leads somewhere; the reader is safe and finds them also when installed."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from werkzeug.exceptions import NotFound

from portal import settings
from portal.directory import guide
from portal.domain.workflow import Role

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = sorted(path for language in guide.LANGUAGES for path in (ROOT / "docs" / "guide" / language).glob("*.md"))


def written_id(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Guides of our own making."""
    monkeypatch.setattr(guide, "folder", lambda: tmp_path)
    for language in guide.LANGUAGES:
        (tmp_path / language).mkdir()

    def write(language: str, name: str, text: str) -> None:
        (tmp_path / language / f"{name}.md").write_text(text, "utf-8")

    return write


@pytest.mark.parametrize("path", WRITTEN, ids=written_id)
def test_every_guide_can_be_read_and_leads_somewhere(client, app, context, path):
    assert path.stem in guide.GUIDES
    page = client.get(f"/guide/{path.stem}?language={path.parent.name}").text
    found = guide.read(path.stem, path.parent.name)
    assert found.title and found.lead and len(found.headings) >= 2 and found.language == path.parent.name
    assert str(found.body) in page and "TODO" not in page
    anchors = set(re.findall(r'id="([^"]*)"', found.body))
    routes = app.url_map.bind("localhost")
    for target in re.findall(r'href="([^"]*)"', found.body):
        address, _, anchor = unquote(target).partition("#")
        if not address:
            assert anchor in anchors, target
        elif address.startswith("/guide/"):
            other = guide.read(address.removeprefix("/guide/").partition("?")[0], path.parent.name)
            assert other and (not anchor or anchor in {one.anchor for one in other.headings}), target
        elif address.startswith("/"):
            try:
                routes.match(address.partition("?")[0])
            except NotFound:
                pytest.fail(f"{path}: {target} is no page")
        else:
            assert address.startswith(("https://", "mailto:")), target
    for picture, words in re.findall(r'<img src="([^"]*)" alt="([^"]*)"', found.body):
        with client.get(picture) as answer:
            assert words and answer.status_code == 200, picture


def test_both_languages_tell_the_same_sections():
    for path in WRITTEN:
        twin = path.parent.parent / ("en" if path.parent.name == "zh" else "zh") / path.name
        if twin.is_file():
            levels = [[one.level for one in guide.read(path.stem, language).headings] for language in guide.LANGUAGES]
            assert levels[0] == levels[1], path.name


def test_a_guide_becomes_a_page(client, context, elsewhere, tmp_path):
    shutil.copy(ROOT / "docs" / "pictures" / "verify.png", tmp_path / "seen.png")
    elsewhere("zh", "apply", "# 申报\n\n给经办人。\n\n## 第一步：填写\n\n![清单](../seen.png)\n\n1. 见[评审](review.md#a)\n"
                             "2. <b>粗</b>\n\n## 第一步：填写\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n")
    page = client.get("/guide/apply").text
    assert "<h1 class=\"phrase\">申报</h1>" in page and '<p class="lead">给经办人。</p>' in page
    assert 'id="第一步填写"' in page and 'id="第一步填写-1"' in page and page.count('href="#') >= 2
    assert re.search(r'<figure><img src="/guide/files/seen.png" alt="清单" loading="lazy" width="\d+" height="\d+" />'
                     r"<figcaption>清单</figcaption></figure>", page)
    assert 'href="/guide/review#a"' in page and "&lt;b&gt;粗" in page and '<div class="table-wrap"><table class="table">' in page
    with client.get("/guide/files/seen.png") as picture:
        assert picture.mimetype == "image/png"


def test_what_runs_is_not_run(client, context, elsewhere):
    elsewhere("zh", "apply", "# a\n\nb\n\n[x](javascript:alert(1)) <script>alert(1)</script> ![\" onerror=x](../x.png)\n")
    page = client.get("/guide/apply").text
    assert "<script>alert" not in page and 'href="javascript:' not in page and '" onerror' not in page


def test_a_language_that_is_missing_is_said(client, context, elsewhere):
    elsewhere("zh", "apply", "# 申报\n\n给经办人。\n\n## 一\n")
    page = client.get("/guide/apply?language=en").text
    assert "not been translated" in page and '<article class="guide" lang="zh-Hans">' in page
    assert client.get("/guide/review").status_code == 404
    assert "申报" in client.get("/guide").text


def test_no_guide_at_all_is_said(client, context, elsewhere):
    assert "未安装使用指南" in client.get("/guide").text


@pytest.mark.parametrize("name", ["../README.md", "README.md", "zh/public.md", "..%2F..%2Fpyproject.toml", "x.png"])
def test_only_pictures_are_given_out(client, context, name):
    assert client.get(f"/guide/files/{name}").status_code == 404
    assert client.get(f"/guide/{name}").status_code == 404


def test_help_leads_to_the_guide_of_the_desk(client, make, as_, elsewhere):
    elsewhere("zh", "administer", "# 管理\n\n给管理员。\n\n## 一\n")
    assert 'href="/guide"' in client.get("/units").text
    page = as_(make.person(Role.ADMINISTRATOR)).get("/administer/rounds").text
    assert 'href="/guide/administer"' in page
    elsewhere("zh", "public", "# 公众\n\n给公众。\n\n## 一\n")
    assert 'href="/guide/public"' in client.get("/units").text


def test_the_guides_travel_in_the_wheel(tmp_path):
    """Built as an installation builds it; the installed package finds them beside its modules."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=ROOT, check=True,
                   capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
        for path in WRITTEN:
            assert f"portal/docs/guide/{written_id(path)}.md" in names
        wheel.extractall(tmp_path / "site")
    where = subprocess.run(
        [sys.executable, "-c", "from portal.directory import guide; print(guide.folder()); print(guide.read('public', 'zh').title)"],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "site"), "PATH": ""}, check=True, capture_output=True, text=True)
    assert where.stdout.splitlines() == [str(tmp_path / "site" / "portal" / "docs" / "guide"), guide.read("public", "zh").title]


def test_a_checkout_reads_the_source():
    assert settings.shipped("docs/guide") == ROOT / "docs" / "guide"
