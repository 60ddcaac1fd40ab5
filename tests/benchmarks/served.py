"""What gunicorn serves for a benchmark: the portal with the number of its SQL queries in a header; and a bare Flask route."""

import time

from flask import Flask, Response, g
from sqlalchemy import event
from sqlalchemy.engine import Engine

from portal.app import create_app

BARE_BYTES = 10_000


def portal() -> Flask:
    """The portal; every answer says in `X-Queries` how many statements it took, transactions not counted, and in `X-Processor`
    how many seconds of processor time."""
    app = create_app()

    @app.before_request
    def start() -> None:
        g.statements, g.began = 0, time.thread_time()

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers["X-Queries"] = str(g.get("statements", 0))
        response.headers["X-Processor"] = str(time.thread_time() - g.began)
        return response

    @event.listens_for(Engine, "before_cursor_execute")
    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "COMMIT", "SAVEPOINT")):
            g.statements = g.get("statements", 0) + 1

    return app


def bare() -> Flask:
    """One route that returns ten kilobytes and asks nobody."""
    app, text = Flask("bare"), "x" * BARE_BYTES

    @app.get("/")
    def page() -> str:
        return text

    return app
