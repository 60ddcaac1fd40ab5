"""What waits, in words, and the page where each deed is done."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.models.application import Application
from portal.web.filters import endpoint_url

DEEDS = {
    "to-submit": _l("Fill in and submit"), "to-sign": _l("Sign off"), "to-correct": _l("Correct and hand in again"),
    "to-create": _l("Finish the creation period"), "to-rectify": _l("Report the rectification"),
    "to-clarify": _l("Answer the experts' questions"), "to-recommend": _l("Score and recommend"),
    "to-screen": _l("Check formally"), "to-assign": _l("Assign experts"), "to-appoint": _l("Appoint a team"),
    "to-nominate": _l("Send to the national authorities"), "to-announce": _l("Put on public notice"),
    "to-answer": _l("Answer objections"), "to-issue": _l("Issue certificates"),
    "to-conclude": _l("Conclude the review"), "to-review": _l("Score and seal"), "to-visit": _l("Inspect on site"),
    "to-decide": _l("Decide"), "to-reverify": _l("Decide the re-verification"), "to-countersign": _l("Countersign"),
}
# Where a deed is done, when that is not the first page of its desk.
_PLACES: dict[str, tuple[str, dict[str, str]]] = {
    "to-assign": ("screen.queue", {"tab": "assign"}), "to-nominate": ("decide.nominations", {}),
    "to-countersign": ("decide.countersigning", {}), "to-decide": ("decide.board", {}),
    "to-reverify": ("certify.terms", {}),
}
_HOMES = {"apply": "apply.index"}
_PAGES = {"review": ("review.sheet", "case")}


def turn_words(kind: str, number: int) -> str:
    """One line for so many cases: "Formal check: 3 cases"."""
    return _("%(deed)s: %(cases)s", deed=DEEDS[kind], cases=ngettext("%(num)s case", "%(num)s cases", number))


def turn_url(kind: str, desk: str) -> str:
    """The list in which these cases stand."""
    endpoint, args = _PLACES.get(kind, (_HOMES.get(desk, f"{desk}.queue"), {}))
    return endpoint_url(endpoint, **args) or ""


def case_url(desk: str, case: Application) -> str:
    """The page of a case at a desk; empty where the desk has none."""
    endpoint, key = _PAGES.get(desk, (f"{desk}.case", "number"))
    return endpoint_url(endpoint, **{key: case.id}) or ""
