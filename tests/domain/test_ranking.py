"""Ranking and what-if, official order of lists: tables and properties."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.official_list import Listed, grouped
from portal.domain.ranking import Entry, chosen, ranked, what_if

MARKS = st.decimals(min_value=0, max_value=110, places=2)
ENTRIES = st.lists(st.tuples(MARKS, st.none() | MARKS, st.booleans()), max_size=12).map(
    lambda rows: [Entry(key=key, result=result, site=site, barred=barred)
                  for key, (result, site, barred) in enumerate(rows)])


def entry(key: int, result: str, *, site: str | None = None, barred: bool = False) -> Entry:
    return Entry(key=key, result=Decimal(result), site=Decimal(site) if site else None, barred=barred)


def test_equal_results_share_a_place_and_the_site_score_orders_them() -> None:
    placed = ranked([entry(1, "90"), entry(2, "95"), entry(3, "90", site="92"), entry(4, "80")], pass_mark=Decimal(90))
    assert [(one.entry.key, one.place, one.passes) for one in placed] == [
        (2, 1, True), (3, 2, True), (1, 2, True), (4, 4, False)]


def test_a_barred_entry_has_no_place_and_does_not_pass() -> None:
    placed = ranked([entry(1, "99", barred=True), entry(2, "90")], pass_mark=Decimal(90))
    assert [(one.entry.key, one.place, one.passes) for one in placed] == [(2, 1, True), (1, None, False)]


def test_the_pass_mark_is_inclusive_and_meets_the_unrounded_result() -> None:
    placed = ranked([entry(1, "89.9999"), entry(2, "90")], pass_mark=Decimal(90))
    assert [one.passes for one in placed] == [True, False]


def test_a_quota_takes_the_first_and_whoever_ties_with_the_last() -> None:
    entries = [entry(1, "95"), entry(2, "93"), entry(3, "93"), entry(4, "92")]
    assert chosen(entries, pass_mark=Decimal(90), quota=2) == (1, 2, 3)
    assert chosen(entries, pass_mark=Decimal(94)) == (1,)


def test_what_if_names_who_joins_and_who_drops_out() -> None:
    entries = [entry(1, "95"), entry(2, "91"), entry(3, "89.5")]
    lower = what_if(entries, present=(Decimal(90), None), other=(Decimal(88), None))
    assert (lower.passing, lower.joins, lower.drops) == ((1, 2, 3), (3,), ())
    fewer = what_if(entries, present=(Decimal(90), None), other=(Decimal(90), 1))
    assert (fewer.passing, fewer.joins, fewer.drops) == ((1,), (), (2,))


@given(ENTRIES, MARKS)
def test_ranking_keeps_everybody_and_descends(entries: list[Entry], mark: Decimal) -> None:
    placed = ranked(entries, pass_mark=mark)
    assert sorted(one.entry.key for one in placed) == [one.key for one in entries]
    free = [one for one in placed if not one.entry.barred]
    assert [one.entry.result for one in free] == sorted((one.entry.result for one in free), reverse=True)
    assert all(one.passes == (one.entry.result >= mark) for one in free)
    assert all(one.place is None for one in placed if one.entry.barred)


@given(ENTRIES, MARKS, MARKS)
def test_a_lower_mark_never_drops_anybody(entries: list[Entry], one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert not what_if(entries, present=(high, None), other=(low, None)).drops
    assert not what_if(entries, present=(low, None), other=(high, None)).joins


def listed(key: int, name: str, code: str, division: str, department: str = "") -> Listed:
    return Listed(key=key, name=name, division_code=code, division=division, department=department)


def test_municipal_bodies_come_first_then_divisions_by_code() -> None:
    groups = grouped([
        listed(1, "乙校", "500112", "渝北区"), listed(2, "甲馆", "500101", "万州区"),
        listed(3, "丙院", "500103", "渝中区", "市卫生健康委员会"), listed(4, "甲校", "500112", "渝北区")])
    assert [(one.municipal, one.title, one.keys) for one in groups] == [
        (True, "", (3,)), (False, "万州区", (2,)), (False, "渝北区", (1, 4))]


@given(st.lists(st.tuples(st.sampled_from(["500101", "500103", "500112"]), st.sampled_from(["", "市教委", "市水利局"])),
                max_size=15))
def test_a_list_keeps_everybody_in_one_municipal_group_and_rising_divisions(rows: list[tuple[str, str]]) -> None:
    groups = grouped(listed(key, f"单位{key}", code, code, department) for key, (code, department) in enumerate(rows))
    assert sorted(key for one in groups for key in one.keys) == list(range(len(rows)))
    assert sum(one.municipal for one in groups) <= 1 and all(not one.municipal for one in groups[1:])
    titles = [one.title for one in groups if not one.municipal]
    assert titles == sorted(set(titles))
