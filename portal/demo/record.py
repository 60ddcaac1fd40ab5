"""Deeds of the past in bulk, chained as lifecycle chains single ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.domain import chain
from portal.domain.workflow import Action, Role, Stage, next_stage
from portal.models.event import ChainHead, Event


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One deed of the past: when, what, who in which role, on which case (by id), between which stages."""

    at: datetime
    action: Action
    by: int | None
    role: Role
    case: int
    before: Stage
    reason: str = ""
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def after(self) -> Stage:
        """Where it led."""
        return next_stage(self.action, self.before)


def write(session: Session, deeds: Iterable[Deed]) -> None:
    """Append deeds, in the order given, to the chain; runs inside the caller's transaction."""
    head = session.get(ChainHead, 1, with_for_update=True, populate_existing=True)
    if head is None:
        head = ChainHead(id=1, seq=0, digest=chain.GENESIS)
        session.add(head)
    rows: list[dict[str, Any]] = []
    came: dict[int, datetime] = {}
    for deed in deeds:
        event = Event(
            seq=head.seq + 1, application_id=deed.case, actor_id=deed.by, role=deed.role.value,
            action=deed.action.value, stage_before=deed.before.value, stage_after=deed.after.value, reason=deed.reason,
            detail=deed.detail, at=deed.at.astimezone(UTC), previous=head.digest)
        head.seq, head.digest = event.seq, chain.digest_of(head.digest, event.payload())
        rows.append({"seq": event.seq, "application_id": event.application_id, "actor_id": event.actor_id,
                     "role": event.role, "action": event.action, "stage_before": event.stage_before,
                     "stage_after": event.stage_after, "reason": event.reason, "detail": event.detail, "at": event.at,
                     "stayed": None, "previous": event.previous, "digest": head.digest})
        if deed.after != deed.before:
            since, came[deed.case] = came.get(deed.case), deed.at
            rows[-1]["stayed"] = round((deed.at - since).total_seconds()) if since else None
    session.flush()
    if rows:
        session.execute(insert(Event), rows)
