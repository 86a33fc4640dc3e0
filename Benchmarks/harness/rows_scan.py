"""Rows about the scan: its step, its lateness, what it allocates."""

import shutil
import subprocess
import time
from statistics import median

from daemon import WARM_UP, Controller
from machine import Skipped, fleet, run
from report import result


def step(options):
    """5,000 points and 200 zones, a tenth of the points new in each scan."""
    times, allocations, locks = [], [], []
    for _ in range(options.rounds):
        ours = run([options.bench, "step", 5000, 200, 3000])
        times.append({"value": ours["p99_us"] / 1000, "raw": ours})
        allocations.append({"value": ours["allocations_per_scan"], "raw": ours})
        locks.append({"value": ours["locks_per_scan"]})
    wall = sorted(r["raw"]["p99_wall_us"] for r in times)[len(times) // 2] / 1000
    return [result("step", "scan step, 5,000 points, 200 zones, p99", "–", "ms", times, 2, 0.5,
                   note=f"CPU of the thread; with what others took {wall:.2f} ms"),
            result("allocations", "allocations on the scan thread, a scan", "–", "", allocations, 0, 0),
            result("locks", "locks on the scan thread, a scan", "–", "", locks, 0, 0)]


def cyclictest(period_ms, seconds):
    """p99 in µs; the histogram counts whole microseconds."""
    done = subprocess.run(["cyclictest", "-q", "-m", "-p80", "-i", str(period_ms * 1000), "-D", str(seconds), "-h", "20000"],
                          capture_output=True, text=True, timeout=seconds + 60)
    counts = [(int(a), int(b)) for a, b in (line.split()[:2] for line in done.stdout.splitlines() if line[:1].isdigit())]
    if not any(count for _, count in counts):
        raise Skipped("cyclictest printed no histogram (no right to SCHED_FIFO?)")
    return p99(counts)


def p99(counts):
    """The least value that 99 % do not exceed, of pairs (value, how many)."""
    total, seen = sum(count for _, count in counts), 0
    for value, count in sorted(counts):
        seen += count
        if seen >= 0.99 * total:
            return value
    return float("inf")


def lateness(options):
    """The controller's own scan at 10,000 points/s, as it tells it itself, against cyclictest, turn about."""
    if not shutil.which("cyclictest"):
        raise Skipped("cyclictest is not installed (rt-tests)")
    return [lateness_at(period, options) for period in (1, 10, 100)]


def lateness_at(period_ms, options):
    seconds = options.seconds or {1: 15, 10: 20, 100: 30}[period_ms]
    rounds = []
    with fleet(options.port, 500), Controller(500, options.port, scan=f"{period_ms} ms") as controller:
        controller.wait_until_served()
        time.sleep(WARM_UP)
        for _ in range(options.rounds):
            ours, floor = own_p99(controller, seconds), cyclictest(period_ms, seconds)
            rounds.append({"value": ours / floor, "ours": ours, "floor": floor})
    return result(f"lateness-{period_ms}ms", f"scan lateness p99 at {period_ms} ms, FIFO 80, under 10,000 points/s", "cyclictest",
                  "×", rounds, 1.5, 1.2, note=f"{median(r['ours'] for r in rounds):.0f} against "
                                              f"{median(r['floor'] for r in rounds):.0f} µs")


def own_p99(controller, seconds):
    before = controller.ask("/v1/scan")["lateness"]
    time.sleep(seconds)
    return p99_between(before, controller.ask("/v1/scan")["lateness"])


def p99_between(before, after):
    """Upper end, in µs, of the bucket in which 99 % of the scans between two answers of /v1/scan began."""
    earlier = {bucket["belowMicroseconds"]: bucket["count"] for bucket in before}
    return p99([(bucket["belowMicroseconds"], bucket["count"] - earlier.get(bucket["belowMicroseconds"], 0)) for bucket in after])
