"""Asking an institution for corrections, as the desks that check do: reasons by item all at once, a summary, a day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from flask import request
from flask_wtf import FlaskForm

from portal.domain.refusal import Refused
from portal.dossier import Dossier

LONGEST = 2000
Deed = Callable[[dict[str, str], str, date], None]


@dataclass
class Asking:
    """The page as sent; `reasons` by item or condition, "" for the whole application; `problem`: it was refused."""

    form: FlaskForm
    reasons: dict[str, str] = field(default_factory=dict)
    problem: Refused | None = None
    done: bool = False

    @property
    def status(self) -> int:
        """Of the answer: 422 when something has to be corrected on the page."""
        return 422 if self.form.errors or self.problem else 200


def asked(form: FlaskForm, file: Dossier, deed: Deed) -> Asking:
    """Read the page and do the deed with (reasons, summary, day); `form` has the fields summary and due_on."""
    page = Asking(form, read_reasons(places(file)))
    if form.validate_on_submit():
        try:
            deed(page.reasons, form.summary.data or "", form.due_on.data)
            page.done = True
        except Refused as refused:
            page.problem = refused
    return page


def places(file: Dossier) -> list[str]:
    """The ids of everything that can be asked about."""
    return [*(each.condition.id for each in file.conditions), *(row.item.id for row in file.rows)]


def read_reasons(known: Iterable[str]) -> dict[str, str]:
    """Reasons from the fields reason-<id> that say something; reason- is the application as a whole."""
    found = {place: request.form.get(f"reason-{place}", "").strip()[:LONGEST] for place in ("", *known)}
    return {place: text for place, text in found.items() if text}
