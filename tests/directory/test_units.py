"""The list of certified units: search, choices, groups, pages, and the same as open data."""

import csv
import io
import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest

from portal import clock
from portal.db import transaction
from portal.directory import dataset, queries
from portal.directory.forms import Wanted
from portal.models.institution import Division

TODAY = clock.today()
OLD = TODAY - timedelta(days=2000)


@pytest.fixture
def shelf(make, certified):
    """Six certificates that differ in everything that can be chosen."""
    make.division("5000Z1", "两江新区", "functional-area")
    ended = {"ended_as": "revoked", "ended_on": TODAY - timedelta(days=2), "ended_reason": "整改期满仍未达标"}
    return {
        "school": certified("渝北区望江街小学校"),
        "hospital": certified("万州区晏池中心卫生院", type="hospital", division="500101", edition="municipal-2016"),
        "body": certified("重庆市云栖档案中心", type="other", division="500000", edition="national-2013"),
        "area": certified("两江新区石桥图书馆", type="venue", division="5000Z1"),
        "revoked": certified("渝北区临溪中学校", **ended),
        "old": certified("万州区松岚小学校", division="500101", issued_on=OLD,
                         expires_on=TODAY - timedelta(days=100)),
    }


def holders(page: str) -> list[str]:
    return [re.sub("<wbr>", "", name) for name in re.findall(r'<th scope="row"><a href="/units/\d+">(.*?)</a>', page)]


def found(client, **args) -> set[str]:
    return set(holders(client.get("/units", query_string=args).text))


@pytest.mark.parametrize(("args", "names"), [
    ({}, {"school", "hospital", "body", "area", "revoked", "old"}),
    ({"q": "望江"}, {"school"}), ({"q": "渝北 中学"}, {"revoked"}), ({"q": "ＸＹ"}, set()), ({"q": "%"}, set()),
    ({"q": "_"}, set()), ({"scheme": "municipal"}, {"hospital"}),
    ({"scheme": ["municipal", "national"]}, {"hospital", "body"}), ({"status": "revoked"}, {"revoked"}),
    ({"status": "expired"}, {"old"}), ({"status": ["valid", "reverifying"]}, {"school", "hospital", "body", "area"}),
    ({"type": "hospital"}, {"hospital"}), ({"division": "500000"}, {"body"}), ({"division": "5000Z1"}, {"area"}),
    ({"division": "500101", "status": "valid"}, {"hospital"}), ({"year": str(OLD.year)}, {"old"}),
    ({"scheme": "nonsense", "year": "x", "status": "draft", "page": "x"}, {"school", "hospital", "body", "area", "revoked", "old"}),
])
def test_search_and_choices(client, shelf, args, names):
    assert found(client, **args) == {shelf[name].holder for name in names}


def test_search_by_number_short_name_and_present_name(client, shelf):
    row = shelf["school"]
    assert found(client, q=row.number) == found(client, q=row.number.replace("〔", "(").replace("〕", ")")) == {row.holder}
    assert found(client, q=row.holder_short) == {row.holder}
    with transaction():
        row.institution.name = "渝北区改名后学校"
    assert found(client, q="改名") == {row.holder}


def test_grouped_as_official_lists(client, shelf):
    page = client.get("/units").text
    heads = [page.index(head) for head in ("一、市级部门及直属单位", "二、区县（按行政区划代码）", "三、功能区")]
    assert heads == sorted(heads)
    order = holders(page)
    assert order[0] == shelf["body"].holder and order[-1] == shelf["area"].holder
    assert set(order[1:3]) == {shelf["hospital"].holder, shelf["old"].holder}


def test_counts_beside_the_choices(client, shelf):
    page = client.get("/units?scheme=water-saving").text
    box = lambda value: re.search(rf'value="{value}"( checked)?><span[^>]*>.*?</span><span class="meta">(\d+)', page)  # noqa: E731
    assert (box("municipal")[2], box("water-saving")[2], box("revoked")[2], box("valid")[2]) == ("1", "4", "1", "2")
    assert box("water-saving")[1] and not box("municipal")[1]
    assert "4 张证书" in page and "4 家单位持有" in page


def test_the_status_shown_is_the_standing(client, shelf):
    page = client.get("/units").text
    for key, said in (("school", "有效"), ("revoked", "已撤销"), ("old", "已到期")):
        line = page[page.index(f"/units/{shelf[key].institution_id}\""):]
        assert said in line[:line.index("</tr>")]


