"""What the guard makes of real lines: levels, polarity, first levels, edges, bounce, lines and chips that are taken away."""
import signal
import time

from guarding import EVERY, INPUTS, OUTPUTS, SAFE, Guard, Peer, pin, safe_pin
from rig import Failure, Thief, eventually, require

STOP, D1, P1, P2, D2 = range(5)
LINE = [line for _, line, _ in INPUTS]


class Bench:
    """One check's guard, on a chip whose lines were left as badly as can be: every output at the pin's unsafe level."""

    def __init__(self, chip, log, programs):
        self.chip, self.log = chip, log
        for output in range(len(OUTPUTS)):
            chip.drive(OUTPUTS[output][1], 1 - safe_pin(output))
        for line in LINE:
            chip.drive(line, 0)
        log.clear()
        self.guard = Guard(programs)

    def __enter__(self):
        eventually(self.guard.is_listening, "the guard takes its lines")
        return self

    def __exit__(self, *_):
        self.guard.end()

    def peer(self):
        peer = Peer(self.guard)
        peer.renew_until(SAFE, lambda state: not state.is_stopped, "the emergency stop is read as released")
        return peer

    def levels(self):
        """Of the pins, by the chip itself."""
        return [self.chip.level(line) for _, line, *_ in OUTPUTS]

    def are_safe(self):
        return self.levels() == [safe_pin(output) for output in range(len(OUTPUTS))]

    def pulse(self, line):
        self.chip.drive(line, 1)
        self.chip.drive(line, 0)


def run(verdict, chip, log, programs, rounds):
    def control():
        """the log shows a glitch where there is one: a line taken on and corrected at once"""
        chip.drive(0, 0)
        log.clear()
        thief = Thief(chip, 0, 1)
        thief.set(0)
        thief.release()
        require(log.levels(0) == [1, 0], f"the log has {log.levels(0)}")

    def with_bench(check):
        def checked():
            with Bench(chip, log, programs) as bench:
                return check(bench)
        checked.__doc__ = check.__doc__
        verdict.run(checked)

    verdict.run(control)
    for check in CHECKS:
        with_bench(check)


def first_level(bench):
    """the first level put on every output, and the only one, is its safe level"""
    eventually(bench.are_safe, f"pins {bench.levels()}")
    for output, (name, line, *_) in enumerate(OUTPUTS):
        levels = bench.log.levels(line)
        require(levels == [safe_pin(output)], f"{name} was put to {levels}, safe is {safe_pin(output)}")


def levels_and_polarity(bench):
    """an output that is on has the pin its polarity says, and each order changes each pin once"""
    peer = bench.peer()
    for asked in (SAFE ^ EVERY, SAFE, 0b01010, SAFE):
        bench.log.clear()
        was = bench.levels()
        peer.renew_until(asked, lambda state: state.levels == asked, f"levels {asked:05b}")
        want = [pin(output, asked >> output & 1) for output in range(len(OUTPUTS))]
        require(bench.levels() == want, f"asked {asked:05b}, pins {bench.levels()}, expected {want}")
        for output, (name, line, *_) in enumerate(OUTPUTS):
            changes = bench.log.levels(line)
            require(changes == ([want[output]] if want[output] != was[output] else []), f"{name} was put to {changes}")


def inputs(bench):
    """inputs are read with their polarity, and a pull that is asked for is applied"""
    peer = bench.peer()
    peer.renew_until(SAFE, lambda state: state.input(D1) is True, "an active-low input at 0 is on")
    peer.renew_until(SAFE, lambda state: state.input(D2) is True, "an input with pull-up and nothing on it is on")
    bench.chip.drive(LINE[D1], 1)
    bench.chip.drive(LINE[D2], 0)
    peer.renew_until(SAFE, lambda state: state.input(D1) is False and state.input(D2) is False, "both are off")


def two_hundred_hertz(bench):
    """200 pulses a second for 5 s are 1000 pulses"""
    peer = bench.peer()
    begin = time.monotonic()
    for pulse in range(1000):
        bench.chip.drive(LINE[P1], 1)
        time.sleep(max(0.0, begin + 0.005 * pulse + 0.0025 - time.monotonic()))
        bench.chip.drive(LINE[P1], 0)
        time.sleep(max(0.0, begin + 0.005 * (pulse + 1) - time.monotonic()))
    took = time.monotonic() - begin
    state = peer.renew_for(SAFE, 0.2)
    require(state.pulses[P1] == 1000, f"counted {state.pulses[P1]}")
    return f"{1000 / took:.0f} a second"


def burst(bench):
    """a burst of 2000 pulses without a pause is counted exactly"""
    peer = bench.peer()
    begin = time.monotonic()
    for _ in range(2000):
        bench.pulse(LINE[P1])
    took = time.monotonic() - begin
    state = peer.renew_for(SAFE, 0.2)
    require(state.pulses[P1] == 2000, f"counted {state.pulses[P1]}")
    return f"{2000 / took:.0f} a second"


