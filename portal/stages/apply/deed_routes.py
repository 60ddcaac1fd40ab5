"""Check, print, sign off, hand in, withdraw; answer questions; report rectifications."""

from decimal import Decimal

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import seen
from portal.documents import application_form
from portal.domain.evidence import dossier_digest, short_name
from portal.domain.indicators import STATISTICS_UNITS
from portal.domain.refusal import ChangedMeanwhile
from portal.domain.self_report import chapters
from portal.domain.wording import label, unit
from portal.domain.workflow import MOVES, Action, Stage
from portal.intake import Examined
from portal.models.statistics import QUANTITIES
from portal.stages.apply import arrivals, handing_in, lacking, paper, queries
from portal.stages.apply.answer_routes import language
from portal.stages.apply.desk import case_or_404, desk, may, must
from portal.stages.apply.forms import Nothing, Rectified, Reply, Sign, Withdraw
from portal.stages.apply.progress import Progress, dossier_entries
from portal.web import sending
from portal.web.receiving import receive, receives_files
from portal.web.visitor import me

DONE = {
    Action.SUBMIT: lambda case: _("Submitted to %(body)s. You will be told what becomes of it.",
                                  body=queries.body_of(case)),
    Action.RESUBMIT: lambda case: _("The correction was handed in to %(body)s.", body=queries.body_of(case)),
    Action.SUPPLY: lambda case: _("What was asked for was handed in to the bureau."),
    Action.FINISH_CREATION: lambda case: _("The creation period was reported finished. Expert review follows."),
}


@desk.get("/<int:number>/check")
def check(number: int) -> ResponseReturnValue:
    """All answers, figures and files on one page before they are signed and handed in."""
    return _check_page(number, Sign())


def _check_page(number: int, form: Sign) -> ResponseReturnValue:
    case = case_or_404(number)
    state = queries.progress_of(case)
    evidence = state.files
    return render_template(
        "apply/check.html", case=case, scheme=state.scheme, state=state, may=may(case), language=language(), form=form,
        evidence=evidence, digest=dossier_digest(dossier_entries(evidence)),
        missing=lacking.lacking(case, state),
        years=sorted(state.years), table=_yearly(state), reasons=_reasons(state), body=queries.body_of(case),
        filled={case.operator_id, *(one.updated_by_id for one in case.answers), *(one.bound_by_id for one in evidence)},
        commitment=paper.COMMITMENT, chapters_of=chapters, chapter_name=handing_in.chapter_name,
        signatories=queries.signatories(case),
        deed=handing_in.HANDS_IN.get(Stage(case.stage), Action.SUBMIT).value,
        frozen=case.dossier_digest), 422 if form.errors else 200


def _yearly(state: Progress) -> list[tuple[str, str, list[Decimal]]]:
    """The reported years side by side: quantity, unit, its figure in each; only what any year reports."""
    years = [state.years[year] for year in sorted(state.years)]
    return [(label(key, language()), unit(STATISTICS_UNITS[key], language()), [getattr(one, key) for one in years])
            for key in QUANTITIES if any(getattr(one, key) for one in years)]


def _reasons(state: Progress) -> list[tuple[int, str]]:
    """What the institution says about figures out of line, by year."""
    return [(year, str(why)) for year in sorted(state.years) for why in state.years[year].acknowledged.values()]


@desk.get("/<int:number>/form.pdf")
def form(number: int) -> ResponseReturnValue:
    """The application form on paper, with empty places for the seals."""
    case = case_or_404(number)
    state = queries.progress_of(case)
    data = application_form.render(paper.facts(case, state, statistics=state.years, evidence=state.files,
                                               body=queries.body_of(case)))
    return sending.paper(data, f"{case.number}.pdf")


@desk.post("/<int:number>/sign-off")
def sign_off(number: int) -> ResponseReturnValue:
    """The head of the institution signs off."""
    case = case_or_404(number)
    filled = Sign()
    if not filled.validate():
        return _check_page(number, filled)
    handing_in.sign_off(case, by=me())
    flash(_("Signed off. The operator can hand it in now; any change would cancel the signature."), "done")
    return redirect(url_for("apply.case", number=number), 303)


