"""Assemble the portal: settings, extensions, desks in the order of the lifecycle, error pages."""

import importlib
from typing import Any

from flask import Flask, current_app, has_request_context, request, url_for
from flask_babel import Babel
from flask_login import current_user
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import clock, jobs
from portal import settings as settings_module
from portal.accounts import waiting
from portal.db import db, let_go
from portal.settings import Settings, shipped
from portal.web import (
    arriving,
    away,
    crossing,
    errors,
    filters,
    guard,
    headers,
    home,
    language,
    limits,
    stylesheet,
    visitor,
)

# In the order of a case; each module has `desk` (and accounts also `door`).
DESKS: tuple[str, ...] = (
    "portal.directory.routes",
    "portal.selfcheck.routes",
    "portal.selfcheck.api",
    "portal.stages.apply.routes",
    "portal.stages.recommend.routes",
    "portal.stages.screen.routes",
    "portal.stages.review.routes",
    "portal.stages.review.moderation",
    "portal.stages.visit.routes",
    "portal.stages.decide.routes",
    "portal.stages.announce.routes",
    "portal.stages.announce.public",
    "portal.stages.announce.paper",
    "portal.stages.certify.routes",
    "portal.stages.certify.papers",
    "portal.stages.certify.paper",
    "portal.stages.certify.credentials",
    "portal.web.work",
    "portal.registry.routes",
    "portal.reports.routes",
    "portal.administer.routes",
    "portal.accounts.routes",
)


class Migrations:
    """What Flask-Migrate finds in the app: itself, loaded when somebody migrates; no web process ever does."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __getattr__(self, name: str) -> Any:
        from flask_migrate import Migrate

        Migrate(self.app, db, directory=str(shipped("migrations")), render_as_batch=True)
        return getattr(self.app.extensions["migrate"], name)


def create_app(settings: Settings | None = None) -> Flask:
    """One portal with these settings (default: from the environment)."""
    settings = settings or settings_module.read()
    app = Flask("portal")
    app.config.update(
        PORTAL=settings, SECRET_KEY=settings.key(), SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database),
        SESSION_COOKIE_SECURE=settings.cookie_secure, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=2 * 1024 * 1024, WTF_CSRF_TIME_LIMIT=12 * 3600, WTF_CSRF_CHECK_DEFAULT=False,
        BABEL_DEFAULT_LOCALE="zh", BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        RATELIMIT_HEADERS_ENABLED=False, TEMPLATES_AUTO_RELOAD=False,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]

    arriving.init_app(app)
    settings.data.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    app.teardown_appcontext(lambda _error: let_go())  # before the extension's own, which makes an answer a 500
    app.extensions["migrate"] = Migrations(app)
    Babel(app, locale_selector=lambda: locale(settings))
    language.init_app(app)
    visitor.init_app(app)
    limits.limiter.init_app(app)
    guard.init_app(app)
    protect(app)
    headers.init_app(app)
    errors.init_app(app)
    away.init_app(app)
    crossing.init_app(app)
    filters.init_app(app)
    stylesheet.init_app(app, watching=app.debug or settings.demo)
    jobs.init_app(app, settings)

    app.register_blueprint(home.desk)
    for name in DESKS:
        module = importlib.import_module(name)
        for attribute in ("desk", "door"):
            if hasattr(module, attribute):
                app.register_blueprint(getattr(module, attribute))
    app.context_processor(page_context)
    return app


def engine_options(database: str) -> dict[str, object]:
    """A connection is tried before it is used, and a server that does not answer is given up after five seconds.

    PostgreSQL compiles no statement: for the small ones of a page that takes far longer than to answer them.
    """
    chosen = {"connect_timeout": 5, "options": "-c jit=off"} if database.startswith("postgresql") else {}
    return {"pool_pre_ping": True, "connect_args": chosen}


def protect(app: Flask) -> None:
    """Check the CSRF token of every changing request, after the door: a stranger's upload is not even read."""
    csrf = CSRFProtect(app)

    @app.before_request
    def check() -> None:
        if not (app.config["WTF_CSRF_ENABLED"] and request.endpoint) or request.method in {"GET", "HEAD", "OPTIONS"}:
            return
        # a view that receives files checks the token itself, once it knows its sender (web/receiving.py)
        if not getattr(app.view_functions[request.endpoint], "without_csrf", False):
            csrf.protect()


def locale(settings: Settings) -> str:
    """A person's language, else the one chosen on this device, else the portal's."""
    if not has_request_context():
        return settings.default_language
    if "language" in request.args and request.args["language"] in {"zh", "en"}:
        return request.args["language"]
    chosen = request.cookies.get("language")
    if chosen in {"zh", "en"}:
        return chosen
    if current_user and current_user.is_authenticated:
        return str(current_user.language)
    return settings.default_language


def page_context() -> dict[str, object]:
    """What layout.html needs on every page: the visitor, her desks with what waits at each, the links of this desk."""
    settings: Settings = current_app.config["PORTAL"]
    shown: dict[str, object] = {"visitor": None, "desks": [], "desk_links": [], "unread": 0, "demo": settings.demo,
                                "locale": locale(settings)}
    if not (current_user and current_user.is_authenticated):
        return shown
    waits: dict[str, int] = {}
    for turn in waiting.turns(current_user, clock.now()):
        waits[turn.desk] = waits.get(turn.desk, 0) + turn.cases
    mine = guard.own(current_app, current_user.roles)
    here = next((one for one in mine if one.name == request.blueprint
                 or request.endpoint in [endpoint for _label, endpoint in one.desk_links]), None)
    return shown | {
        "visitor": current_user, "unread": waits.get("own", 0), "desk_links": links_of(here) if here else [],
        "desks": [{"label": one.label, "url": url_for(one.home), "current": one is here,
                   "count": waits.get(one.name, 0)} for one in mine]}


def links_of(desk: guard.Desk) -> list[tuple[object, str, str]]:
    """The links of a desk as (label, address, aria-current): the nearest to this page's address is marked."""
    links = [(label, url_for(endpoint)) for label, endpoint in desk.desk_links
             if endpoint in current_app.view_functions]
    nearest = max((url for _label, url in links if request.path.startswith(url)), key=len, default="")
    return [(label, url, "" if url != nearest else "page" if url == request.path else "true") for label, url in links]
