"""Front page, criteria, open data, caching, and what never appears on public pages."""

from datetime import timedelta

import pytest

from portal import clock, editions
from portal.db import transaction
from portal.directory import tiles
from portal.domain.workflow import Role, Stage
from portal.models.notice import NoticeEntry, PublicNotice

TODAY = clock.today()


@pytest.fixture
def notice(make):
    """`notice(days)`: a notice that ends in so many days, with one entry."""
    def publish(days: int, number: str = "示〔2026〕1号") -> PublicNotice:
        case = make.application(stage=Stage.ANNOUNCED)
        row = PublicNotice(number=number, scheme="water-saving", title=f"关于拟认定名单的公示{number}", workdays=5,
                           published_on=TODAY + timedelta(days=days - 7), published_at=clock.now(),
                           last_day=TODAY + timedelta(days=days), published_by_id=make.person(Role.OFFICER).id)
        row.entries = [NoticeEntry(application_id=case.id, position=1)]
        with transaction() as session:
            session.add(row)
        return row
    return publish


def test_the_front_page_says_what_is_open(client, make, notice, certified):
    call, closed = make.round("water-saving-2013"), make.round("municipal-2016", open=False)
    running, over = notice(3), notice(-5, "示〔2025〕9号")
    row = certified("渝北区望江街小学校")
    page = client.get("/").text
    assert call.name in page and closed.name not in page and "还剩 11 天" in page
    assert running.title in page and "还剩 3 天" in page and over.title in page
    running_part = page[page.index("正在进行"):page.index("38 个区县")]
    assert over.title not in running_part and running.title in running_part
    assert row.holder in page and f"/units/{row.institution_id}" in page


def test_the_last_day_of_a_notice_is_said(client, notice):
    notice(0)
    assert "今日截止" in client.get("/").text


def test_figures_count_titles_in_force(client, certified):
    first = certified(division="500101")
    certified(institution=first.institution, edition="municipal-2016")
    certified(ended_as="revoked", ended_on=TODAY, ended_reason="x")
    certified(published_at=None)
    page = client.get("/").text
    figures = [int(one.split("</dt><dd>")[1].split("<")[0]) for one in page.split('<div class="fig">')[1:]]
    assert figures == [0, 1, 1]
    assert "<b>万州</b>1</a>" in page and "<b>渝北</b>0</a>" in page


def test_no_round_and_no_notice_is_said(client, context):
    page = client.get("/").text
    assert "目前没有正在申报的批次" in page and "还没有公布的证书" in page


def test_shades_cover_small_and_large_counts():
    for top in (1, 9, 12, 13, 40, 1015):
        limits = tiles.steps(top)
        assert list(limits) == sorted(set(limits)) and limits[0] == 1
        picture = tiles.picture({place.code: top for place in tiles.places()})
        assert {tile.shade for tile in picture.tiles} == {sum(top >= one for one in limits)}
    assert {tile.shade for tile in tiles.picture({}).tiles} == {0}
    assert len({place.cell for place in tiles.places()}) == len({place.code for place in tiles.places()}) == 38


@pytest.mark.parametrize("scheme", editions.every(), ids=lambda one: one.edition)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_edition_can_be_read(client, context, scheme, language):
    page = client.get(f"/criteria/{scheme.edition}?language={language}").text
    for item in scheme.items():
        assert f'id="item-{item.id}"' in page and item.requirement in page
    drafts = sum(one.provenance == "reconstructed" for one in (*scheme.items(), *scheme.prerequisites, *scheme.sections))
    assert page.count("草案</span>" if language == "zh" else "Draft text</span>") == drafts
    raw = client.get(f"/criteria/{scheme.edition}.toml")
    assert raw.status_code == 200 and f'id = "{scheme.id}"' in raw.data.decode()


def test_no_other_file_is_given_out(client, context):
    for name in ("factors-2020", "averages", "../pyproject", "x"):
        assert client.get(f"/criteria/{name}.toml").status_code == 404
        assert client.get(f"/criteria/{name}").status_code == 404


def test_pages_are_kept_a_minute_for_strangers_only(client, make, as_, certified):
    row = certified()
    for address in ("/", "/units", f"/units/{row.institution_id}", "/units.json", "/criteria", "/open-data"):
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=60", address
        assert "Cookie" in answer.headers["Vary"] and "Set-Cookie" not in answer.headers
    tag = client.get("/criteria").headers["ETag"]
    assert client.get("/criteria", headers={"If-None-Match": tag}).status_code == 304
    signed_in = as_(make.person(Role.OFFICER))
    for address in ("/", "/units", "/units.json", "/criteria"):
        assert signed_in.get(address).headers["Cache-Control"] == "no-store", address


def test_nobody_is_named(client, make, certified):
    """The people of an institution, its phone and its address reach no public page."""
    house = make.institution(name="渝北区望江街小学校")
    people = [make.person(Role.APPLICANT, name="经办某甲", institution=house),
              make.person(Role.SIGNATORY, name="负责某乙", institution=house)]
    row = certified(institution=house, issued_by_id=people[0].id)
    for address in ("/", "/units", f"/units/{house.id}", "/units.csv", "/units.json", f"/verify/{row.verify_code}",
                    f"/verify/{row.verify_code}?format=json"):
        text = client.get(address).text
        for secret in (*(one.name for one in people), *(one.email for one in people), house.phone, house.address,
                       house.credit_code):
            assert secret not in text, (address, secret)


def test_nothing_can_be_sent(client, certified):
    row = certified()
    for address in ("/", "/units", f"/units/{row.institution_id}", "/units.csv", "/verify", f"/verify/{row.number}",
                    "/criteria", "/open-data"):
        assert client.post(address).status_code == 405, address


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_languages(client, certified, language):
    row = certified()
    for address in ("/", "/units", f"/units/{row.institution_id}", "/verify", f"/verify/{row.number}", "/criteria",
                    "/open-data"):
        page = client.get(address, query_string={"language": language})
        assert page.status_code == 200 and f'lang="{"zh-Hans" if language == "zh" else "en"}"' in page.text[:40]
        assert " style=" not in page.text and "%(" not in page.text
