"""Closed doors: every endpoint is at a desk, an endpoint at no desk refuses, changing requests need a token."""

import inspect

import pytest
from flask import Blueprint, Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter

from portal import settings as settings_module
from portal.app import create_app
from portal.domain.workflow import Role
from portal.web.guard import Desk
from tests.make import Make


def test_every_endpoint_is_at_a_desk(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            assert isinstance(app.blueprints[rule.endpoint.rsplit(".", 1)[0]], Desk), rule.endpoint


def test_an_endpoint_at_no_desk_refuses_everybody(tmp_path_factory: pytest.TempPathFactory) -> None:
    app = create_app(settings_module.read({}, data=tmp_path_factory.mktemp("stray")))
    stray = Blueprint("stray", __name__)
    stray.add_url_rule("/stray", view_func=lambda: "open")
    app.register_blueprint(stray)
    app.add_url_rule("/bare", "bare", lambda: "open")
    client = app.test_client()
    assert client.get("/stray").status_code == 403
    assert client.get("/bare").status_code == 403


def test_only_the_public_desks_are_public(app: Flask) -> None:
    public = {one.name for one in app.blueprints.values() if isinstance(one, Desk) and one.public}
    assert public == {"home", "accounts", "directory", "notices", "credentials", "selfcheck", "api"}


def fitting(converter: BaseConverter) -> str:
    """A value that a part of an address takes."""
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return "1" if isinstance(converter, IntegerConverter) else "x"


def test_a_stranger_is_sent_to_the_door(app: Flask, make: Make) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        desk = app.blueprints.get(rule.endpoint.rsplit(".", 1)[0])
        if isinstance(desk, Desk) and not desk.public:
            url = app.url_map.bind("localhost").build(
                rule.endpoint, {name: fitting(converter) for name, converter in rule._converters.items()})
            method = "GET" if "GET" in (rule.methods or set()) else "POST"
            answer = client.open(url, method=method)
            assert answer.status_code in {302, 401}, rule
            if answer.status_code == 302:
                assert "/sign-in" in answer.location


def test_each_role_enters_only_its_own_desks(app: Flask, make: Make, as_) -> None:  # type: ignore[no-untyped-def]
    homes = [one for one in app.blueprints.values() if isinstance(one, Desk) and one.serves and one.home]
    institution = make.institution()
    for role in set(Role) - {Role.PUBLIC}:
        person = make.person(role, institution=institution if role in {Role.APPLICANT, Role.SIGNATORY} else None,
                             division="500112", authority="ndrc")
        client = as_(person)
        for desk in homes:
            with app.test_request_context():
                url = app.url_map.bind("localhost").build(desk.home)
            status = client.get(url).status_code
            assert (status == 403) == (role not in desk.serves), (role, desk.name, status)


def test_a_changing_request_without_a_token_is_refused_everywhere(
        app: Flask, make: Make, as_) -> None:  # type: ignore[no-untyped-def]
    institution, clients = make.institution(), {}
    for role in set(Role) - {Role.PUBLIC}:
        clients[role] = as_(make.person(role, institution=institution, division="500112", authority="ndrc"))
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        for rule in app.url_map.iter_rules():
            desk = app.blueprints.get(rule.endpoint.rsplit(".", 1)[0])
            if "POST" not in (rule.methods or set()) or not isinstance(desk, Desk):
                continue
            url = app.url_map.bind("localhost").build(
                rule.endpoint, {name: fitting(converter) for name, converter in rule._converters.items()})
            client = clients[sorted(desk.serves)[0]] if desk.serves else clients[Role.OFFICER]
            # A view that takes files asks for its case first: there is none here, so it says 404 and reads nothing.
            own = getattr(app.view_functions[rule.endpoint], "without_csrf", False)
            assert client.post(url, data={"x": "1"}).status_code in ({400, 404} if own else {400}), rule
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_view_that_takes_files_checks_the_token_itself(app: Flask) -> None:
    taking = {name: view for name, view in app.view_functions.items() if getattr(view, "without_csrf", False)}
    assert taking
    for name, view in taking.items():
        assert getattr(view, "stateless", "") or "receive(" in inspect.getsource(view), name


def test_only_calculations_that_keep_nothing_go_without_a_token(app: Flask) -> None:
    """Their desk may not even import the database (pyproject: "The self-check keeps nothing"), and each gives its reason."""
    free = {name: view for name, view in app.view_functions.items() if hasattr(view, "stateless")}
    assert set(free) == {"selfcheck.check", "api.score"}
    for name, view in free.items():
        assert view.__module__.startswith("portal.selfcheck."), name
        assert "keeps nothing" in view.stateless, name


def test_every_answer_carries_the_headers(app: Flask) -> None:
    answer = app.test_client().get("/sign-in")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_cookies_are_locked_down(app: Flask, make: Make) -> None:
    from tests.make import PASSWORD

    person = make.person(Role.OFFICER)
    answer = app.test_client().post("/sign-in", data={"sign_in": person.sign_in, "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    secure = create_app(settings_module.read({}, data=app.config["PORTAL"].data, cookie_secure=True))
    assert secure.config["SESSION_COOKIE_SECURE"] is True
