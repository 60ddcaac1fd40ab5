"""`make faults`: kills counted on both databases, the table, build/faults.json; exit code 1 when a promise was broken.

Environment: KILLS (200 unless told, shared by the databases), SEED, DATABASES.
"""

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

from tests.faults import campaign
from tests.faults.campaign import AFTER, BEFORE_KEPT, BEFORE_LOST, Tally

HEAD = ("deed", "met by kills", "before, not done", "before, done", "after", "violations")


def table(tallies: list[Tally]) -> str:
    """The counts of all databases together, deed by deed."""
    sums: dict[str, list[int]] = {}
    for tally in tallies:
        for row in tally.rows():
            mine = sums.setdefault(row["deed"], [0] * 5)
            for place, key in enumerate(("kills", BEFORE_LOST, BEFORE_KEPT, AFTER, "violations")):
                mine[place] += row[key]
    rows = [HEAD, *((deed, *map(str, counts)) for deed, counts in sums.items())]
    rows.append(("all", *(str(sum(column)) for column in zip(*sums.values(), strict=True))))
    lines = [f"| {row[0]:<20} | " + " | ".join(f"{cell:>16}" for cell in row[1:]) + " |" for row in rows]
    return "\n".join([lines[0], "|---" + "|--:" * (len(HEAD) - 1) + "|", *lines[1:]])


def say(tally: Tally, faults: list[str]) -> None:
    """One line a kill, so that whoever waits sees that it goes on."""
    print(f"{tally.database} {tally.kills}: {tally.rounds[-1]:.1f} s" + "".join(f"\n  {one}" for one in faults), flush=True)


def main() -> None:
    """Run, print, write, judge."""
    kills, seed = int(os.environ.get("KILLS", "200")), int(os.environ.get("SEED") or random.randrange(10 ** 6))
    databases = os.environ.get("DATABASES", "sqlite,postgresql").split(",")
    print(f"SEED={seed} KILLS={kills}", flush=True)
    tallies = []
    for place, database in enumerate(databases):
        share = kills // len(databases) + (place < kills % len(databases))
        tallies.append(campaign.run(database, kills=share, seed=seed, say=say))
    report: dict[str, Any] = {"seed": seed, "kills": sum(one.kills for one in tallies), "databases": [one.report() for one in tallies]}
    out = Path("build/faults.json")
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    print(table(tallies))
    for one in report["databases"]:
        print(", ".join(f"{key}: {value}" for key, value in one.items() if key not in {"deeds", "violations", "seed"}))
    faults = [fault for one in tallies for fault in one.faults]
    print(f"SEED={seed}: {report['kills']} kills, {len(faults)} violations; {out}")
    print("\n".join(faults))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
