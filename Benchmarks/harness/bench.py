"""Runs the rows and keeps what they found. `scripts/bench` builds the programs first; see docs/benchmarks.md."""

import argparse
import datetime
import json
import os
import pathlib
import signal
import sys
import time
import traceback

import machine
import report
import rows_daemon
import rows_field
import rows_records
import rows_scan

RESULTS = machine.ROOT / "Benchmarks" / "results"

# In the order of the table of goals.
ROWS = {
    "daemon-10k": rows_daemon.load_10k,
    "daemon-1k": rows_daemon.load_1k,
    "poll-cpu": rows_field.poll_cpu,
    "requests": rows_field.requests,
    "silent": rows_daemon.silent,
    "rtu-dead": rows_field.rtu_dead,
    "rtu-rate": rows_field.rtu_rate,
    "lateness": rows_scan.lateness,
    "soak": rows_daemon.soak,
    "step": rows_scan.step,
    "loop": rows_field.loop,
    "back-fill": rows_records.back_fill,
    "device-bytes": rows_records.device_bytes,
    "read-day": rows_records.read_day,
    "idle": rows_daemon.idle,
    "start": rows_daemon.start,
}
# What comes out the same on every machine, whoever else is busy on it.
DETERMINISTIC = {
    "requests": rows_field.requests,
    "file-bytes": rows_records.file_bytes,
    "device-bytes": rows_records.device_bytes,
    "step": rows_scan.step,
    "idle": rows_daemon.idle,
}


def options():
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures Tidegate beside its floors in C.")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each row; medians want 3 (default)")
    parser.add_argument("--seconds", type=int, default=0, help="length of a round; default: each row's own")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help=f"one row of: {', '.join(ROWS)}")
    parser.add_argument("--soak", type=int, default=600, help="seconds of the memory row (default 600)")
    parser.add_argument("--check", action="store_true", help="only what is deterministic, against thresholds.json")
    parser.add_argument("--markdown", metavar="RESULTS", help="prints a kept result as a table for the README, and ends")
    parser.add_argument("--port", type=int, default=20000, help="first of 500 free ports")
    parser.add_argument("--bench", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def measure(chosen, rows):
    for name, row in rows.items():
        before, began = machine.load(), time.monotonic()
        try:
            found = row(chosen)
        except machine.Skipped as why:
            found = [report.skipped(name, name, str(why))]
        except Exception as problem:  # one row that fails must not cost the others
            traceback.print_exc()
            found = [report.failed(name, name, str(problem))]
        for result in found:
            result["load"] = [before, machine.load()]
            result["took_s"] = round(time.monotonic() - began, 1)
            print(report.line(result), flush=True)
            yield result


def check(rows):
    """Every figure with a threshold must stand within it. Returns the number of those that do not."""
    thresholds = json.loads((machine.ROOT / "Benchmarks" / "thresholds.json").read_text())
    over = 0
    for row in rows:
        limit = thresholds.get(row["name"])
        if row["verdict"] == "failed" or (limit is not None and row["value"] is not None and row["value"] > limit):
            print(f"over: {row['name']} is {report.shown(row['value'])}, the threshold is {limit}", file=sys.stderr)
            over += 1
    return over


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))   # what was started is ended, what was mounted is unmounted
    chosen = options()
    if chosen.markdown:
        print(report.markdown(json.loads(pathlib.Path(chosen.markdown).read_text())))
        return 0
    if chosen.check:
        chosen.rounds = 1
    known = DETERMINISTIC if chosen.check else ROWS
    unknown = [name for name in chosen.only if name not in known]
    if unknown:
        print(f"no row is called {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    date, load = datetime.datetime.now(), machine.load()
    print(f"{machine.model()}, {machine.describe()['cores']} cores, load {load}; ± is half of least to most, n the rounds")
    rows = list(measure(chosen, {n: r for n, r in known.items() if not chosen.only or n in chosen.only}))
    kept = {"date": date.strftime("%Y-%m-%d %H:%M"), "machine": machine.describe(), "load_before": load,
            "load_after": machine.load(), "rounds": chosen.rounds, "rows": rows}
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{date.strftime('%Y-%m-%dT%H%M%S')}{'-check' if chosen.check else ''}-{os.getpid()}.json"
    path.write_text(json.dumps(kept, indent=1))
    print(f"load {kept['load_after']}; kept in {path.relative_to(machine.ROOT)}")
    failed = sum(row["verdict"] == "failed" for row in rows)
    return 1 if (check(rows) if chosen.check else failed) else 0


if __name__ == "__main__":
    sys.exit(main())
