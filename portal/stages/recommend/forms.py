"""What a district or a department fills in: scores item by item, corrections, the opinion."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from portal.domain.scheme import Item
from portal.stages.recommend.queries import Given

LONGEST = 2000


class Correct(FlaskForm):
    """A return for correction; the reasons by item are read beside it."""

    summary = TextAreaField(_("Summary for the institution"), validators=[
        DataRequired(_("Say in one or two sentences what has to be done.")), Length(max=LONGEST)])
    due_on = DateField(_("To be corrected by"), validators=[
        InputRequired(_("Name the day by which the correction is due."))])


class Endorse(FlaskForm):
    """The opinion that goes to the bureau."""

    opinion = TextAreaField(_("Recommendation opinion"), validators=[
        DataRequired(_("Write why this institution is recommended.")), Length(max=LONGEST)])
    rank = IntegerField(_("Rank"), validators=[
        InputRequired(_("Give the rank among the institutions that you recommend in this round.")),
        NumberRange(min=1, max=999, message=_("Ranks count from 1."))])


class Decline(FlaskForm):
    """Why a case is not recommended."""

    reason = TextAreaField(_("Reason, read by the institution"), validators=[
        DataRequired(_("A reason is needed: the institution reads it.")), Length(max=LONGEST)])


@dataclass(frozen=True)
class Scores:
    """Scores as sent: readable values by item, and for the rest what was typed with what is wrong with it."""

    values: Mapping[str, Given]
    typed: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def read_scores(sent: Mapping[str, str], items: Iterable[Item]) -> Scores:
    """Read fields points-<item>, na-<item>, note-<item>; an item without any of its fields is left alone."""
    values, typed, notes, errors = {}, {}, {}, {}
    for item in items:
        keys = {part: f"{part}-{item.id}" for part in ("points", "na", "note")}
        if not any(key in sent for key in keys.values()):
            continue
        text = sent.get(keys["points"], "").strip()
        absent = bool(sent.get(keys["na"])) and item.not_applicable is not None
        note = sent.get(keys["note"], "").strip()[:LONGEST]
        points = _number(text)
        if text and not absent and (points is None or not 0 <= points <= item.points or points % item.step):
            typed[item.id], notes[item.id] = text, note
            errors[item.id] = gettext("%(item)s: give a number from 0 to %(max)s in steps of %(step)s.", item=item.id,
                                      max=format(item.points.normalize(), "f"),
                                      step=format(item.step.normalize(), "f"))
            continue
        values[item.id] = Given(points=None if absent else points, not_applicable=absent, note=note)
    return Scores(values=values, typed=typed, notes=notes, errors=errors)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace("，", ".").replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
