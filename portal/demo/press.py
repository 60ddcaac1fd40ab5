"""Print the demonstration's evidence: every document that the editions ask for, with its pictures, once for all cases."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing import get_context
from random import Random

from portal import imaging, intake
from portal.demo import files
from portal.demo.institutions import Institution

HOLDER = ("重庆市示例公共机构", "示例单位")
"""The name on papers that stand in for those of many institutions."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One printed document: what it was asked for as, its bytes and facts, and (page, WebP) for every picture."""

    document: str
    data: bytes
    facts: intake.Examined
    pictures: tuple[tuple[int, bytes], ...]


def print_one(seed: int, document: str, kind: str, institution: Institution, today: date) -> Sheet:
    """Print one document and draw its pictures; the same arguments give the same bytes."""
    rng = Random(f"{seed}/{document}/{kind}/{institution.credit_code}")
    name, data = files.evidence_file(rng, document_name=document, institution=institution, kind=kind, today=today)
    facts = intake.examine(io.BytesIO(data), name)
    drawn: list[tuple[int, bytes]] = []
    if imaging.has_picture(facts.mime):
        drawn.append((0, imaging.thumbnail(data, mime=facts.mime)))
        drawn += [(page, imaging.preview(data, mime=facts.mime, page=page)) for page in range(1, (facts.pages or 1) + 1)]
    return Sheet(document=document, data=data, facts=facts, pictures=tuple(drawn))


class Press:
    """Prints in processes beside this one; what is ordered once is printed once."""

    def __init__(self, *, seed: int, model: Institution, today: date) -> None:
        self._seed, self._today = seed, today
        self._holder = replace(model, name=HOLDER[0], short_name=HOLDER[1])
        self._pool: Executor = ProcessPoolExecutor(max_workers=min(4, os.cpu_count() or 1), mp_context=get_context("spawn"))
        self._orders: dict[tuple[str, str], Future[Sheet]] = {}

    def order(self, documents: Iterable[tuple[str, tuple[str, ...], int]]) -> None:
        """Start printing documents, each given as (name, permitted kinds, how many different ones)."""
        for name, kinds, count in documents:
            for copy in range(count):
                self._order(name, files.kind_for(name, kinds=kinds), copy)

    def _order(self, name: str, kind: str, copy: int) -> Future[Sheet]:
        key = (name, f"{kind}{copy}")
        if key not in self._orders:
            self._orders[key] = self._pool.submit(print_one, self._seed + copy, name, kind, self._holder, self._today)
        return self._orders[key]

    def sheet(self, name: str, kinds: tuple[str, ...], copy: int = 0) -> Sheet:
        """A printed document; waits for it."""
        return self._order(name, files.kind_for(name, kinds=kinds), copy).result()

    def close(self) -> None:
        """Send the printers home."""
        self._pool.shutdown(wait=True, cancel_futures=True)
