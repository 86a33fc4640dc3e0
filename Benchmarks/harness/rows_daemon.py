"""Rows about the whole controller: `tidegated` and `tidegate-guard`, release build, on a site the fleet plays."""

import signal
import time

import machine
from daemon import WARM_UP, Controller, window
from machine import C, fleet, run
from report import result


def at_load(options, devices, seconds):
    with fleet(options.port, devices) as plant, Controller(devices, options.port) as controller:
        controller.wait_until_served()
        time.sleep(WARM_UP)
        found = window(controller, plant, seconds)
    if found["fleet"]["polls_per_s"] < 0.99 * devices:
        raise RuntimeError(f"only {found['fleet']['polls_per_s']:.1f} polls/s of {devices} were made: the load was not carried")
    return found


def floor_at_load(options, devices, seconds):
    with fleet(options.port, devices):
        path = f"/tmp/tidegate-bench-floor-{options.port}.db"
        machine.remove(path)
        try:
            return run([C / "poll_floor", "--port", options.port, "--ports", devices, "--period-ms", 1000, "--seconds", seconds,
                        "--sqlite", path])
        finally:
            machine.remove(path)


def load_10k(options):
    rounds = []
    seconds = options.seconds or 60
    for _ in range(options.rounds):
        ours, floor = at_load(options, 500, seconds), floor_at_load(options, 500, seconds)
        served = ours["fleet"]["polls_per_s"] * 20
        rounds.append({"value": ours["cpu_percent"] / floor["cpu_percent"], "ours": ours["cpu_percent"],
                       "floor": floor["cpu_percent"], "points_per_s": served, "raw": {"ours": ours, "floor": floor}})
    least = min(r["points_per_s"] for r in rounds)
    return [result("daemon-10k", "CPU of the whole daemon at 10,000 points/s, 500 TCP devices", "libmodbus + SQLite rows in C", "×",
                   rounds, 1.5, 1.0, note=percents(rounds) + f"; {least:.0f} points/s at least")]


def percents(rounds):
    ours, floor = sorted(r["ours"] for r in rounds), sorted(r["floor"] for r in rounds)
    return f"{ours[len(ours) // 2]:.2f} % against {floor[len(floor) // 2]:.2f} %"


def load_1k(options):
    rounds = []
    for _ in range(options.rounds):
        ours = at_load(options, 50, options.seconds or 60)
        rounds.append({"value": ours["cpu_percent"], "points_per_s": ours["fleet"]["polls_per_s"] * 20, "raw": ours})
    return [result("daemon-1k", "CPU of the whole daemon at 1,000 points/s, 50 TCP devices", "one core", "%", rounds, 1, 0.5)]


def silent(options):
    """5 of 50 devices accept and never answer. Rate and gaps are the fleet's."""
    shares, gaps = [], []
    for _ in range(options.rounds):
        with fleet(options.port, 50, "--silent", 5) as plant, Controller(50, options.port) as controller:
            controller.wait_until_served()
            time.sleep(WARM_UP)
            ours = window(controller, plant, options.seconds or 40)
        shares.append({"value": 100 * ours["fleet"]["polls_per_s"] / 45, "raw": ours})
        gaps.append({"value": ours["fleet"]["worst_gap_ms"] / 1000, "raw": ours["fleet"]})
    return [result("silent-share", "live points with 10 % of 50 TCP devices silent", "points wanted", "%", shares, 99, 99, True),
            result("silent-gap", "worst gap of a live device then", "period 1 s", "×", gaps, 1.3, 1.05)]


def start(options):
    """From exec to the first answer in which every point of 500 devices is good."""
    rounds = []
    for _ in range(options.rounds):
        with fleet(options.port, 500) as plant, Controller(500, options.port) as controller:
            took = first_good(controller, plant)
        rounds.append({"value": took})
    return [result("start", "start to first good scan, 500 devices", "–", "s", rounds, 2, 1,
                   note="as the API tells it: record and drain included")]


def first_good(controller, plant):
    """The fleet says when all were asked; only then the controller is troubled with a question."""
    while time.monotonic() - controller.began < 60:
        seen = plant.account()
        if seen["asked"] < seen["live"]:
            time.sleep(0.01)
            continue
        asked = time.monotonic()
        try:
            good, count = controller.good_points()
        except OSError:
            time.sleep(0.01)
            continue
        if count and good == count:
            return asked - controller.began
        time.sleep(0.02)
    return float("inf")


def idle(options):
    """A site with outputs and no device: what still wakes."""
    seconds = options.seconds or 20
    rounds = []
    with fleet(options.port, 1) as plant, Controller(0, options.port) as controller:
        controller.wait_until_served()
        time.sleep(5)
        for _ in range(options.rounds):
            ours = window(controller, plant, seconds)
            beyond = {name: rate for name, rate in ours["wakeups_per_s"].items() if name != "scan"}
            rounds.append({"value": sum(beyond.values()), "raw": ours["wakeups_per_s"]})
    loudest = sorted(beyond.items(), key=lambda item: -item[1])[:4]
    return [result("idle-wakeups", "wake-ups when idle beyond the scan", "–", "/s", rounds, 10, 2,
                   note=", ".join(f"{name} {rate:g}" for name, rate in loudest if rate))]


def soak(options):
    """Ten minutes at 10,000 points/s: what is resident at the end, and what came in the second half."""
    seconds = options.soak
    with fleet(options.port, 500) as plant, Controller(500, options.port) as controller:
        controller.wait_until_served()
        time.sleep(WARM_UP + seconds / 2)
        early = machine.memory(controller.pid)
        time.sleep(seconds / 2)
        late, seen = machine.memory(controller.pid), plant.account()
        guard = machine.memory(controller.guard.pid)
    grown = late["rss_kb"] - early["rss_kb"]
    note = f"anonymous {late['anonymous_kb'] / 1000:.1f} MB, {late['threads']} threads, guard {guard['rss_kb'] / 1000:.1f} MB, " \
           f"{grown:+d} kB in the second half of {seconds} s"
    raw = {"early": early, "late": late, "guard": guard, "fleet": seen}
    return [result("memory", "memory, 500 devices, 10,000 points, after 10 min", "–", "MB",
                   [{"value": late["rss_kb"] * 1024 / 1e6, "raw": raw}], 48, 32, note=note)]
