"""Rows about asking: the poller alone, serial lines, the closed loop."""

import pathlib
import signal
import tempfile
import time

from machine import C, Child, fleet, run
from report import result


def poll_cpu(options):
    """CPU per poll at full speed; the fleet and the asker share the machine, so only CPU is compared, never polls/s."""
    rounds, single = [], []
    seconds = options.seconds or 10
    for _ in range(options.rounds):
        with fleet(options.port, 200):
            floor = run([C / "poll_floor", "--port", options.port, "--seconds", seconds])
            ours = run([options.bench, "poll", options.port, 200, seconds, 3, 1, 0])
            alone = run([options.bench, "poll", options.port, 1, seconds, 2, 1, 0])
        rounds.append(pair(ours, floor, "cpu_us_per_poll"))
        single.append(pair(alone, floor, "cpu_us_per_poll"))
    return [
        result("poll-cpu", "CPU per poll at full speed, poller only, 200 connections", "bare libmodbus, one connection", "×",
               rounds, 1.3, 0.8, note=f"{middle(rounds, 'ours')} against {middle(rounds, 'floor')} µs"),
        result("poll-cpu-1", "the same, one connection each millisecond", "bare libmodbus, one connection", "×", single,
               note="a wake-up for each poll; told, not judged"),
    ]


def pair(ours, floor, key):
    return {"value": ours[key] / floor[key], "ours": ours[key], "floor": floor[key], "raw": {"ours": ours, "floor": floor}}


def middle(rounds, key):
    values = sorted(r[key] for r in rounds)
    return f"{values[len(values) // 2]:.1f}"


def requests(options):
    """Requests for each poll of 20 points, as the fleet counts them."""
    rows = []
    for name, gap, what in (("requests", 0, "requests for 20 adjacent points"),
                            ("requests-gap", 8, "requests for 20 points around a gap of 8")):
        with fleet(options.port, 10, "--registers", 20 + gap) as plant:
            asker = Child([options.bench, "poll", options.port, 10, 3, 1, 200, gap])
            time.sleep(1.5)
            plant.tell(signal.SIGUSR2)
            time.sleep(2)
            seen = plant.account()
            asker.process.wait(30)
        rows.append(result(name, what, "the wire", "", [{"value": seen["requests_per_poll"], "raw": seen}], 1, 1))
    return rows


class Line:
    """A paced serial line at a path of its own."""

    def __init__(self, *options):
        self.path = tempfile.mktemp(prefix="tidegate-line-")
        self.child = Child([C / "rtu_line", "--link", self.path, *options])
        time.sleep(0.3)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.end()
        pathlib.Path(self.path).unlink(missing_ok=True)


def rtu_rate(options):
    rows = []
    for baud in (9600, 19200, 115200):
        rates, costs, hasty = [], [], []
        for _ in range(options.rounds):
            floor, ours = on_line(options, baud)
            rates.append(pair(ours, floor, "polls_per_s"))
            costs.append(pair(ours, floor, "cpu_us_per_poll"))
            hasty.append((ours["too_soon"], floor["too_soon"]))
        kept = f"requests before 3.5 characters of silence: {hasty[0][0]:.0%} against {hasty[0][1]:.0%}"
        rows.append(result(f"rtu-rate-{baud}", f"RTU polls/s at {baud}", "libmodbus", "×", rates, 0.98, higher_is_better=True,
                           note=f"{middle(rates, 'ours')} against {middle(rates, 'floor')} /s; {kept}"))
        rows.append(cost_row(f"rtu-cpu-{baud}", f"RTU CPU per poll at {baud}, whole frames", costs))
    pieces = [on_line(options, 9600, "--chunks") for _ in range(options.rounds)]
    costs = [pair(ours, floor, "cpu_us_per_poll") for floor, ours in pieces]
    return rows + [cost_row("rtu-cpu-chunks", "RTU CPU per poll at 9600, in pieces of 8 bytes", costs)]


