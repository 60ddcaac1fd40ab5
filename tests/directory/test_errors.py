"""Error pages: each says what happened and what to do next, in both languages, to people and to machines."""

import re

import pytest
from werkzeug.exceptions import HTTPException, default_exceptions

from portal import settings as settings_module
from portal.app import create_app
from portal.domain.workflow import Role
from portal.web.guard import Desk


@pytest.fixture
def broken(tmp_path):
    """A portal without a database and with a page for every error."""
    app = create_app(settings_module.read({}, data=tmp_path, sign_in_limit="2 per hour", upload_limit_mb=7))
    desk = Desk("trouble", __name__, public=True)

    @desk.get("/trouble/<int:code>")
    def trouble(code: int):
        raise default_exceptions.get(code, HTTPException)()

    @desk.get("/trouble/bug")
    def bug():
        raise ValueError("private words")

    app.register_blueprint(desk)
    return app


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 410, 413, 414, 429, 500, 503])
def test_each_error_has_a_page_that_says_what_next(broken, code, language):
    answer = broken.test_client().get(f"/trouble/{code}?language={language}")
    assert answer.status_code == code and f'lang="{"zh-Hans" if language == "zh" else "en"}"' in answer.text
    title, text = re.search(r"<h1>(.*?)</h1><p class=\"lead\">(.*?)</p>", answer.text).groups()
    assert title and len(text) > 15 and 'class="btn btn-main"' in answer.text and str(code) in answer.text
    if language == "zh":
        assert not re.search(r"[a-z]{4}", re.sub(r"<[^>]*>", "", title + text))
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 429, 500])
def test_machines_get_json(broken, code):
    answer = broken.test_client().get(f"/trouble/{code}", headers={"Accept": "application/json"})
    assert answer.status_code == code and set(answer.json) == {"error", "message"} and answer.json["message"]


def test_a_bug_tells_nothing_and_needs_no_database(broken):
    client = broken.test_client()
    page = client.get("/trouble/bug")
    assert page.status_code == 500 and "private words" not in page.text and "几分钟后" in page.text
    with client.session_transaction() as session:
        session["_user_id"] = "1:somebody"
    for address in ("/units", "/trouble/500"):
        answer = client.get(address)
        assert answer.status_code == 500 and 'class="lead"' in answer.text


def test_the_limit_of_a_file_is_the_one_that_is_set(broken):
    assert "7 MB" in broken.test_client().get("/trouble/413").text


def test_who_knocks_too_often_learns_how_long_to_wait(broken):
    broken.config["WTF_CSRF_ENABLED"] = False
    client = broken.test_client()
    for _ in range(2):
        client.post("/sign-in", data={"sign_in": "", "password": ""})
    answer = client.post("/sign-in", data={"sign_in": "", "password": ""})
    assert answer.status_code == 429 and 3500 < int(answer.headers["Retry-After"]) < 3700 and re.search("6[01] 分钟", answer.text)


def test_a_wrong_method_names_the_right_ones(client, context):
    answer = client.post("/units")
    assert answer.status_code == 405 and "GET" in answer.headers["Allow"] and "不能直接打开" in answer.text


def test_a_missing_page_offers_ways_on(client, make, as_):
    page = client.get("/nowhere").text
    for way in ('action="/units"', 'href="/"', 'href="/verify"', 'href="/notices"', 'href="/guide/public"', 'href="/guide"'):
        assert way in page or way == 'href="/guide/public"'
    officer = as_(make.person(Role.OFFICER))
    assert "回到我的工作" in officer.get("/nowhere").text


def test_going_back_leads_only_to_this_site(client, context):
    here = client.post("/units", headers={"Referer": "http://localhost/units?q=a"}).text
    assert 'href="http://localhost/units?q=a"' in here
    assert "evil" not in client.post("/units", headers={"Referer": "http://evil.example/x"}).text
