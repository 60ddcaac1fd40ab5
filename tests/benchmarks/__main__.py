"""`make bench`: prints the tables, writes build/bench.json, fails when something is missed.

Environment: CASES (the two volumes, `200,2000` unless told), INSTITUTIONS (of the larger one), DATABASES, RUNS.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks import pages, papers

GROWTH, QUERIES, EXPORT_SECONDS, WORKER_MB = 1.3, 15, 1.0, 150


def missed(found: dict[str, Any]) -> list[str]:
    """What one database does not reach, in a line each."""
    faults = []
    for row in found["rows"]:
        if row["ratio"] > row["limit"]:
            faults.append(f"{row['page']}: {row['ratio']} times the bare route, {row['limit']:.0f} allowed")
        if row["growth"] > GROWTH:
            faults.append(f"{row['page']}: grows {row['growth']} times, {GROWTH} allowed")
        if max(row["queries"], row["queries_small"]) > QUERIES or row["queries"] != row["queries_small"]:
            faults.append(f"{row['page']}: {row['queries_small']} to {row['queries']} statements, {QUERIES} and constant allowed")
    export = found["export"]
    if export["seconds"] > EXPORT_SECONDS:
        faults.append(f"export: {export['seconds']} s, {EXPORT_SECONDS} allowed")
    faults += [f"a web process holds {resident:.0f} MB, {WORKER_MB} allowed" for resident, _own in found["memory"] if resident > WORKER_MB]
    return faults


def main() -> None:
    """Measure, print, write, judge."""
    small, large = (int(one) for one in os.environ.get("CASES", "200,2000").split(","))
    more, runs = int(os.environ.get("INSTITUTIONS", "0")), int(os.environ.get("RUNS", str(pages.RUNS)))
    report: dict[str, Any] = {"cases": [small, large], "institutions": more, "runs": runs}
    faults: list[str] = []
    for database in os.environ.get("DATABASES", "sqlite,postgresql").split(","):
        found = pages.measure(database, volumes=(small, large), institutions=more, runs=runs)
        print(pages.show(found["rows"], f"{database}: {small} and {large} cases"))
        print(f"export: {found['export']}; web processes, resident and own share: "
              + ", ".join(f"{resident:.0f} and {own:.0f} MB" for resident, own in found["memory"]), flush=True)
        report[database] = found
        faults += [f"{database}: {one}" for one in missed(found)]
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
