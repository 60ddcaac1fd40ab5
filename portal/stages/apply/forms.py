"""What the institution fills in: an item's answer by its own shape, conditions, chapters, reasons, replies."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.domain.acceptance import LIST_COUNT, MOST_LISTED
from portal.domain.answers import rubric_points
from portal.domain.formulas import FORMULAS
from portal.domain.scheme import Item, Scheme
from portal.domain.self_report import LONGEST, chapters
from portal.models.application import Answer
from portal.stages.apply.actions import Said
from portal.web.fields import LARGEST as LARGEST_FIGURE
from portal.web.fields import Figure
from portal.web.filters import chinese, title_of
from portal.web.filters import points as shown_points
from portal.web.watched import Watched

NOTE_LENGTH = 500


class Revision(IntegerField):
    """The revision that was read, hidden."""

    widget = HiddenInput()


class Steps(SelectMultipleField):
    """The parts of a rubric, each to be ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AnswerForm(FlaskForm):
    """The parts that every item has; the others are added by `answer_form`."""

    revision = Revision(validators=[Optional()], default=0)
    note = TextAreaField(_("Note"), validators=[Optional(), Length(max=NOTE_LENGTH)],
                         render_kw={"maxlength": NOTE_LENGTH, "rows": 3})

    item: Item

    def count_fields(self) -> list[tuple[Any, Any]]:
        """The counts with their fields, in the order of the standard."""
        return [(count, self[f"count_{count.id}"]) for count in self.item.counts]

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Field by field, then parts against wholes and points against steps; of an item not scored nothing matters."""
        if not super().validate(extra_validators):
            return False
        if "not_applicable" in self._fields and self["not_applicable"].data:
            return True
        formula = FORMULAS.get(self.item.formula or "")
        names = {count.id: count for count in self.item.counts}
        for part, whole in formula.part_of if formula else ():
            if part not in names or whole not in names:
                continue
            less, more = self[f"count_{part}"], self[f"count_{whole}"]
            if less.data is not None and more.data is not None and less.data > more.data:
                less.errors = [gettext("This cannot be more than “%(whole)s” (%(most)s).",
                                       whole=title_of(names[whole]), most=f"{more.data:,f}")]
                return False
        if "points" in self._fields and self["points"].data is not None and self["points"].data % self.item.step:
            self["points"].errors = [gettext("Points are given in steps of %(step)s.",
                                             step=shown_points(self.item.step))]
            return False
        return True

    def said(self) -> Said:
        """What was filled in, as the action takes it."""
        absent = "not_applicable" in self._fields and bool(self["not_applicable"].data)
        counts = {count.id: field.data for count, field in self.count_fields() if field.data is not None}
        steps = tuple(int(one) for one in self["steps"].data or ()) if "steps" in self._fields else ()
        points = self["points"].data if "points" in self._fields else None
        if points is None and steps:
            points = rubric_points(self.item, steps)
        return Said(points=None if absent else points, counts=counts, steps=steps, not_applicable=absent,
                    note=(self.note.data or "").strip())


def answer_form(item: Item, row: Answer | None) -> AnswerForm:
    """The form of one item: its counts, or its rubric and points, or "not scored" where the standard allows it."""
    parts: dict[str, Any] = {"item": item}
    for count in item.counts:
        parts[f"count_{count.id}"] = Figure(
            title_of(count), description=count.note, places=2, 
            most=Decimal(MOST_LISTED) if count.id == LIST_COUNT else LARGEST_FIGURE,
            render_kw={"inputmode": "decimal", "autocomplete": "off"})
    if item.formula is None:
        if item.steps:
            parts["steps"] = Steps(_("What is met"), choices=[
                SelectChoice(str(index), f"{step.label}（{shown_points(step.points)}）" if chinese()
                             else f"{step.label} ({shown_points(step.points)})")
                for index, step in enumerate(item.steps)])
        parts["points"] = Figure(_("Points claimed"), most=item.points, places=2,
                                 render_kw={"inputmode": "decimal", "autocomplete": "off"})
    if item.not_applicable is not None:
        parts["not_applicable"] = BooleanField(_("Not scored here"))
    made: AnswerForm = type("ItemForm", (AnswerForm,), parts)(data=_stored(item, row))
    return made


def _stored(item: Item, row: Answer | None) -> dict[str, Any]:
    if row is None:
        return {"revision": 0}
    steps = [index for index in row.counts.get("steps", []) if isinstance(index, int) and index < len(item.steps)]
    by_steps = bool(steps) and row.points == rubric_points(item, steps)
    data: dict[str, Any] = {
        "revision": row.revision, "note": row.note, "not_applicable": row.not_applicable,
        "steps": [str(index) for index in steps], "points": None if by_steps else row.points}
    for count in item.counts:
        if row.counts.get(count.id) not in (None, ""):
            data[f"count_{count.id}"] = Decimal(str(row.counts[count.id]))
    return data


class ConditionsForm(FlaskForm):
    """The parts that all conditions share."""

    revision = Revision(validators=[Optional()], default=0)

    def said(self) -> dict[str, tuple[bool | None, str]]:
        """Answers and notes by the condition's id."""
        answers = {"yes": True, "no": False}
        places = [name.removeprefix("met_") for name in self._fields if name.startswith("met_")]
        return {place: (answers.get(self[f"met_{place}"].data or ""), (self[f"note_{place}"].data or "").strip())
                for place in places}


