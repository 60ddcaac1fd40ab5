"""One deed on a case's page: the form checked, the deed done, and back to the page with a word on what was done."""

from collections.abc import Callable

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal.models.application import Application


def act(found: Application, form: FlaskForm, said: str, deed: Callable[[Application], object], *,
        page: Callable[[], str], home: str) -> ResponseReturnValue:
    """Do a deed when its form holds; a form with mistakes gives `page()` again (422).

    `said` is flashed when it was done, `home` the endpoint of the case's page. Refusals pass through.
    """
    if not form.validate_on_submit():
        return page(), 422
    deed(found)
    flash(said, "done")
    return redirect(url_for(home, number=found.id), 303)
