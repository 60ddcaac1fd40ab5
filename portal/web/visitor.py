"""Who is visiting: loaded once a request, with the roles."""

from flask import Flask, abort
from flask_login import LoginManager, current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.models.person import Person


def init_app(app: Flask) -> None:
    """Let Flask-Login find people by the key in their session."""
    manager = LoginManager(app)
    manager.session_protection = "basic"

    @manager.user_loader
    def load(key: str) -> Person | None:
        number, _, mark = key.partition(":")
        person = db.session.scalars(
            select(Person).where(Person.id == int(number)).options(joinedload(Person.grants))).unique().one_or_none()
        return person if person and person.active and person.get_id() == f"{number}:{mark}" else None


def me() -> Person:
    """The person signed in; 401 when nobody is."""
    if not current_user.is_authenticated:
        abort(401)
    person: Person = current_user._get_current_object()
    return person
