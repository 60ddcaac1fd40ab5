"""What the bureau's officer fills in: a supplement, a note, a reason, the seats of the board."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.web.arriving import number_of

LONGEST = 2000


class Supplement(FlaskForm):
    """What is to be supplied; the reasons by item are read beside it."""

    summary = TextAreaField(_("Summary for the institution"), validators=[
        DataRequired(_("Say in one or two sentences what has to be done.")), Length(max=LONGEST)])
    due_on = DateField(_("To be supplied by"), validators=[
        InputRequired(_("Name the day by which the supplement is due."))])


class Pass(FlaskForm):
    """Admit or list as candidate; the note is needed while the checklist leaves points open."""

    note = TextAreaField(_("Note for the record"), validators=[Length(max=LONGEST)])


class Ineligible(FlaskForm):
    """Why an application may not go on."""

    reason = TextAreaField(_("Reason, read by the institution"), validators=[
        DataRequired(_("A reason is needed: the institution reads it.")), Length(max=LONGEST)])


def read_seats(sent: MultiDict[str, str]) -> list[tuple[int, int]]:
    """Pairs of case and expert from fields seat-<case>; empty seats and doubles are left out."""
    found: list[tuple[int, int]] = []
    for key in sent:
        place, _sep, case = key.partition("-")
        row = number_of(case)
        if place != "seat" or row is None:
            continue
        for expert in map(number_of, sent.getlist(key)):
            if expert is not None and (row, expert) not in found:
                found.append((row, expert))
    return found
