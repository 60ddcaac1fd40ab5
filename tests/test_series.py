"""Numbers drawn at the same time: no gap, no double, and none lost to a failed deed."""

import threading

import pytest
from flask import Flask

from portal import series
from portal.db import db, transaction
from tests.make import Make


def test_numbers_follow_each_other_and_series_do_not_mix(make: Make) -> None:
    with transaction():
        assert [series.draw("certificate/water-saving/2026") for _n in range(3)] == [1, 2, 3]
        assert series.draw("certificate/municipal/2026") == 1


def test_a_failed_deed_gives_its_number_back(make: Make) -> None:
    with pytest.raises(RuntimeError), transaction():
        series.draw("notice/2026")
        raise RuntimeError("the deed failed")
    with transaction():
        assert series.draw("notice/2026") == 1


def test_many_draw_at_once(make: Make, app: Flask) -> None:
    drawn: list[int] = []
    start = threading.Barrier(6)

    def draw() -> None:
        with app.app_context():
            start.wait()
            for _n in range(4):
                with transaction():
                    drawn.append(series.draw("objection/2026"))
            db.session.remove()

    threads = [threading.Thread(target=draw) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(drawn) == list(range(1, 25))