def conditions_form(scheme: Scheme, answers: Mapping[str, Answer]) -> ConditionsForm:
    """Yes or no to every basic condition of a scheme, with a note."""
    parts: dict[str, Any] = {}
    known = [answers[one.id] for one in scheme.prerequisites if one.id in answers]
    data: dict[str, Any] = {"revision": sum(row.revision for row in known)}
    for one in scheme.prerequisites:
        parts[f"met_{one.id}"] = RadioField(title_of(one), validators=[Optional()], choices=[
            SelectChoice("yes", _("Met")), SelectChoice("no", _("Not met"))])
        parts[f"note_{one.id}"] = StringField(_("Note"), validators=[Optional(), Length(max=NOTE_LENGTH)])
        row = answers.get(one.id)
        if row is not None:
            data[f"met_{one.id}"] = {True: "yes", False: "no"}.get(row.met)  # type: ignore[arg-type]
            data[f"note_{one.id}"] = row.note
    made: ConditionsForm = type("AllConditions", (ConditionsForm,), parts)(data=data)
    return made


class ReportForm(FlaskForm):
    """The parts that all self-reports share."""

    revision = Revision(validators=[Optional()], default=0)
    scheme_id: str

    def texts(self) -> dict[str, str]:
        """The chapters by key."""
        return {one.key: (self[one.key].data or "").strip() for one in chapters(self.scheme_id)}


def report_form(scheme: Scheme, report: Mapping[str, Any]) -> ReportForm:
    """One text for every chapter that the scheme asks for."""
    language = "zh" if chinese() else "en"
    parts: dict[str, Any] = {"scheme_id": scheme.id} | {
        one.key: TextAreaField(one.title.say(language), description=one.hint.say(language),
                               validators=[Optional(), Length(max=LONGEST)],
                               render_kw={"maxlength": LONGEST, "rows": 7}) for one in chapters(scheme.id)}
    made: ReportForm = type("AllChapters", (ReportForm,), parts)(data=dict(report))
    return made


class Start(FlaskForm):
    """Open a case: for which institution, and whether to take the last answers along."""

    institution = HiddenField()
    carry = BooleanField(_("Take answers and files of the last application along"))


class Withdraw(FlaskForm):
    """Why the case is withdrawn."""

    reason = TextAreaField(_("Reason"), validators=[
        DataRequired(_("Give the reason: it is recorded with the case.")), Length(max=500)],
        render_kw={"maxlength": 500, "rows": 3})


class Reply(FlaskForm):
    """What was corrected, or the answer to a question."""

    text = TextAreaField(_("Answer"), validators=[DataRequired(_("Write an answer.")), Length(max=1000)],
                         render_kw={"maxlength": 1000, "rows": 3})


class Rectified(Watched):
    """How a problem was put right."""

    report = TextAreaField(_("What was done"), validators=[
        DataRequired(_("Write what was done.")), Length(max=1000)], render_kw={"maxlength": 1000, "rows": 3})


class Sign(FlaskForm):
    """The head's commitment."""

    agreed = BooleanField(_("I have read it and agree"), validators=[
        DataRequired(_("Tick the commitment to sign off."))])


class Nothing(FlaskForm):
    """A button alone."""
