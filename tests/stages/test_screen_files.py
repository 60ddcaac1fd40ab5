"""Evidence read at the recommending desk and at the formal check: the original, its pictures, and nobody else's."""

import hashlib
import io

import pytest
from PIL import Image

from portal import clock, filing, previews
from portal.db import transaction
from portal.domain.workflow import Role, Stage
from portal.models.evidence import Evidence


@pytest.fixture
def attached(make):
    """A recommended case with one stored picture."""
    case = make.application(stage=Stage.SCREENING)
    stream = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(stream, "PNG")
    data = stream.getvalue()
    with transaction() as session:
        file = filing.keep(io.BytesIO(data), sha256=hashlib.sha256(data).hexdigest(), size=len(data), mime="image/png",
                           kind="image", name="水表照片.png", pages=None, institution_id=case.institution_id,
                           by=case.operator)
        row = Evidence(application_id=case.id, item_id="T1", request_id="photo", file_id=file.id,
                       bound_by_id=case.operator_id, bound_at=clock.now())
        session.add(row)
    previews.draw(file.id)
    return case, row, data


@pytest.mark.parametrize(("desk", "role"), [("recommend", Role.RECOMMENDER), ("screen", Role.OFFICER)])
def test_the_original_and_its_pictures(make, attached, as_, desk, role):
    case, row, data = attached
    own = as_(make.person(role, division="500112"))
    page = own.get(f"/{desk}/{case.id}/files/{row.id}")
    assert page.status_code == 200 and f"/{desk}/{case.id}/files/{row.id}/pages/1" in page.text
    original = own.get(f"/{desk}/{case.id}/files/{row.id}/download", buffered=True)
    assert original.data == data and original.headers["Content-Disposition"].startswith("attachment")
    for number in (0, 1):
        picture = own.get(f"/{desk}/{case.id}/files/{row.id}/pages/{number}", buffered=True)
        assert picture.status_code == 200 and picture.mimetype == "image/webp"
    other = make.application(stage=Stage.SCREENING)
    for tail in ("", "/download", "/pages/1"):
        assert own.get(f"/{desk}/{other.id}/files/{row.id}{tail}").status_code == 404


def test_another_districts_recommender_gets_nothing(make, attached, as_):
    case, row, _data = attached
    make.division("500101", "万州区")
    own = as_(make.person(Role.RECOMMENDER, division="500101"))
    for tail in ("", "/download", "/pages/1"):
        assert own.get(f"/recommend/{case.id}/files/{row.id}{tail}").status_code == 404
