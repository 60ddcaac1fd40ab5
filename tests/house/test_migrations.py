"""Migrations run up and down and equal the models."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select

from portal.db import db
from portal.domain.workflow import Stage
from portal.models.application import Answer, Application
from portal.models.base import Base
from portal.models.person import Grant, Person
from portal.models.review import Sheet, SheetScore
from portal.models.statistics import YearlyStatistics
from tests.make import Make


def test_migrations_equal_the_models(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_run_down_and_up_again(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        assert set(Base.metadata.tables) <= set(inspect(db.engine).get_table_names())


def test_a_filled_instance_is_carried_over(app: Flask, make: Make) -> None:
    make.sheet(make.application(stage=Stage.REVIEWING), sealed=True)
    tables = (Person, Grant, Application, Answer, Sheet, SheetScore, YearlyStatistics)
    kept = [db.session.scalar(select(func.count()).select_from(one)) for one in tables]
    db.session.remove()
    downgrade(revision="0001")
    upgrade()
    assert [db.session.scalar(select(func.count()).select_from(one)) for one in tables] == kept
    assert min(kept) > 0