def burst_while_held_up(bench):
    """pulses that come while the guard is held up wait in the kernel"""
    peer = bench.peer()
    waiting = 2000 if uses_second_interface(bench) else 16
    bench.guard.signal(signal.SIGSTOP)
    for _ in range(2000):
        bench.pulse(LINE[P1])
    bench.guard.signal(signal.SIGCONT)
    peer.close()
    peer = bench.peer()
    state = peer.renew_for(SAFE, 0.2)
    require(state.pulses[P1] == waiting, f"counted {state.pulses[P1]} of 2000, expected {waiting}")
    return f"{waiting} of 2000" + ("" if waiting == 2000 else ": the kernel's first interface keeps 16 and does not tell of more")


def uses_second_interface(bench):
    with open(f"/proc/{bench.guard.process.pid}/maps") as maps:
        return "libgpiod.so.2" not in maps.read()


def bounce(bench):
    """bounce shorter than the debounce never shows, and is no pulse of a meter with a shortest width"""
    peer, judged = bench.peer(), 0
    peer.renew_until(SAFE, lambda state: state.input(D1) is True, "settled")
    while judged < 100:
        before = peer.renew_for(SAFE, 0.03)
        if not is_quick(lambda: (bench.pulse(LINE[D1]), bench.pulse(LINE[P2]))):
            continue
        after = peer.renew_for(SAFE, 0.03)
        require(before.input(D1) is True and after.input(D1) is True, "a bounce showed as a level")
        require(before.pulses[P2] == after.pulses[P2], "a bounce was counted")
        judged += 1
    return f"{judged} of each"


def real_pulses_among_bounce(bench):
    """a pulse that bounces at both ends is counted once"""
    peer, judged = bench.peer(), 0
    bench.chip.drive(LINE[P2], 1)
    while judged < 50:
        before = peer.renew_for(SAFE, 0.02).pulses[P2]
        falls = is_quick(lambda: [bench.chip.drive(LINE[P2], level) for level in (0, 1, 0, 1, 0)])
        peer.renew_for(SAFE, 0.03)
        rises = is_quick(lambda: [bench.chip.drive(LINE[P2], level) for level in (1, 0, 1, 0, 1)])
        counted = peer.renew_for(SAFE, 0.03).pulses[P2] - before
        require(counted == 1 or not (falls and rises), f"counted {counted} times")
        judged += falls and rises
    return f"{judged} pulses"


def is_quick(bounce, limit=0.008):
    """Bounces; False if this machine was held up meanwhile, so that it was none."""
    begin = time.monotonic()
    bounce()
    return time.monotonic() - begin < limit


def held_line(bench):
    """nobody else gets a line the guard holds"""
    for line in [line for _, line, *_ in OUTPUTS] + LINE:
        try:
            Thief(bench.chip, line).release()
        except OSError:
            continue
        raise Failure(f"line {line} could be taken")


def stolen_line(bench):
    """a line another process holds is a fault of that line alone, and is taken at its safe level when it is free"""
    bench.guard.end()
    thief, line = Thief(bench.chip, OUTPUTS[1][1], 1), OUTPUTS[1][1]
    bench.log.clear()
    bench.guard.start()
    eventually(bench.guard.is_listening, "the guard listens")
    peer = bench.peer()
    peer.renew_until(0b01111, lambda state: state.levels & 1, "O0 is on")
    state = peer.state
    require(state.faulted == 0b00010, f"faulted {state.faulted:05b}")
    require(bench.log.levels(line) == [], f"O1 was driven: {bench.log.levels(line)}")
    thief.release()
    took = peer.renew_until(SAFE, lambda state: state.faulted == 0, "O1 is taken")
    require(bench.log.levels(line) == [safe_pin(1)], f"O1 was put to {bench.log.levels(line)}")
    return f"taken {took:.2f} s after it was free"


def vanished_chip(bench):
    """a chip that vanishes: every line faulted, inputs unknown, stopped; back again, taken safe and released by order only"""
    peer = bench.peer()
    peer.renew_until(SAFE | 1, lambda state: state.levels & 1, "O0 is on")
    bench.chip.vanish()
    seen = peer.renew_until(SAFE | 1, lambda state: state.faulted == EVERY and state.inputs_known == 0 and state.is_stopped,
                            "faults are told", limit=3)
    used = bench.guard.processor_seconds()
    peer.renew_for(SAFE | 1, 2)
    used = bench.guard.processor_seconds() - used
    require(used < 0.5, f"the guard used {used:.2f} s of 2 s of the processor meanwhile")
    bench.log.clear()
    bench.chip.appear()
    back = peer.renew_until(SAFE | 1, lambda state: state.faulted == 0 and not state.is_stopped and state.inputs_known == 31, "all is back")
    require(bench.are_safe(), f"pins {bench.levels()}")
    for output, (name, line, *_) in enumerate(OUTPUTS):
        require(bench.log.levels(line) == [safe_pin(output)], f"{name} was put to {bench.log.levels(line)}")
    peer.renew_until(SAFE, lambda state: not state.levels & 1, "commanded safe once")
    peer.renew_until(SAFE | 1, lambda state: state.levels & 1, "O0 is on again")
    return f"told in {seen:.2f} s, back {back:.2f} s after the chip, {100 * used / 2:.1f} % of the processor meanwhile"


CHECKS = [first_level, levels_and_polarity, inputs, two_hundred_hertz, burst, burst_while_held_up, bounce,
          real_pulses_among_bounce, held_line, stolen_line, vanished_chip]
