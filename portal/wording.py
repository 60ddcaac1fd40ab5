"""The words of stages, roles, deeds, refusals and messages, each marked for translation once."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from portal.domain.scheme import InstitutionType, Provenance
from portal.domain.workflow import Action, Role, Stage

STAGES = {
    Stage.DRAFT: _("Draft"), Stage.RECOMMENDING: _("Awaiting recommendation"),
    Stage.CORRECTING: _("Returned for correction"), Stage.SCREENING: _("Formal check"),
    Stage.SUPPLEMENTING: _("Supplement asked"), Stage.CANDIDATE: _("Creation period"),
    Stage.REVIEWING: _("Expert review"), Stage.VISITING: _("Acceptance visit"),
    Stage.RECTIFYING: _("Rectification"), Stage.DECIDING: _("Decision"), Stage.NOMINATED: _("Nominated"),
    Stage.ANNOUNCED: _("On public notice"), Stage.CERTIFIED: _("Certified"), Stage.REVERIFYING: _("Re-verification"),
    Stage.WITHDRAWN: _("Withdrawn"), Stage.NOT_RECOMMENDED: _("Not recommended"), Stage.INELIGIBLE: _("Ineligible"),
    Stage.NOT_PASSED: _("Not passed"), Stage.OBJECTION_UPHELD: _("Objection upheld"), Stage.EXPIRED: _("Expired"),
    Stage.REVOKED: _("Revoked"), Stage.CANCELLED: _("Cancelled"),
}

ROLES = {
    Role.PUBLIC: _("the public"), Role.APPLICANT: _("the institution's applicant"),
    Role.SIGNATORY: _("the institution's head"), Role.RECOMMENDER: _("the recommending body"),
    Role.OFFICER: _("a bureau officer"), Role.MODERATOR: _("the moderator"), Role.EXPERT: _("an assigned expert"),
    Role.TEAM_LEADER: _("the team leader"), Role.INSPECTOR: _("a team member"), Role.LEADER: _("a bureau leader"),
    Role.COUNTERSIGNER: _("a countersigning authority"), Role.ADMINISTRATOR: _("an administrator"),
    Role.AUDITOR: _("an auditor"),
}

# What was done, as the timeline says it.
ACTIONS = {
    Action.OPEN: _("opened the application"), Action.ANSWER: _("answered an item"),
    Action.ATTACH: _("attached evidence"), Action.DETACH: _("removed evidence"),
    Action.SIGN_OFF: _("signed off for the institution"), Action.SUBMIT: _("submitted the application"),
    Action.RESUBMIT: _("submitted the correction"), Action.SUPPLY: _("supplied what was asked"),
    Action.FINISH_CREATION: _("reported the creation period finished"), Action.WITHDRAW: _("withdrew the application"),
    Action.SCORE_PRELIMINARY: _("gave preliminary scores"), Action.ENDORSE: _("recommended the application"),
    Action.RETURN: _("returned it for correction"), Action.DECLINE: _("declined to recommend"),
    Action.ADMIT: _("admitted it to expert review"), Action.LIST_CANDIDATE: _("put it on the candidate list"),
    Action.ASK_SUPPLEMENT: _("asked for a supplement"), Action.FIND_INELIGIBLE: _("found it ineligible"),
    Action.ASSIGN: _("assigned an expert"), Action.UNASSIGN: _("took back an assignment"),
    Action.SCORE: _("scored an item"), Action.SEAL: _("sealed a sheet"), Action.RECUSE: _("recused themselves"),
    Action.ASK_CLARIFICATION: _("asked for a clarification"), Action.CLARIFY: _("gave a clarification"),
    Action.MODERATE: _("settled the spread"), Action.REOPEN_SHEET: _("reopened a sheet"),
    Action.PASS_REVIEW: _("concluded the review as passed"), Action.FAIL_REVIEW: _("concluded the review as not passed"),
    Action.APPOINT_TEAM: _("appointed the acceptance team"), Action.PLAN_VISIT: _("planned the visit"),
    Action.INSPECT: _("recorded a finding on site"), Action.REQUIRE_RECTIFICATION: _("required rectification"),
    Action.REPORT_RECTIFICATION: _("reported a rectification"),
    Action.FINISH_RECTIFICATION: _("reported all rectifications done"), Action.ACCEPT: _("accepted on site"),
    Action.ACCEPT_ON_DOCUMENTS: _("accepted on documents"), Action.REJECT_ON_SITE: _("rejected on site"),
    Action.FAIL_RECTIFICATION: _("closed it as not rectified in time"), Action.DECIDE: _("decided to certify"),
    Action.COUNTERSIGN: _("countersigned"), Action.OBJECT_TO_DECISION: _("refused to countersign"),
    Action.REJECT: _("decided not to certify"), Action.NOMINATE: _("nominated it to the national authorities"),
    Action.RECORD_NATIONAL_RESULT: _("recorded the national result"),
    Action.REJECT_NATIONALLY: _("recorded the national refusal"), Action.PUBLISH_NOTICE: _("put it on public notice"),
    Action.PUBLISH_NATIONAL_NOTICE: _("put it on public notice"), Action.OBJECT: _("objected"),
    Action.DISMISS_OBJECTION: _("dismissed an objection"), Action.UPHOLD_OBJECTION: _("upheld an objection"),
    Action.ISSUE: _("issued the certificate"), Action.PUBLISH_CERTIFICATE: _("published the certificate"),
    Action.REISSUE: _("reissued the certificate"), Action.START_REVERIFICATION: _("started re-verification"),
    Action.KEEP_TITLE: _("kept the title"), Action.WITHDRAW_TITLE: _("withdrew the title"),
    Action.REVOKE: _("revoked the certificate"), Action.CANCEL: _("cancelled the certificate"),
    Action.EXPIRE: _("let the certificate expire"),
}

TYPES = {
    InstitutionType.GOVERNMENT: _("Government body"), InstitutionType.HIGHER_EDUCATION: _("Higher education"),
    InstitutionType.SCHOOL: _("School"), InstitutionType.HOSPITAL: _("Hospital"), InstitutionType.VENUE: _("Venue"),
    InstitutionType.OTHER: _("Other institution"),
}

PROVENANCE = {
    Provenance.SOLID: _("Official text"), Provenance.DERIVED: _("Derived from official figures"),
    Provenance.INDIRECT: _("From an indirect source, to be confirmed"), Provenance.RECONSTRUCTED: _("Draft text, to be confirmed by the bureau"),
}

STATIONS = {
    "apply": _("Application"), "recommend": _("Recommendation"), "screen": _("Formal check"), "review": _("Expert review"),
    "visit": _("Acceptance"), "decide": _("Decision"), "announce": _("Public notice"), "certify": _("Certificate"),
}

# Text key → (subject, sentence); values: institution, number, scheme, reason.
MESSAGES = {
    "signed-off": (_("Signed off: %(institution)s"), _("The head of the institution has signed off %(number)s. It can be submitted now.")),
    "to-recommend": (_("To recommend: %(institution)s"), _("%(institution)s has submitted %(number)s (%(scheme)s). Please score it and recommend or return it.")),
    "to-recommend-again": (_("Corrected: %(institution)s"), _("%(institution)s has corrected %(number)s. Please look at the corrections.")),
    "submitted": (_("Submitted: %(number)s"), _("Your application %(number)s has been submitted to the recommending body.")),
    "to-screen": (_("To check: %(institution)s"), _("%(number)s of %(institution)s (%(scheme)s) has been recommended and awaits the formal check.")),
    "to-screen-again": (_("Supplemented: %(institution)s"), _("%(institution)s has supplied what was asked for %(number)s.")),
    "to-assign": (_("To assign: %(institution)s"), _("%(number)s of %(institution)s needs experts.")),
    "withdrawn": (_("Withdrawn: %(number)s"), _("The application %(number)s has been withdrawn. Reason: %(reason)s")),
    "endorsed": (_("Recommended: %(number)s"), _("Your application %(number)s has been recommended to the bureau.")),
    "to-correct": (_("To correct: %(number)s"), _("Your application %(number)s has been returned for correction. All points are listed at once. %(reason)s")),
    "not-recommended": (_("Not recommended: %(number)s"), _("Your application %(number)s was not recommended. Reason: %(reason)s")),
    "admitted": (_("Admitted: %(number)s"), _("Your application %(number)s has passed the formal check and goes to expert review.")),
    "candidate": (_("On the candidate list: %(number)s"), _("Your application %(number)s is on the candidate list. Report when the creation period is finished.")),
    "ineligible": (_("Ineligible: %(number)s"), _("Your application %(number)s was found ineligible. Reason: %(reason)s")),
    "to-review": (_("To review: %(institution)s"), _("%(number)s of %(institution)s (%(scheme)s) has been assigned to you for review.")),
    "to-clarify": (_("Question on %(number)s"), _("An expert asks for a clarification of %(number)s.")),
    "clarified": (_("Answered: %(institution)s"), _("%(institution)s has answered your question on %(number)s.")),
    "reopened": (_("Reopened: %(institution)s"), _("Your sheet for %(number)s of %(institution)s was reopened. Reason: %(reason)s")),
    "to-conclude-review": (_("Sheets complete: %(institution)s"), _("All sheets for %(number)s of %(institution)s are sealed. Please conclude the review.")),
    "to-plan-visit": (_("To visit: %(institution)s"), _("%(number)s of %(institution)s has passed the review. Please appoint an acceptance team.")),
    "review-passed": (_("Review passed: %(number)s"), _("Your application %(number)s has passed the expert review. Acceptance follows.")),
    "not-passed": (_("Not passed: %(number)s"), _("Your application %(number)s did not pass. Reason: %(reason)s")),
    "to-visit": (_("Acceptance team: %(institution)s"), _("You are on the acceptance team for %(number)s of %(institution)s.")),
    "visit-planned": (_("Visit planned: %(number)s"), _("The acceptance visit for %(number)s has been planned. Day and place are on the case page.")),
    "to-rectify": (_("To rectify: %(number)s"), _("The acceptance team asks you to rectify problems found for %(number)s. %(reason)s")),
    "to-recheck": (_("To re-check: %(institution)s"), _("%(institution)s reports all rectifications for %(number)s done.")),
    "accepted": (_("Accepted: %(number)s"), _("Your application %(number)s has been accepted. The decision follows.")),
    "to-decide": (_("To decide: %(institution)s"), _("%(number)s of %(institution)s (%(scheme)s) awaits the decision.")),
    "to-countersign": (_("To countersign: %(institution)s"), _("The bureau has decided on %(number)s of %(institution)s. Your countersignature is asked for.")),
    "countersign-objected": (_("Countersignature refused: %(institution)s"), _("A co-authority does not agree on %(number)s of %(institution)s. %(reason)s")),
    "to-announce": (_("To announce: %(institution)s"), _("All countersignatures for %(number)s of %(institution)s are in.")),
    "nominated": (_("Nominated: %(number)s"), _("Your application %(number)s has been nominated to the national authorities.")),
    "announced": (_("On public notice: %(number)s"), _("Your application %(number)s is on public notice.")),
    "objection-received": (_("Objection: %(institution)s"), _("An objection to %(number)s of %(institution)s has been received.")),
    "objection-upheld": (_("Objection upheld: %(number)s"), _("An objection to your application %(number)s was upheld. Reason: %(reason)s")),
    "objection-dismissed": (_("Objection dismissed: %(number)s"), _("An objection to your application %(number)s was examined and dismissed.")),
    "certified": (_("Certified: %(institution)s"), _("The certificate for %(number)s has been issued. You can download it.")),
    "reissued": (_("Reissued: %(institution)s"), _("The certificate for %(number)s has been reissued.")),
    "to-reverify": (_("Re-verification: %(institution)s"), _("Your title under %(number)s is being re-verified.")),
    "reverification-open": (_("To re-verify: %(institution)s"), _("The re-verification of %(number)s of %(institution)s awaits your decision.")),
    "title-kept": (_("Title kept: %(institution)s"), _("Your title under %(number)s has been kept after re-verification.")),
    "revoked": (_("Revoked: %(institution)s"), _("The certificate under %(number)s has been revoked. Reason: %(reason)s")),
    "cancelled": (_("Cancelled: %(institution)s"), _("The certificate under %(number)s has been cancelled. Reason: %(reason)s")),
    "expired": (_("Expired: %(institution)s"), _("The term of the certificate under %(number)s has ended.")),
}


def message(text: str, values: dict[str, Any]) -> tuple[str, str]:
    """Subject and sentence of a message in the language in force."""
    subject, sentence = MESSAGES[text]
    filled = {"institution": "", "number": "", "scheme": "", "reason": ""} | values
    return str(subject) % filled, (str(sentence) % filled).strip()


def refusal(why: str) -> str:
    """Why the table refused, in a sentence."""
    return {
        "stage": gettext("The case is at another stage, so this is not possible now."),
        "role": gettext("You do not hold the role on this case that this needs."),
        "scheme": gettext("This scheme has no such step."),
        "reason": gettext("A reason is needed: the institution reads it."),
    }[why]
