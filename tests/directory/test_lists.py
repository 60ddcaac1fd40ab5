"""Archived lists: each round as announced at a stable address, what changed since, the same as a spreadsheet."""

import csv
import io
from datetime import timedelta

from portal import clock, lifecycle
from portal.db import transaction
from portal.domain.workflow import Role

TODAY = clock.today()


def test_a_round_keeps_its_list_as_announced(client, make, certified):
    make.division("5000Z1", "两江新区", "functional-area")
    area, school = certified("两江新区石桥图书馆", division="5000Z1"), certified("渝北区望江街小学校")
    body = certified("重庆市云栖档案中心", division="500000")
    other = certified("万州区晏池中心卫生院", edition="municipal-2016", division="500101")
    hidden = certified("渝北区未公布小学校", published_at=None)
    page = client.get(f"/lists/{school.application.round_id}").text
    places = [page.index(f'/units/{row.institution_id}"') for row in (body, school, area)]
    assert places == sorted(places)
    assert other.holder not in page and hidden.holder not in page and school.number in page
    index = client.get("/lists").text
    assert school.application.round.name in index and other.application.round.name in index and "3 家" in index


def test_later_changes_are_marked_and_nothing_else_moves(client, make, certified):
    gone = certified("渝北区临溪中学校", ended_as="revoked", ended_on=TODAY - timedelta(days=2), ended_reason="x")
    old = certified("渝北区松岚小学校", issued_on=TODAY - timedelta(days=2000), expires_on=TODAY - timedelta(days=9))
    new = certified("渝北区旧名学校")
    same = certified("渝北区望江街小学校")
    with transaction():
        new.institution.name = "渝北区新名学校"
        lifecycle.append("keep-title", by=make.person(Role.OFFICER), role="officer", case=same.application)
    address = f"/lists/{gone.application.round_id}"
    rows = {row["单位"]: row for row in csv.DictReader(io.StringIO(client.get(address + ".csv").data.decode("utf-8-sig")))}
    assert set(rows) == {gone.holder, old.holder, "渝北区旧名学校", same.holder}
    assert (rows[gone.holder]["目前状态"], rows[old.holder]["目前状态"]) == ("已撤销", "已到期")
    assert "撤销" in rows[gone.holder]["后续变动"] and "有效期届满" in rows[old.holder]["后续变动"]
    assert rows["渝北区旧名学校"]["后续变动"] == "现名：渝北区新名学校" and "复核合格" in rows[same.holder]["后续变动"]
    page = client.get(address).text
    assert "4 家有后续变动" in page and "现名：渝北区新名学校" in page
    assert client.get(address + ".csv").data.startswith(b"\xef\xbb\xbf")


def test_a_list_that_is_not_there(client, make):
    empty = make.round()
    for number in (empty.id, 999999):
        assert client.get(f"/lists/{number}").status_code == client.get(f"/lists/{number}.csv").status_code == 404
    assert "还没有公布的名单" in client.get("/lists").text


def test_lists_cost_the_same_with_one_row_and_with_twenty(client, certified, count_queries):
    first = certified().application.round_id

    def cost(address):
        with count_queries() as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    pages = ["/lists", f"/lists/{first}", f"/lists/{first}.csv"]
    before = [cost(page) for page in pages]
    for n in range(20):
        certified(edition=["water-saving-2013", "municipal-2016", "national-2013"][n % 3])
    assert [cost(page) for page in pages] == before and max(before) <= 6, before
