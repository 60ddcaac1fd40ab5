"""How dates, figures and states are printed; instants are shown in China time."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask import Flask, current_app, url_for
from flask_babel import get_locale

from portal import clock, seen, wording
from portal.web.guard import Desk, may_enter

WEEKDAYS_ZH = "一二三四五六日"
ORDINALS = "〇一二三四五六七八九十"


def chinese() -> bool:
    """Whether this page is read in Chinese."""
    locale = get_locale()
    return locale is None or locale.language == "zh"


def day(value: date | datetime | None, weekday: bool = False) -> str:
    """2026年12月4日（周五）, or 4 December 2026 (Fri); empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.in_china(value).date()
    if chinese():
        named = f"（周{WEEKDAYS_ZH[value.weekday()]}）" if weekday else ""
        return f"{value.year}年{value.month}月{value.day}日{named}"
    return f"{value.day} {value:%B} {value.year}" + (f" ({value:%a})" if weekday else "")


def short_day(value: date | datetime | None) -> str:
    """12月4日, or 4 Dec; empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.in_china(value).date()
    return f"{value.month}月{value.day}日" if chinese() else f"{value.day} {value:%b}"


def moment(value: datetime | None, weekday: bool = False) -> str:
    """A day with its time of day: 2026年12月4日 18:00."""
    if value is None:
        return ""
    return f"{day(value, weekday)} {clock.in_china(value):%H:%M}" if not chinese() else (
        f"{day(value, weekday)}{'' if weekday else ' '}{clock.in_china(value):%H:%M}")


def clock_time(value: datetime) -> str:
    """The time of day on a Chinese wall clock: 18:00."""
    return f"{clock.in_china(value):%H:%M}"


def days_left(value: date | datetime | None) -> int:
    """Whole days from today to a day; negative when it has passed."""
    if value is None:
        return 0
    if isinstance(value, datetime):
        value = clock.in_china(value).date()
    return (value - clock.today()).days


def points(value: Decimal | int | str | None, places: int | None = None) -> str:
    """A score as people write it: 7, 6.5, 83.70 with two places; a dash for none."""
    if value is None or value == "":
        return "—"
    number = Decimal(value)
    if places is None:
        number = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
        text = format(number.normalize(), "f")
        return text
    return format(number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), "f")


def figure(value: Decimal | int | str | None, places: int = 2) -> str:
    """A figure with thousands set apart: 1,234.50; a dash for none."""
    if value is None or value == "":
        return "—"
    number = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{number:,f}"


def size(value: int) -> str:
    """Bytes as people read them: 384 KB, 2.4 MB."""
    if value < 1024 * 1024:
        return f"{max(1, round(value / 1024))} KB"
    return f"{value / 1024 / 1024:.1f} MB"


def along(value: Decimal | float, low: Decimal | float, high: Decimal | float) -> str:
    """Where a score stands on a scale from low to high, for a drawing: 0.00% to 100.00%."""
    share = 100 * (float(value) - float(low)) / max(float(high) - float(low), 0.01)
    return f"{min(max(share, 0), 100):.2f}%"


def ordinal(number: int) -> str:
    """一, 二, 三 in Chinese; 1, 2, 3 otherwise."""
    return ORDINALS[number] if chinese() and 0 < number <= 10 else str(number)


def endpoint_url(endpoint: str, **values: Any) -> str | None:
    """The address of an endpoint, or None where this portal has no such page or its desk does not admit the visitor."""
    if endpoint not in current_app.view_functions:
        return None
    desk = current_app.blueprints.get(endpoint.partition(".")[0])
    return url_for(endpoint, **values) if isinstance(desk, Desk) and may_enter(desk) else None


def absolute(path: str) -> str:
    """The address of a path under which people reach this portal: as set, never as a request's Host claims."""
    return str(current_app.config["PORTAL"].base_url).rstrip("/") + path


def title_of(thing: Any) -> str:
    """An item's, section's or scheme's name in the page's language: `title`/`name`, or its English twin."""
    for plain in ("title", "name", "text"):
        if hasattr(thing, plain):
            own = str(getattr(thing, plain))
            return own if chinese() else getattr(thing, plain + "_en", "") or own
    return str(thing)


def init_app(app: Flask) -> None:
    """Give the filters and words to every template."""
    app.jinja_env.filters.update(
        day=day, short_day=short_day, moment=moment, clock_time=clock_time, days_left=days_left, points=points,
        figure=figure, along=along, size=size, ordinal=ordinal, title_of=title_of, mark=seen.mark,
        mark_all=lambda facts: seen.mark(*facts),
        stage_name=lambda value: wording.STAGES[value], action_name=lambda value: wording.ACTIONS.get(value, value),
        role_name=lambda value: wording.ROLES[value], type_name=lambda value: wording.TYPES[value],
        message_subject=lambda one: wording.message(one.text, one.values)[0],
        message_sentence=lambda one: wording.message(one.text, one.values)[1],
        provenance_name=lambda value: wording.PROVENANCE[value], station_name=lambda value: wording.STATIONS[value])
    app.jinja_env.globals.update(absolute=absolute, endpoint_url=endpoint_url, today=clock.today, now=clock.now,
                                 chinese=chinese)