def test_nothing_found_says_what_to_do(client, shelf):
    page = client.get("/units?q=没有这家")
    assert page.status_code == 200 and "没有符合条件的单位" in page.text and "没有这家" in page.text


def test_pages_of_fifty(client, certified):
    for _ in range(51):
        certified()
    first, second = client.get("/units").text, client.get("/units?page=2").text
    assert (len(holders(first)), len(holders(second))) == (50, 1)
    assert not set(re.findall(r'/verify/[^"]*', first)) & set(re.findall(r'/verify/%[^"]*', second))
    assert len(holders(client.get("/units?page=99").text)) == 1


def test_a_page_costs_the_same_with_one_row_and_with_twenty(client, certified, count_queries):
    first = certified()
    def cost(address):
        with count_queries() as seen:
            assert client.get(address).status_code == 200
        return len(seen)
    pages = ["/", "/units", "/units?q=示例", f"/units/{first.institution_id}", "/units.csv", "/units.json", "/units.jsonld", "/units.atom", "/open-data"]
    before = [cost(page) for page in pages]
    for n in range(20):
        certified(edition=["water-saving-2013", "municipal-2016", "national-2013"][n % 3])
    certified(institution=first.institution, edition="municipal-2016")
    assert [cost(page) for page in pages] == before
    assert max(before) <= 6, dict(zip(pages, before, strict=True))
    assert cost("/criteria") == cost("/criteria/national-2017") == cost("/verify") == 0


def test_a_unit_shows_all_its_certificates(client, shelf, certified):
    row = shelf["revoked"]
    other = certified(institution=row.institution, edition="national-2013", issued_on=TODAY - timedelta(days=500),
                      reissued_on=TODAY - timedelta(days=50))
    page = client.get(f"/units/{row.institution_id}")
    assert page.status_code == 200
    for text in (row.number, other.number, "已撤销", "有效", "整改期满仍未达标", "补发"):
        assert text in page.text
    assert client.get("/units/999999").status_code == 404


def test_a_kept_title_is_in_the_history(client, make, certified):
    from portal import lifecycle
    from portal.domain.workflow import Role

    row = certified()
    officer = make.person(Role.OFFICER, name="甲某某")
    with transaction():
        lifecycle.append("keep-title", by=officer, role="officer", case=row.application, reason="内部意见")
    page = client.get(f"/units/{row.institution_id}").text
    assert "复核合格，保留称号" in page and "甲某某" not in page and "内部意见" not in page


def test_the_spreadsheet_opens_in_excel(client, shelf):
    answer = client.get("/units.csv?status=valid")
    assert answer.mimetype == "text/csv" and answer.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {row["单位名称"] for row in rows} == {shelf[key].holder for key in ("school", "hospital", "body", "area")}
    assert {row["状态"] for row in rows} == {"有效"}
    assert [row["证书编号"] for row in rows][0] == shelf["body"].number


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_name_is_never_a_formula(client, certified, name):
    row = certified(holder=name)
    rows = list(csv.reader(io.StringIO(client.get("/units.csv").data.decode("utf-8-sig"))))
    assert rows[1][1] == "'" + name and row.holder == name




def test_json_for_machines(client, shelf):
    data = client.get("/units.json?division=500101").json
    assert data["count"] == len(data["units"]) == 2 and data["licence"]["name"] and data["updated"]
    assert data["as_of"] == TODAY.isoformat()
    for unit in data["units"]:
        assert set(unit) == set(data["fields"])
    one = next(unit for unit in data["units"] if unit["number"] == shelf["hospital"].number)
    assert (one["holder"], one["scheme"], one["division"], one["status"]) == (
        shelf["hospital"].holder, "municipal", "万州区", "valid")
    assert (one["issued_on"], one["expires_on"]) == (
        shelf["hospital"].issued_on.isoformat(), shelf["hospital"].expires_on.isoformat())


def test_an_empty_directory_still_answers(client, context):
    for page in ("/", "/units", "/units.csv", "/units.json", "/units.jsonld", "/units.atom", "/open-data", "/criteria"):
        assert client.get(page).status_code == 200, page
    assert client.get("/units.json").json["updated"] is None


