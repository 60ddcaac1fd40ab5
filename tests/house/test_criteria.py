"""The criteria shipped: checked by the command, with the totals of the standards."""

from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal import editions
from portal.cli import main

EDITIONS = {"national-2013": (110, 85), "national-2017": (110, 85), "municipal-2016": (110, 85),
            "water-saving-2013": (100, 90)}


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition_has_its_totals(edition: str) -> None:
    scheme = editions.get(edition)
    assert (scheme.total, scheme.pass_mark) == tuple(map(Decimal, EDITIONS[edition]))


def test_the_command_accepts_what_is_shipped() -> None:
    result = CliRunner().invoke(main, ["criteria", "check", *map(str, editions.files())])
    assert result.exit_code == 0, result.output


def test_the_command_names_every_mistake_and_its_place(tmp_path: Path) -> None:
    text = (editions.folder() / "water-saving-2013.toml").read_text("utf-8")
    broken = tmp_path / "water-saving-2013.toml"
    broken.write_text(text.replace('id = "T2"', 'id = "T1"', 1).replace("pass_mark = 90", "pass_mark = 900", 1), "utf-8")
    result = CliRunner().invoke(main, ["criteria", "check", str(broken)])
    assert result.exit_code == 1
    assert "T1" in result.output and "pass_mark" in result.output and "water-saving-2013.toml" in result.output


def test_a_changed_edition_is_noticed() -> None:
    with pytest.raises(editions.EditionChanged):
        editions.frozen("water-saving-2013", "0" * 64)
