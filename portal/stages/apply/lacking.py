"""What is still missing from an application, each by name with the page that mends it, and which step comes next."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from portal.domain.scheme import Item
from portal.domain.workflow import Action, Stage
from portal.models.application import Application, Correction
from portal.models.person import Person
from portal.stages.apply.handing_in import chapter_name
from portal.stages.apply.progress import Lack, Progress
from portal.web.filters import title_of

OPEN = ("asked", "now", "none", "missing")
"""States of an item that wants something."""


@dataclass(frozen=True)
class Lacking:
    """One thing that is missing: what it is, where it is mended, whether a star item hangs on it."""

    text: str
    url: str
    star: bool = False


@dataclass(frozen=True)
class Step:
    """What to do next; without an address it is somebody else's turn."""

    text: str
    url: str = ""


def _item(case: Application, item: Item) -> str:
    return url_for("apply.item", number=case.id, item_id=item.id)


def _conditions(case: Application, place: str = "") -> str:
    return url_for("apply.conditions", number=case.id) + (f"#{place}" if place else "")


def _sheet(case: Application) -> str:
    return url_for("registry.statistics", year=case.round.statistics_year)


def _of_lack(case: Application, lack: Lack) -> Lacking:
    page = _item(case, lack.place) if isinstance(lack.place, Item) else _conditions(case)
    return Lacking(_("%(id)s lacks “%(name)s”", id=lack.place.id, name=title_of(lack.request)),
                   f"{page}#{lack.place.id}-{lack.request.id}", isinstance(lack.place, Item) and lack.place.star)


def correction_url(case: Application, state: Progress, one: Correction) -> str:
    """Where a correction is mended."""
    if one.item_id and state.scheme.has_item(one.item_id):
        return _item(case, state.scheme.item(one.item_id))
    return _conditions(case, one.item_id) if one.item_id else url_for("apply.case", number=case.id)


def lacking(case: Application, state: Progress) -> list[Lacking]:
    """Everything that stands in the way of signing, in the order of the task list."""
    found = [Lacking(_("Condition %(id)s is not met: without it nobody can apply", id=one.id),
                     _conditions(case, one.id)) for one in state.unmet]
    found += [Lacking(_("The correction asked of %(id)s is not answered", id=one.item_id or _("the whole")),
                      correction_url(case, state, one)) for one in state.unanswered_corrections]
    found += [Lacking(_("Condition %(id)s is not answered", id=one.id), _conditions(case, one.id))
              for one in state.unanswered]
    found += [Lacking(_("Statistics of %(year)s are not reported", year=year), _sheet(case))
              for year in state.unreported]
    found += [_of_lack(case, lack) for lack in state.lacks]
    found += [Lacking(_("%(id)s %(title)s is not answered", id=row.item.id, title=title_of(row.item)),
                      _item(case, row.item), row.item.star) for row in state.unscored]
    found += [Lacking(_("Chapter “%(title)s” of the self-report is not written", title=chapter_name(one)),
                      url_for("apply.report", number=case.id) + f"#{one.key}") for one in state.chapters_left]
    return found


def next_step(case: Application, state: Progress, *, may: dict[str, bool], heads: list[Person]) -> Step | None:
    """The one thing to do next, or None where there is nothing to do (the case may no longer be changed)."""
    if Action.ANSWER.value not in may and Action.SIGN_OFF.value not in may:
        return None
    if state.complete:
        return _to_hand_in(case, may=may, heads=heads)
    if state.unanswered_corrections:
        one = state.unanswered_corrections[0]
        return Step(_("Next: correct %(what)s", what=one.item_id or _("the whole")), correction_url(case, state, one))
    if state.unanswered or state.unmet or state.condition_lacks:
        return Step(_("Next: basic conditions"), _conditions(case))
    if state.unreported:
        return Step(_("Next: energy and water statistics"), _sheet(case))
    row = next((row for row in state.rows if row.status in OPEN), None)
    if row is not None:
        return Step(_("Next: %(id)s %(title)s", id=row.item.id, title=title_of(row.item)),
                    _item(case, row.item) + ("#evidence" if row.status == "missing" else ""))
    return Step(_("Next: self-report"), url_for("apply.report", number=case.id))


def _to_hand_in(case: Application, *, may: dict[str, bool], heads: list[Person]) -> Step:
    page = url_for("apply.check", number=case.id)
    if case.signed_at is not None:
        return Step(_("Next: hand it in"), f"{page}#hand-in") if Action.ANSWER.value in may else Step(
            _("Next: the operator hands it in"))
    if Action.SIGN_OFF.value in may:
        return Step(_("Next: read everything and sign"), f"{page}#sign")
    names = "、".join(one.name for one in heads)
    return Step(_("Next: %(names)s signs off", names=names) if names else _(
        "Next: ask the bureau for an account for the head of the institution"))


def begun(case: Application) -> bool:
    """Whether anything was filled in since the case was opened."""
    return bool(case.answers) or case.stage != Stage.DRAFT or any(key != "revision" for key in case.report)