@desk.post("/<int:number>/hand-in")
def hand_in(number: int) -> ResponseReturnValue:
    """Submit, or whatever handing in is called at this stage."""
    case = case_or_404(number)
    action = handing_in.hand_in(case, by=me())
    flash(DONE[action](case), "done")
    return redirect(url_for("apply.case", number=number), 303)


@desk.route("/<int:number>/withdraw", methods=["GET", "POST"])
def withdraw(number: int) -> ResponseReturnValue:
    """End the application, after saying what that means."""
    case = case_or_404(number)
    filled = Withdraw()
    if filled.validate_on_submit():
        handing_in.withdraw(case, reason=(filled.reason.data or "").strip(), by=me())
        flash(_("The application %(number)s has been withdrawn.", number=case.number), "done")
        return redirect(url_for("apply.case", number=number), 303)
    if not filled.errors:
        must(case, Action.WITHDRAW) if _withdrawable(case.stage) else abort(404)
    return render_template("apply/withdraw.html", case=case, form=filled), 422 if filled.errors else 200


def _withdrawable(stage: Stage | str) -> bool:
    return Stage(stage) in MOVES[Action.WITHDRAW].start


@desk.post("/<int:number>/questions/<int:question>")
def clarify(number: int, question: int) -> ResponseReturnValue:
    """Answer a question of an expert."""
    case = case_or_404(number)
    asked = queries.clarification(case, question) or abort(404)
    filled = Reply()
    if filled.validate():
        handing_in.clarify(case, asked, (filled.text.data or "").strip(), by=me())
        flash(_("Your answer has been sent to the expert."), "done")
    else:
        flash(_("Write an answer."), "stop")
    return redirect(url_for("apply.case", number=number) + "#questions", 303)


@desk.route("/<int:number>/findings/<int:finding>", methods=["GET", "POST"])
@receives_files
def rectify(number: int, finding: int) -> ResponseReturnValue:
    """Say and show how a problem was put right."""
    case = case_or_404(number)
    found = queries.finding(case, finding) or abort(404)
    pictures: list[str] = []
    if request.method == "POST":
        must(case, Action.REPORT_RECTIFICATION)
        receive(files=arrivals.AT_ONCE)
    filled, late = Rectified(obj=found, seen=seen.mark(found.report)), False
    if request.method == "POST":
        taken: list[tuple[object, Examined]] = []
        for arriving, examined, why in arrivals.examined(("image",)):
            if examined is None:
                pictures.append(_("Not attached: %(name)s. %(why)s", name=short_name(arriving.filename or ""), why=why))
            else:
                taken.append((arriving.stream, examined))
        if filled.validate() and not pictures:
            try:
                handing_in.report_rectification(
                    case, found, report=(filled.report.data or "").strip(), read=filled.seen.data or "",
                    photos=taken, by=me())  # type: ignore[arg-type]
            except ChangedMeanwhile as stale:
                filled.told(stale, seen.mark(found.report))
                late = True
            else:
                flash(_("Saved."), "done")
                return redirect(url_for("apply.case", number=number) + "#findings", 303)
    visit = next(one for one in queries.visits(case) if one.id == found.visit_id)
    return render_template("apply/rectify.html", case=case, finding=found, form=filled, pictures=pictures,
                           photos=[one for one in visit.photos if one.finding_id == found.id],
                           may=may(case)), 409 if late else 422 if filled.errors or pictures else 200


@desk.post("/<int:number>/rectified")
def rectified(number: int) -> ResponseReturnValue:
    """Hand the case back to the acceptance team."""
    case = case_or_404(number)
    if Nothing().validate():
        handing_in.finish_rectification(case, by=me())
        flash(_("Handed back to the acceptance team for the re-check."), "done")
    return redirect(url_for("apply.case", number=number), 303)
