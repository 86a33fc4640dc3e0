"""Rows about the scan: its step, its lateness, what it allocates."""

import shutil
import subprocess

from machine import Skipped, run
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
    total, seen = sum(n for _, n in counts), 0
    if not total:
        raise Skipped("cyclictest printed no histogram (no right to SCHED_FIFO?)")
    for microseconds, count in counts:
        seen += count
        if seen >= total * 0.99:
            return microseconds
    return counts[-1][0]


def lateness(options):
    """Our real-time thread with a scan of 1,000 points against cyclictest, turn about, under what load there is."""
    if not shutil.which("cyclictest"):
        raise Skipped("cyclictest is not installed (rt-tests)")
    rounds = {1: [], 10: [], 100: []}
    for _ in range(options.rounds):
        for period, found in rounds.items():
            seconds = options.seconds or {1: 15, 10: 20, 100: 60}[period]
            ours = run([options.bench, "lateness", period, seconds, 80])
            floor = cyclictest(period, seconds)
            found.append({"value": ours["p99_us"] / floor, "ours": ours["p99_us"], "floor": floor, "raw": ours})
    return [result(f"lateness-{period}ms", f"scan lateness p99 at {period} ms, FIFO 80, under 10,000 points/s", "cyclictest", "×",
                   found, 1.5, 1.2, note=f"{sorted(r['ours'] for r in found)[len(found) // 2]:.0f} against "
                                         f"{sorted(r['floor'] for r in found)[len(found) // 2]:.0f} µs")
            for period, found in rounds.items()]
