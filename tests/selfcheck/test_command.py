"""`portal score` says the same as the interface, and in a line what is wrong."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import main
from tests.selfcheck.sheets import WATER, changed


def run(tmp_path: Path, text: str | bytes, edition: str = "water-saving-2013") -> Result:
    file = tmp_path / "figures.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CliRunner().invoke(main, ["score", edition, str(file)])


def test_it_prints_the_score(tmp_path: Path) -> None:
    told = run(tmp_path, "\ufeff" + json.dumps(WATER))
    assert told.exit_code == 0 and json.loads(told.output)["total"] == "83.70"


def test_it_names_every_mistake_and_fails(tmp_path: Path) -> None:
    told = run(tmp_path, json.dumps(changed(T1={"na": True}, G1={"points": 14}) | {"\ud800": 1}))
    assert told.exit_code == 1
    assert {line.split(":")[0] for line in told.output.splitlines()} == {"answers.T1.na", "answers.G1.points", "\\ud800"}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe\x00", b"[" * 30000])
def test_it_says_that_a_file_is_no_json(tmp_path: Path, body: bytes) -> None:
    told = run(tmp_path, body)
    assert told.exit_code == 1 and "not JSON" in told.output and "Traceback" not in told.output


def test_it_names_the_editions_there_are(tmp_path: Path) -> None:
    told = run(tmp_path, "{}", "nothing")
    assert told.exit_code == 1 and "water-saving-2013" in told.output


def test_numbers_that_are_none_have_a_path_here_too(tmp_path: Path) -> None:
    told = run(tmp_path, '{"institution": {"type": "school"}, "statistics": {"water_m3": NaN}}')
    assert told.exit_code == 1 and told.output.startswith("statistics.water_m3: must be a number")
