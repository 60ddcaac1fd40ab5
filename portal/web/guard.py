"""The door: a desk says whom it serves; an endpoint at no desk is closed to everybody."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Flask, abort, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.domain.workflow import Role

# What somebody may open whose password is still the one that an administrator gave.
WITH_FIRST_PASSWORD = frozenset({"own.first_password", "own.sign_out"})


class Desk(Blueprint):
    """A blueprint with a door. `serves`: roles that may enter; `public`: everybody; neither: whoever is signed in.

    `label` is the desk's name on the page, `home` the endpoint it opens on, `links` its (label, endpoint) pairs.
    """

    def __init__(self, name: str, import_name: str, *, prefix: str = "", serves: Iterable[Role] = (),
                 public: bool = False, label: Any = "", home: str = "", links: Iterable[tuple[Any, str]] = ()) -> None:
        super().__init__(name, import_name, url_prefix=prefix or None)
        self.serves, self.public, self.label = frozenset(serves), public, label
        self.home, self.desk_links = home, tuple(links)

    def admits(self, roles: frozenset[Role]) -> bool:
        """Whether somebody signed in with these roles may enter."""
        return self.public or not self.serves or bool(self.serves & roles)


def desks(app: Flask) -> list[Desk]:
    """Every desk in the order in which app.py lists them."""
    return [one for one in app.blueprints.values() if isinstance(one, Desk)]


def own(app: Flask, roles: frozenset[Role]) -> list[Desk]:
    """The desks at which somebody with these roles works; one that another of them leads to is part of that other."""
    mine = [one for one in desks(app) if one.serves & roles and one.label and one.home]
    parts = {endpoint.partition(".")[0] for one in mine for _label, endpoint in one.desk_links
             if not endpoint.startswith(one.name + ".")}
    return [one for one in mine if one.name not in parts]


def may_enter(desk: Desk) -> bool:
    """Whether the visitor may enter a desk; at a public one nobody asks who she is."""
    return desk.public or (current_user.is_authenticated and desk.admits(current_user.roles))


def init_app(app: Flask) -> None:
    """Put the door before every request."""

    @app.before_request
    def door() -> Response | None:
        if request.endpoint is None or request.endpoint == "static":
            return None
        desk = app.blueprints.get(request.blueprint or "")
        if not isinstance(desk, Desk):
            abort(403)
        if desk.public:
            return None
        if not current_user.is_authenticated:
            if request.method in {"GET", "HEAD"} and not request.path.startswith("/api/"):
                return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
            abort(401)
        if current_user.first_password and request.endpoint not in WITH_FIRST_PASSWORD:
            if request.method not in {"GET", "HEAD"}:
                abort(403)
            return redirect(url_for("own.first_password"))
        if not desk.admits(current_user.roles):
            abort(403)
        return None