def test_places_need_no_more_than_their_row(client, shelf):
    """Divisions without certificates are no choice, but are tiles."""
    with transaction() as session:
        session.add(Division(code="500229", name="城口县", kind="county"))
    page = client.get("/units").text
    assert 'name="division" value="500229"' not in page and 'href="/units?division=500229"' in page


def test_the_spreadsheet_is_whole_when_long(client, certified):
    """Portions of a long file join without a gap."""
    row = certified()
    with client.application.test_request_context():
        record = dataset.record(next(iter(queries.exported(Wanted()))))
        text = "".join(dataset.lines([record] * 401))
    assert len(list(csv.reader(io.StringIO(text)))) == 402 and text.count(row.number) == 401


def test_the_feed_says_what_is_new(client, shelf):
    answer = client.get("/units.atom")
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)
    space = {"a": "http://www.w3.org/2005/Atom"}
    entries = feed.findall("a:entry", space)
    assert {one.findtext("a:title", namespaces=space) for one in entries} == {
        f"{row.holder} · {row.title}" for row in shelf.values()}
    link = entries[0].find("a:link", space).get("href")
    assert client.get(link).status_code == 200
    assert feed.findtext("a:updated", namespaces=space)


def test_linked_data_names_the_standing(client, shelf):
    data = client.get("/units.jsonld?division=500101")
    assert data.mimetype == "application/ld+json"
    parts = {one["about"]["name"]: one["creativeWorkStatus"] for one in data.json["hasPart"]}
    assert parts == {shelf["hospital"].holder: "valid", shelf["old"].holder: "expired"}
    assert all(client.get(one["@id"]).status_code == 200 for one in data.json["hasPart"])


def test_the_feed_keeps_to_its_standard(client, certified, travel):
    """The structure that RFC 4287 asks for, and news of what ended above what was only published before."""
    gone = certified("渝北区甲小学校", published_at=clock.now() - timedelta(days=40), ended_as="revoked", ended_on=TODAY,
                     ended_reason="x")
    for n in range(52):
        certified(published_at=clock.now() - timedelta(days=1 + n))
    answer = client.get("/units.atom")
    feed, space = ElementTree.fromstring(answer.data), "{http://www.w3.org/2005/Atom}"
    once = lambda element, name: [child.text for child in element.findall(space + name)]  # noqa: E731
    assert feed.tag == space + "feed" and answer.mimetype == "application/atom+xml"
    assert [len(once(feed, name)) for name in ("id", "title", "updated")] == [1, 1, 1]
    assert feed.find(f"{space}author/{space}name").text
    assert {(link.get("rel"), link.get("type")) for link in feed.findall(space + "link")} == {
        ("self", "application/atom+xml"), ("alternate", "text/html")}
    entries = feed.findall(space + "entry")
    assert len(entries) == 50 and len({once(one, "id")[0] for one in entries}) == 50
    stamp = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
    moments = []
    for one in entries:
        assert [len(once(one, name)) for name in ("id", "title", "updated", "summary")] == [1, 1, 1, 1]
        assert once(one, "id")[0].startswith("http") and one.find(space + "link").get("rel") == "alternate"
        assert all(stamp.fullmatch(text) for text in once(one, "updated") + once(one, "published"))
        moments.append(datetime.fromisoformat(once(one, "updated")[0]))
    assert moments == sorted(moments, reverse=True) and max(moments) == datetime.fromisoformat(once(feed, "updated")[0])
    assert gone.number in once(entries[0], "summary")[0] and "已撤销" in once(entries[0], "summary")[0]
    allowed = {space + name for name in ("author", "category", "contributor", "generator", "icon", "id", "link", "logo",
                                         "rights", "subtitle", "title", "updated", "entry", "published", "summary")}
    assert {element.tag for element in feed.iter()} - {space + "feed", space + "name"} <= allowed


def test_a_line_names_the_department_and_charts_count(client, make, certified):
    body = make.institution(name="重庆市云栖档案中心", division="500000", department=make.department("市档案局"), type="other")
    certified(institution=body)
    certified(edition="municipal-2016", type="hospital", issued_on=OLD)
    page = client.get("/units").text
    assert "市档案局 · 其他机构" in page
    charts = page[page.index("按命名年度"):]
    assert f'href="/units?year={OLD.year}">{OLD.year}</a>' in charts and 'href="/units?type=hospital">医院</a>' in charts
    assert "无图可绘" in client.get("/units?q=没有这家").text
