"""Who is told when something was done: action → audiences, each with the text it gets."""

from dataclasses import dataclass
from enum import StrEnum

from portal.domain.workflow import Action


class Audience(StrEnum):
    """Whose turn it may become; the desk that the message links to follows from it."""

    INSTITUTION = "institution"
    SIGNATORY = "signatory"
    RECOMMENDER = "recommender"
    OFFICERS = "officers"
    EXPERT = "expert"
    ASKING_EXPERT = "asking-expert"
    MODERATORS = "moderators"
    TEAM = "team"
    LEADERS = "leaders"
    COUNTERSIGNERS = "countersigners"


@dataclass(frozen=True)
class Notice:
    """One audience and the key of its text (worded in portal/wording.py)."""

    to: Audience
    text: str


# The desk's address of a case, by audience; every desk shows a case under /<desk>/<case id>.
DESK: dict[Audience, str] = {
    Audience.INSTITUTION: "apply", Audience.SIGNATORY: "apply", Audience.RECOMMENDER: "recommend",
    Audience.OFFICERS: "screen", Audience.EXPERT: "review", Audience.ASKING_EXPERT: "review",
    Audience.MODERATORS: "moderate", Audience.TEAM: "visit", Audience.LEADERS: "decide",
    Audience.COUNTERSIGNERS: "decide",
}

_A, _W = Action, Audience

TOLD: dict[Action, tuple[Notice, ...]] = {
    _A.SIGN_OFF: (Notice(_W.INSTITUTION, "signed-off"),),
    _A.SUBMIT: (Notice(_W.RECOMMENDER, "to-recommend"), Notice(_W.INSTITUTION, "submitted")),
    _A.RESUBMIT: (Notice(_W.RECOMMENDER, "to-recommend-again"),),
    _A.SUPPLY: (Notice(_W.OFFICERS, "to-screen-again"),),
    _A.FINISH_CREATION: (Notice(_W.OFFICERS, "to-assign"),),
    _A.WITHDRAW: (Notice(_W.INSTITUTION, "withdrawn"),),
    _A.ENDORSE: (Notice(_W.OFFICERS, "to-screen"), Notice(_W.INSTITUTION, "endorsed")),
    _A.RETURN: (Notice(_W.INSTITUTION, "to-correct"),),
    _A.DECLINE: (Notice(_W.INSTITUTION, "not-recommended"),),
    _A.ADMIT: (Notice(_W.INSTITUTION, "admitted"),),
    _A.LIST_CANDIDATE: (Notice(_W.INSTITUTION, "candidate"),),
    _A.ASK_SUPPLEMENT: (Notice(_W.INSTITUTION, "to-correct"),),
    _A.FIND_INELIGIBLE: (Notice(_W.INSTITUTION, "ineligible"),),
    _A.ASSIGN: (Notice(_W.EXPERT, "to-review"),),
    _A.RECUSE: (Notice(_W.OFFICERS, "to-assign"),),
    _A.ASK_CLARIFICATION: (Notice(_W.INSTITUTION, "to-clarify"),),
    _A.CLARIFY: (Notice(_W.ASKING_EXPERT, "clarified"),),
    _A.REOPEN_SHEET: (Notice(_W.EXPERT, "reopened"),),
    _A.PASS_REVIEW: (Notice(_W.OFFICERS, "to-plan-visit"), Notice(_W.INSTITUTION, "review-passed")),
    _A.FAIL_REVIEW: (Notice(_W.INSTITUTION, "not-passed"),),
    _A.APPOINT_TEAM: (Notice(_W.TEAM, "to-visit"),),
    _A.PLAN_VISIT: (Notice(_W.INSTITUTION, "visit-planned"),),
    _A.REQUIRE_RECTIFICATION: (Notice(_W.INSTITUTION, "to-rectify"),),
    _A.FINISH_RECTIFICATION: (Notice(_W.TEAM, "to-recheck"),),
    _A.ACCEPT: (Notice(_W.LEADERS, "to-decide"), Notice(_W.INSTITUTION, "accepted")),
    _A.ACCEPT_ON_DOCUMENTS: (Notice(_W.LEADERS, "to-decide"), Notice(_W.INSTITUTION, "accepted")),
    _A.REJECT_ON_SITE: (Notice(_W.INSTITUTION, "not-passed"),),
    _A.FAIL_RECTIFICATION: (Notice(_W.INSTITUTION, "not-passed"),),
    _A.DECIDE: (Notice(_W.COUNTERSIGNERS, "to-countersign"),),
    _A.OBJECT_TO_DECISION: (Notice(_W.LEADERS, "countersign-objected"),),
    _A.REJECT: (Notice(_W.INSTITUTION, "not-passed"),),
    _A.NOMINATE: (Notice(_W.INSTITUTION, "nominated"),),
    _A.REJECT_NATIONALLY: (Notice(_W.INSTITUTION, "not-passed"),),
    _A.PUBLISH_NOTICE: (Notice(_W.INSTITUTION, "announced"),),
    _A.PUBLISH_NATIONAL_NOTICE: (Notice(_W.INSTITUTION, "announced"),),
    _A.OBJECT: (Notice(_W.OFFICERS, "objection-received"),),
    _A.UPHOLD_OBJECTION: (Notice(_W.INSTITUTION, "objection-upheld"),),
    _A.DISMISS_OBJECTION: (Notice(_W.INSTITUTION, "objection-dismissed"),),
    _A.ISSUE: (Notice(_W.INSTITUTION, "certified"),),
    _A.REISSUE: (Notice(_W.INSTITUTION, "reissued"),),
    _A.START_REVERIFICATION: (Notice(_W.INSTITUTION, "to-reverify"), Notice(_W.LEADERS, "reverification-open")),
    _A.KEEP_TITLE: (Notice(_W.INSTITUTION, "title-kept"),),
    _A.WITHDRAW_TITLE: (Notice(_W.INSTITUTION, "revoked"),),
    _A.REVOKE: (Notice(_W.INSTITUTION, "revoked"),),
    _A.CANCEL: (Notice(_W.INSTITUTION, "cancelled"),),
    _A.EXPIRE: (Notice(_W.INSTITUTION, "expired"),),
}
# The last countersignature makes it the officers' turn; the action queues this one itself, because only it can know.
LAST_COUNTERSIGNATURE = Notice(Audience.OFFICERS, "to-announce")
SHEETS_COMPLETE = Notice(Audience.MODERATORS, "to-conclude-review")
