"""`make bench`: prints the tables, writes build/bench.json, fails when something is missed.

Environment: CASES (the two volumes, `200,2000` unless told), INSTITUTIONS (of the larger one), DATABASES, RUNS.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks import pages, papers

GROWTH, QUERIES, CSV_SECONDS = 1.3, 15, 1.0


def missed(rows: list[dict[str, Any]]) -> list[str]:
    """What the rows of one database do not reach, in a line each."""
    found = []
    for row in rows:
        if row["ratio"] > row["limit"]:
            found.append(f"{row['page']}: {row['ratio']} times the bare route, {row['limit']:.0f} allowed")
        if row["growth"] > GROWTH:
            found.append(f"{row['page']}: grows {row['growth']} times, {GROWTH} allowed")
        if max(row["queries"], row["queries_small"]) > QUERIES or row["queries"] != row["queries_small"]:
            found.append(f"{row['page']}: {row['queries_small']} to {row['queries']} statements, {QUERIES} and constant allowed")
    return found


def main() -> None:
    """Measure, print, write, judge."""
    small, large = (int(one) for one in os.environ.get("CASES", "200,2000").split(","))
    more, runs = int(os.environ.get("INSTITUTIONS", "0")), int(os.environ.get("RUNS", str(pages.RUNS)))
    report: dict[str, Any] = {"cases": [small, large], "institutions": more, "runs": runs}
    faults: list[str] = []
    for database in os.environ.get("DATABASES", "sqlite,postgresql").split(","):
        before = pages.measure(database, cases=small, runs=runs)
        rows = pages.table(before, pages.measure(database, cases=large, institutions=more, runs=runs))
        print(pages.show(rows, f"{database}: {small} and {large} cases"), flush=True)
        report[database] = rows
        faults += [f"{database}: {one}" for one in missed(rows)]
    report["certificates"] = round(papers.seconds(), 2)
    print(f"{papers.MANY} certificates: {report['certificates']} s, {papers.WITHIN} allowed")
    if report["certificates"] > papers.WITHIN:
        faults.append("certificates take too long")
    report["missed"] = faults
    out = Path("build/bench.json")
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    print("\n".join([*faults, str(out)]))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