def cost_row(name, what, costs):
    return result(name, what, "libmodbus", "×", costs, None, 1.0,
                  note=f"{middle(costs, 'ours')} against {middle(costs, 'floor')} µs")


def on_line(options, baud, *kind):
    """libmodbus, then ours, each on a line of its own; with the share of requests that did not keep the silence."""
    found = []
    seconds = options.seconds or 12
    for program in (lambda path: [C / "rtu_floor", path, "--baud", baud, "--seconds", seconds],
                    lambda path: [options.bench, "rtu", path, baud, 1, seconds, 2]):
        with Line("--baud", baud, *kind) as line:
            figures = run(program(line.path))
            seen = line.child.account()
        found.append({**figures, "too_soon": seen["too_soon"] / max(seen["requests"], 1)})
    return found


def rtu_dead(options):
    """Nine units and a dead tenth against nine units; then the tenth comes back."""
    rounds, back = [], []
    seconds = options.seconds or 40
    for _ in range(options.rounds):
        with Line("--baud", 19200, "--units", 9) as line:
            whole = rate_on(line, options, 9, seconds)
        with Line("--baud", 19200, "--units", 10, "--dead", 10) as line:
            dead, after = rate_and_return(line, options, 10, seconds)
        rounds.append({"value": dead / whole, "ours": dead, "floor": whole})
        back.append({"value": after})
    return [
        result("rtu-dead", "rate with 1 dead of 10 units at 19200", "rate without it", "×", rounds, 0.90, 0.95, True),
        result("rtu-back", "dead unit asked again after it came back", "–", "s", back, 30, 10),
    ]


def rate_on(line, options, units, seconds):
    """Answers a second on the line, after ten seconds in which the poller learns who is there."""
    asker = Child([options.bench, "rtu", line.path, 19200, units, seconds + 12, 0])
    time.sleep(10)
    line.child.tell(signal.SIGUSR2)
    time.sleep(seconds)
    rate = line.child.account()["answers_per_s"]
    asker.end()
    return rate


def rate_and_return(line, options, units, seconds):
    asker = Child([options.bench, "rtu", line.path, 19200, units, seconds + 60, 0])
    time.sleep(10)
    line.child.tell(signal.SIGUSR2)
    time.sleep(seconds)
    rate = line.child.account()["answers_per_s"]          # the account on SIGUSR1 brings the dead unit back
    after = -1.0
    for _ in range(350):
        time.sleep(0.1)
        after = line.child.account()["back_after_s"]
        if after >= 0:
            break
    asker.end()
    return rate, after if after >= 0 else float("inf")


def loop(options):
    """The fleet's step register to its coil. Ours through poller, latch, interlocks and commit, see LoopBench.swift."""
    rows = []
    seconds = options.seconds or 20
    for poll in (10, 1):
        rounds = []
        for _ in range(options.rounds):
            floor = reaction(options, [C / "closed_loop_floor", "--port", options.port, "--period-ms", 10, "--seconds", seconds])
            ours = reaction(options, [options.bench, "loop", options.port, 10, poll, seconds])
            rounds.append({"value": ours["reaction_p99_ms"], "ours": ours["reaction_p99_ms"], "floor": floor["reaction_p99_ms"],
                           "raw": {"ours": ours, "floor": floor}})
        rows.append(result(f"loop-{poll}ms", f"register change → coil, p99, scan 10 ms, polled each {poll} ms", "period 10 ms",
                           "ms", rounds, 12, 11, note=f"floor in C {middle(rounds, 'floor')} ms"))
    return rows


def reaction(options, program):
    with fleet(options.port, 1) as plant:
        asker = Child(program)
        time.sleep(2)
        plant.tell(signal.SIGUSR2)
        asker.process.wait(120)
        seen = plant.account()
    if seen["reactions"] < 10:
        raise RuntimeError(f"only {seen['reactions']} reactions were seen")
    return seen
