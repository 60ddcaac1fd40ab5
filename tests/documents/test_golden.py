"""Every paper gives the bytes that somebody has looked at, in any process, time zone, language and hash order."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents import golden
from tests.documents.specimens import PAPERS

ROOT = Path(__file__).parents[2]
ADVICE = """The paper “{name}” is no longer what was looked at.
Changed on purpose? Look at the new one (render it, pdftoppm -r 100), then run
    python -m tests.documents.golden
and commit tests/documents/golden.json with the change. Not on purpose? Something leaks into the paper:
a clock, an order, an installed font. Kept: made with {kept}; here: {here}."""


@pytest.fixture(scope="module")
def present():
    return golden.digests()


def test_the_file_lists_every_paper():
    assert set(golden.kept()) - {"made with"} == set(PAPERS), "run: python -m tests.documents.golden"


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_what_was_looked_at(name, present):
    kept, makers = golden.kept(), golden.makers()
    advice = ADVICE.format(name=name, kept=kept["made with"], here=makers)
    assert present[name]["content"] == kept[name]["content"], advice
    if makers == kept["made with"]:
        assert present[name]["bytes"] == kept[name]["bytes"], advice


def test_neither_clock_nor_place_nor_order_gets_into_a_paper():
    surroundings = [{"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LANG": "C", "LC_ALL": "C"},
                    {"PYTHONHASHSEED": "4242", "TZ": "America/Anchorage", "LANG": "zh_CN.UTF-8", "LC_ALL": "",
                     "SOURCE_DATE_EPOCH": "1", "HOME": "/nonexistent"}]
    found = [json.loads(subprocess.run(
        [sys.executable, "-m", "tests.documents.golden", "--print"], cwd=ROOT, env={**os.environ, **extra},
        capture_output=True, check=True).stdout) for extra in surroundings]
    assert found[0] == found[1]
