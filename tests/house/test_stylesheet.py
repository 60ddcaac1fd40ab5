"""One stylesheet, assembled from its sources, under an address that changes with it; static files kept for a year."""

import re
from pathlib import Path

from flask import Flask, url_for

from portal.web import stylesheet

CSS = Path(__file__).resolve().parents[2] / "portal" / "static" / "css"


def address(app: Flask, name: str = stylesheet.SHEET) -> str:
    with app.test_request_context():
        return url_for("static", filename=name)


def test_a_page_asks_for_one_stylesheet(app: Flask, context: None) -> None:
    page = app.test_client().get("/sign-in").text
    assert re.findall(r'<link rel="stylesheet" href="([^"]+)"', page) == [address(app)]


def test_no_template_asks_for_another() -> None:
    asking = {path.name for path in CSS.parents[1].joinpath("templates").rglob("*.html")
              if 'rel="stylesheet"' in path.read_text("utf-8")}
    assert asking == {"layout.html", "500.html"}


def test_every_source_is_in_it_the_tokens_first_paper_last(app: Flask) -> None:
    sheet = app.test_client().get(address(app)).text
    for path in CSS.glob("*.css"):
        assert path.read_text("utf-8").strip() in sheet, path.name
    assert sheet.startswith((CSS / "tokens.css").read_text("utf-8")[:40])
    assert sheet.rstrip().endswith((CSS / "print.css").read_text("utf-8").rstrip()[-80:])


def test_what_carries_the_digest_is_kept_for_a_year_and_is_the_same_for_everybody(app: Flask) -> None:
    client = app.test_client()
    for name in (stylesheet.SHEET, "js/page.js", "img/mark.svg"):
        answer = client.get(address(app, name), buffered=True)
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
        assert "Vary" not in answer.headers and "Set-Cookie" not in answer.headers
    for old in ("/static/js/page.js", "/static/v-000000000000/js/page.js", "/static/portal.css"):
        answer = client.get(old, buffered=True)
        assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-cache"
    assert client.get("/static/v-0/../../app.py", buffered=True).status_code == 404
    again = client.get("/static/portal.css", headers={"If-None-Match": client.get("/static/portal.css").headers["ETag"]})
    assert again.status_code == 304


def test_modules_find_each_other_under_the_same_digest(app: Flask) -> None:
    folder = address(app, "js/page.js").removesuffix("page.js")
    for wanted in re.findall(r"'\./([\w-]+\.js)'", app.test_client().get(folder + "page.js", buffered=True).text):
        assert app.test_client().get(folder + wanted, buffered=True).status_code == 200, wanted


def test_browsers_without_light_dark_get_the_light_half() -> None:
    tokens = (CSS / "tokens.css").read_text("utf-8")
    light = stylesheet.light_only(tokens)
    assert light.count("light-dark(") == 1, "only the question whether it is understood"
    assert "--paper: #fbfaf6;" in light and "--veil: rgba(20, 28, 24, .48);" in light
    named = set(re.findall(r"(--[\w-]+):[^;]*light-dark\(", tokens))
    assert named == set(re.findall(r"(--[\w-]+):", light)) and len(named) > 30
    assert stylesheet.light_only(":root { --x: 1px; }") == ""


def test_a_changed_file_changes_the_address_where_somebody_works_on_it(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    source = tmp_path / "css" / "base.css"
    source.write_text("a { color: red }", "utf-8")
    shelf, fixed = (stylesheet.Shelf(tmp_path, watching=watching) for watching in (True, False))
    before = shelf.digest
    source.write_text("a { color: blue }", "utf-8")
    shelf.look()
    fixed.look()
    assert shelf.digest != before and b"blue" in shelf.sheet
    assert fixed.digest == before and b"red" in fixed.sheet


def test_each_source_is_short_and_takes_its_colours_from_the_tokens() -> None:
    for path in CSS.glob("*.css"):
        text = path.read_text("utf-8")
        assert text.count("\n") <= 120, path.name
        assert text.startswith(f"/* {path.name}:"), path.name
        if path.name not in {"tokens.css", "print.css"}:
            colours = set(re.findall(r"#[0-9a-f]{3,8}\b", re.sub(r"/\*.*?\*/", "", text, flags=re.S))) - {"#fff"}
            assert not colours, (path.name, colours)
