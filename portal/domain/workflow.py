"""The table of moves: what may happen to a case, who may do it, and where it leads."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from enum import StrEnum


class Stage(StrEnum):
    """Where a case stands; stored by value."""

    DRAFT = "draft"
    RECOMMENDING = "recommending"
    CORRECTING = "correcting"
    SCREENING = "screening"
    SUPPLEMENTING = "supplementing"
    CANDIDATE = "candidate"
    REVIEWING = "reviewing"
    VISITING = "visiting"
    RECTIFYING = "rectifying"
    DECIDING = "deciding"
    NOMINATED = "nominated"
    ANNOUNCED = "announced"
    CERTIFIED = "certified"
    REVERIFYING = "reverifying"
    # ends
    WITHDRAWN = "withdrawn"
    NOT_RECOMMENDED = "not-recommended"
    INELIGIBLE = "ineligible"
    NOT_PASSED = "not-passed"
    OBJECTION_UPHELD = "objection-upheld"
    EXPIRED = "expired"
    REVOKED = "revoked"
    CANCELLED = "cancelled"


FINAL: frozenset[Stage] = frozenset({
    Stage.WITHDRAWN, Stage.NOT_RECOMMENDED, Stage.INELIGIBLE, Stage.NOT_PASSED,
    Stage.OBJECTION_UPHELD, Stage.EXPIRED, Stage.REVOKED, Stage.CANCELLED,
})
WITH_INSTITUTION: frozenset[Stage] = frozenset({
    Stage.DRAFT, Stage.CORRECTING, Stage.SUPPLEMENTING, Stage.CANDIDATE, Stage.RECTIFYING,
})
EDITABLE: frozenset[Stage] = frozenset({Stage.DRAFT, Stage.CORRECTING, Stage.SUPPLEMENTING, Stage.CANDIDATE})
BEFORE_DECISION: frozenset[Stage] = frozenset({
    Stage.DRAFT, Stage.RECOMMENDING, Stage.CORRECTING, Stage.SCREENING, Stage.SUPPLEMENTING,
    Stage.CANDIDATE, Stage.REVIEWING, Stage.VISITING, Stage.RECTIFYING,
})


class Role(StrEnum):
    """What a person may be; a person may be several, never two on one case."""

    PUBLIC = "public"
    APPLICANT = "applicant"
    SIGNATORY = "signatory"
    RECOMMENDER = "recommender"
    OFFICER = "officer"
    MODERATOR = "moderator"
    EXPERT = "expert"
    TEAM_LEADER = "team-leader"
    INSPECTOR = "inspector"
    LEADER = "leader"
    COUNTERSIGNER = "countersigner"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Option(StrEnum):
    """What a scheme switches by data: stages that some schemes have and others do not."""

    CANDIDATE_LIST = "candidate-list"
    SAMPLED_VISITS = "sampled-visits"
    NOMINATION = "nomination"


class Action(StrEnum):
    """A deed on a case; every one leaves an event."""

    OPEN = "open"
    ANSWER = "answer"
    ATTACH = "attach"
    DETACH = "detach"
    SIGN_OFF = "sign-off"
    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    SUPPLY = "supply"
    FINISH_CREATION = "finish-creation"
    WITHDRAW = "withdraw"

    SCORE_PRELIMINARY = "score-preliminary"
    ENDORSE = "endorse"
    RETURN = "return"
    DECLINE = "decline"

    ADMIT = "admit"
    LIST_CANDIDATE = "list-candidate"
    ASK_SUPPLEMENT = "ask-supplement"
    FIND_INELIGIBLE = "find-ineligible"
    ASSIGN = "assign"
    UNASSIGN = "unassign"

    SCORE = "score"
    SEAL = "seal"
    RECUSE = "recuse"
    ASK_CLARIFICATION = "ask-clarification"
    CLARIFY = "clarify"
    MODERATE = "moderate"
    REOPEN_SHEET = "reopen-sheet"
    PASS_REVIEW = "pass-review"
    FAIL_REVIEW = "fail-review"

    APPOINT_TEAM = "appoint-team"
    PLAN_VISIT = "plan-visit"
    INSPECT = "inspect"
    REQUIRE_RECTIFICATION = "require-rectification"
    REPORT_RECTIFICATION = "report-rectification"
    FINISH_RECTIFICATION = "finish-rectification"
    ACCEPT = "accept"
    ACCEPT_ON_DOCUMENTS = "accept-on-documents"
    REJECT_ON_SITE = "reject-on-site"
    FAIL_RECTIFICATION = "fail-rectification"

    DECIDE = "decide"
    COUNTERSIGN = "countersign"
    OBJECT_TO_DECISION = "object-to-decision"
    REJECT = "reject"
    NOMINATE = "nominate"
    RECORD_NATIONAL_RESULT = "record-national-result"
    REJECT_NATIONALLY = "reject-nationally"

    PUBLISH_NOTICE = "publish-notice"
    PUBLISH_NATIONAL_NOTICE = "publish-national-notice"
    OBJECT = "object"
    DISMISS_OBJECTION = "dismiss-objection"
    UPHOLD_OBJECTION = "uphold-objection"

    ISSUE = "issue"
    PUBLISH_CERTIFICATE = "publish-certificate"
    REISSUE = "reissue"
    START_REVERIFICATION = "start-reverification"
    KEEP_TITLE = "keep-title"
    WITHDRAW_TITLE = "withdraw-title"
    REVOKE = "revoke"
    CANCEL = "cancel"
    EXPIRE = "expire"


@dataclass(frozen=True, kw_only=True)
class Move:
    """One permitted deed: by whom, from which stages, to which stage (None: it stays).

    `needs` and `unless` name a scheme's option; `reason` asks the doer for a reason that the institution can read.
    """

    by: frozenset[Role]
    start: frozenset[Stage]
    end: Stage | None = None
    needs: Option | None = None
    unless: Option | None = None
    reason: bool = False

    def allows(self, options: Set[Option]) -> bool:
        """Whether a scheme with these options has this move at all."""
        return (self.needs is None or self.needs in options) and (self.unless is None or self.unless not in options)


def _at(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


def _by(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


S, R, A, O = Stage, Role, Action, Option  # noqa: E741  the table below reads better short

MOVES: dict[Action, Move] = {
    # apply
    A.OPEN: Move(by=_by(R.APPLICANT), start=_at(S.DRAFT)),
    A.ANSWER: Move(by=_by(R.APPLICANT), start=EDITABLE),
    A.ATTACH: Move(by=_by(R.APPLICANT), start=EDITABLE),
    A.DETACH: Move(by=_by(R.APPLICANT), start=EDITABLE),
    A.SIGN_OFF: Move(by=_by(R.SIGNATORY), start=EDITABLE),
    A.SUBMIT: Move(by=_by(R.APPLICANT), start=_at(S.DRAFT), end=S.RECOMMENDING),
    A.RESUBMIT: Move(by=_by(R.APPLICANT), start=_at(S.CORRECTING), end=S.RECOMMENDING),
    A.SUPPLY: Move(by=_by(R.APPLICANT), start=_at(S.SUPPLEMENTING), end=S.SCREENING),
    A.FINISH_CREATION: Move(by=_by(R.APPLICANT), start=_at(S.CANDIDATE), end=S.REVIEWING, needs=O.CANDIDATE_LIST),
    A.WITHDRAW: Move(by=_by(R.APPLICANT, R.SIGNATORY), start=BEFORE_DECISION, end=S.WITHDRAWN, reason=True),
    # recommend
    A.SCORE_PRELIMINARY: Move(by=_by(R.RECOMMENDER), start=_at(S.RECOMMENDING)),
    A.ENDORSE: Move(by=_by(R.RECOMMENDER), start=_at(S.RECOMMENDING), end=S.SCREENING),
    A.RETURN: Move(by=_by(R.RECOMMENDER), start=_at(S.RECOMMENDING), end=S.CORRECTING, reason=True),
    A.DECLINE: Move(by=_by(R.RECOMMENDER), start=_at(S.RECOMMENDING), end=S.NOT_RECOMMENDED, reason=True),
    # screen
    A.ADMIT: Move(by=_by(R.OFFICER), start=_at(S.SCREENING), end=S.REVIEWING, unless=O.CANDIDATE_LIST),
    A.LIST_CANDIDATE: Move(by=_by(R.OFFICER), start=_at(S.SCREENING), end=S.CANDIDATE, needs=O.CANDIDATE_LIST),
    A.ASK_SUPPLEMENT: Move(by=_by(R.OFFICER), start=_at(S.SCREENING), end=S.SUPPLEMENTING, reason=True),
    A.FIND_INELIGIBLE: Move(by=_by(R.OFFICER), start=_at(S.SCREENING, S.CANDIDATE), end=S.INELIGIBLE, reason=True),
    A.ASSIGN: Move(by=_by(R.OFFICER), start=_at(S.REVIEWING)),
    A.UNASSIGN: Move(by=_by(R.OFFICER), start=_at(S.REVIEWING)),
    # review
    A.SCORE: Move(by=_by(R.EXPERT), start=_at(S.REVIEWING)),
    A.SEAL: Move(by=_by(R.EXPERT), start=_at(S.REVIEWING)),
    A.RECUSE: Move(by=_by(R.EXPERT), start=_at(S.REVIEWING), reason=True),
    A.ASK_CLARIFICATION: Move(by=_by(R.EXPERT, R.MODERATOR), start=_at(S.REVIEWING)),
    A.CLARIFY: Move(by=_by(R.APPLICANT), start=_at(S.REVIEWING)),
    A.MODERATE: Move(by=_by(R.MODERATOR), start=_at(S.REVIEWING), reason=True),
    A.REOPEN_SHEET: Move(by=_by(R.MODERATOR), start=_at(S.REVIEWING), reason=True),
    A.PASS_REVIEW: Move(by=_by(R.MODERATOR), start=_at(S.REVIEWING), end=S.VISITING),
    A.FAIL_REVIEW: Move(by=_by(R.MODERATOR), start=_at(S.REVIEWING), end=S.NOT_PASSED, reason=True),
    # visit
    A.APPOINT_TEAM: Move(by=_by(R.OFFICER), start=_at(S.VISITING)),
    A.PLAN_VISIT: Move(by=_by(R.TEAM_LEADER), start=_at(S.VISITING)),
    A.INSPECT: Move(by=_by(R.TEAM_LEADER, R.INSPECTOR), start=_at(S.VISITING)),
    A.REQUIRE_RECTIFICATION: Move(by=_by(R.TEAM_LEADER), start=_at(S.VISITING), end=S.RECTIFYING, reason=True),
    A.REPORT_RECTIFICATION: Move(by=_by(R.APPLICANT), start=_at(S.RECTIFYING)),
    A.FINISH_RECTIFICATION: Move(by=_by(R.APPLICANT), start=_at(S.RECTIFYING), end=S.VISITING),
    A.ACCEPT: Move(by=_by(R.TEAM_LEADER), start=_at(S.VISITING), end=S.DECIDING),
    A.ACCEPT_ON_DOCUMENTS: Move(by=_by(R.OFFICER), start=_at(S.VISITING), end=S.DECIDING, needs=O.SAMPLED_VISITS),
    A.REJECT_ON_SITE: Move(by=_by(R.TEAM_LEADER), start=_at(S.VISITING), end=S.NOT_PASSED, reason=True),
    A.FAIL_RECTIFICATION: Move(by=_by(R.OFFICER), start=_at(S.RECTIFYING), end=S.NOT_PASSED, reason=True),
    # decide
    A.DECIDE: Move(by=_by(R.LEADER), start=_at(S.DECIDING)),
    A.COUNTERSIGN: Move(by=_by(R.COUNTERSIGNER), start=_at(S.DECIDING)),
    A.OBJECT_TO_DECISION: Move(by=_by(R.COUNTERSIGNER), start=_at(S.DECIDING), reason=True),
    A.REJECT: Move(by=_by(R.LEADER), start=_at(S.DECIDING), end=S.NOT_PASSED, reason=True),
    A.NOMINATE: Move(by=_by(R.OFFICER), start=_at(S.DECIDING), end=S.NOMINATED, needs=O.NOMINATION),
    A.RECORD_NATIONAL_RESULT: Move(by=_by(R.OFFICER), start=_at(S.NOMINATED), needs=O.NOMINATION),
    A.REJECT_NATIONALLY: Move(by=_by(R.OFFICER), start=_at(S.NOMINATED), end=S.NOT_PASSED, needs=O.NOMINATION,
                              reason=True),
    # announce
    A.PUBLISH_NOTICE: Move(by=_by(R.OFFICER), start=_at(S.DECIDING), end=S.ANNOUNCED, unless=O.NOMINATION),
    A.PUBLISH_NATIONAL_NOTICE: Move(by=_by(R.OFFICER), start=_at(S.NOMINATED), end=S.ANNOUNCED, needs=O.NOMINATION),
    A.OBJECT: Move(by=_by(R.PUBLIC), start=_at(S.ANNOUNCED)),
    A.DISMISS_OBJECTION: Move(by=_by(R.OFFICER), start=_at(S.ANNOUNCED), reason=True),
    A.UPHOLD_OBJECTION: Move(by=_by(R.OFFICER), start=_at(S.ANNOUNCED), end=S.OBJECTION_UPHELD, reason=True),
    # certify
    A.ISSUE: Move(by=_by(R.OFFICER), start=_at(S.ANNOUNCED), end=S.CERTIFIED),
    A.PUBLISH_CERTIFICATE: Move(by=_by(R.OFFICER), start=_at(S.CERTIFIED)),
    A.REISSUE: Move(by=_by(R.OFFICER), start=_at(S.CERTIFIED), reason=True),
    A.START_REVERIFICATION: Move(by=_by(R.OFFICER), start=_at(S.CERTIFIED), end=S.REVERIFYING),
    A.KEEP_TITLE: Move(by=_by(R.LEADER), start=_at(S.REVERIFYING), end=S.CERTIFIED, reason=True),
    A.WITHDRAW_TITLE: Move(by=_by(R.LEADER), start=_at(S.REVERIFYING), end=S.REVOKED, reason=True),
    A.REVOKE: Move(by=_by(R.LEADER), start=_at(S.CERTIFIED, S.REVERIFYING), end=S.REVOKED, reason=True),
    A.CANCEL: Move(by=_by(R.LEADER), start=_at(S.CERTIFIED, S.REVERIFYING), end=S.CANCELLED, reason=True),
    A.EXPIRE: Move(by=_by(R.OFFICER), start=_at(S.CERTIFIED, S.REVERIFYING), end=S.EXPIRED),
}
del S, R, A, O


class ActionNotAllowed(Exception):
    """A deed refused by the table: `why` is "stage", "role", "scheme" or "reason"; `move` says who may do it when."""

    def __init__(self, action: Action, *, why: str, stage: Stage, move: Move) -> None:
        super().__init__(f"{action.value} is not allowed at {stage.value}: {why}")
        self.action, self.why, self.stage, self.move = action, why, stage, move


@dataclass(frozen=True, kw_only=True)
class Standpoint:
    """What the table needs to know of a case and a person: stage, scheme options, roles held on this case."""

    stage: Stage
    roles: frozenset[Role]
    options: frozenset[Option] = field(default_factory=frozenset)


def check(action: Action, at: Standpoint, *, reason: str = "") -> Move:
    """The move that permits `action` here, or ActionNotAllowed saying which of the three questions failed."""
    move = MOVES[action]
    if not move.allows(at.options):
        raise ActionNotAllowed(action, why="scheme", stage=at.stage, move=move)
    if at.stage not in move.start:
        raise ActionNotAllowed(action, why="stage", stage=at.stage, move=move)
    if not at.roles & move.by:
        raise ActionNotAllowed(action, why="role", stage=at.stage, move=move)
    if move.reason and not reason.strip():
        raise ActionNotAllowed(action, why="reason", stage=at.stage, move=move)
    return move


def next_stage(action: Action, stage: Stage) -> Stage:
    """Where `action` leads from `stage`."""
    return MOVES[action].end or stage


def open_actions(at: Standpoint) -> tuple[Action, ...]:
    """Every deed permitted here and now to these roles, in the order of the table."""
    return tuple(
        action for action, move in MOVES.items()
        if move.allows(at.options) and at.stage in move.start and at.roles & move.by
    )


def reachable(options: Iterable[Option], *, without: Iterable[Action] = ()) -> set[Stage]:
    """Stages that a case of a scheme with these options can reach from DRAFT, leaving out some deeds."""
    chosen, barred, seen, todo = frozenset(options), set(without), {Stage.DRAFT}, [Stage.DRAFT]
    while todo:
        here = todo.pop()
        for action, move in MOVES.items():
            if action in barred or not move.allows(chosen) or here not in move.start or move.end is None:
                continue
            if move.end not in seen:
                seen.add(move.end)
                todo.append(move.end)
    return seen


# The eight stations drawn on every case page, and the stages that each one covers.
STATIONS: tuple[tuple[str, frozenset[Stage]], ...] = (
    ("apply", frozenset({Stage.DRAFT, Stage.CORRECTING, Stage.SUPPLEMENTING})),
    ("recommend", frozenset({Stage.RECOMMENDING})),
    ("screen", frozenset({Stage.SCREENING, Stage.CANDIDATE})),
    ("review", frozenset({Stage.REVIEWING})),
    ("visit", frozenset({Stage.VISITING, Stage.RECTIFYING})),
    ("decide", frozenset({Stage.DECIDING, Stage.NOMINATED})),
    ("announce", frozenset({Stage.ANNOUNCED})),
    ("certify", frozenset({Stage.CERTIFIED, Stage.REVERIFYING, Stage.EXPIRED, Stage.REVOKED, Stage.CANCELLED})),
)
