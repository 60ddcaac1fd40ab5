"""A case that did not pass goes into the next round with its answers and evidence, and stays what it was."""

from collections.abc import Callable

from flask import Flask

from portal.domain.workflow import Stage
from portal.models.application import Answer, Application
from portal.models.evidence import Evidence
from tests.journeys import midway
from tests.journeys.life import Life
from tests.make import Make

Travel = Callable[..., None]


def said(number: int) -> dict[str, tuple[object, ...]]:
    """The answers of a case by item."""
    return {one.item_id: (one.points, one.met, one.not_applicable, one.counts)
            for one in midway.rows(Answer, application_id=number)}


def bound(number: int) -> set[tuple[str, str, int]]:
    """What is attached to a case: place, request, file."""
    return {(one.item_id, one.request_id, one.file_id) for one in midway.rows(Evidence, application_id=number)}


def not_passed(app: Flask, make: Make, travel: Travel) -> Life:
    """A case that the review ended."""
    life = Life.at_stage(app, make, "water-saving-2013", travel, Stage.REVIEWING, shares=("0.8",))
    life.at("moderator").open(f"/moderate/{life.number}/conclude").send({"deed": "fail"})
    life.is_at(Stage.NOT_PASSED)
    return life


def test_carried_into_the_next_round(app: Flask, make: Make, travel: Travel) -> None:
    life = not_passed(app, make, travel)
    old, later = life.number, midway.next_round(life)
    answers, files = said(old), bound(old)
    assert answers and files
    applicant = life.at("applicant").open("/apply/").follow(f"/apply/start/{later.id}").sees(life.case.number)
    applicant.send({"carry": "y"}, action=f"/apply/start/{later.id}")
    life.number = midway.rows(Application)[-1].id
    assert life.number != old and applicant.url == f"/apply/{life.number}"
    life.is_at(Stage.DRAFT)
    assert said(life.number) == answers and bound(life.number) == files
    assert life.case.report == midway.rows(Application, id=old)[0].report

    # nothing is missing, but nobody has signed this one
    assert applicant.client.post(f"/apply/{life.number}/hand-in").status_code == 409
    item = next(one for one in life.items if one.formula is None and not one.counts)
    applicant.open(f"/apply/{life.number}/items/{item.id}").send(
        {"points": str(item.points - item.step)}, action=f"/items/{item.id}")
    life.sign_and_hand_in()
    life.is_at(Stage.RECOMMENDING)
    assert said(old) == answers and said(life.number) != answers
    applicant.open(f"/apply/{old}").sees("未通过")

    # a file that both cases show can be read from the new one, by the recommender too
    one = midway.rows(Evidence, application_id=life.number)[0]
    size = one.file.size
    with life.at("recommender").client.get(f"/recommend/{life.number}/files/{one.id}/download") as paper:
        assert paper.status_code == 200 and len(paper.data) == size


def test_started_anew_nothing_comes_along(app: Flask, make: Make, travel: Travel) -> None:
    life = not_passed(app, make, travel)
    later = midway.next_round(life)
    life.at("applicant").open(f"/apply/start/{later.id}").send(action=f"/apply/start/{later.id}")
    fresh = midway.rows(Application)[-1].id
    assert said(fresh) == {} and bound(fresh) == set()
    # the files stay in the library, ready to be attached again
    life.at("applicant").open(f"/apply/{fresh}")
    # one case for each institution and round: asking again leads to the same one
    again = life.at("applicant").open(f"/apply/start/{later.id}").send(action=f"/apply/start/{later.id}")
    assert again.url == f"/apply/{fresh}" and len(midway.rows(Application)) == 2
