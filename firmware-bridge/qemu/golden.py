"""Plays the golden frames against the firmware. It waits by the firmware's clock, which falls behind on a busy host."""
import os

from modbus import PATIENCE

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tests", "BridgeCoreTests", "golden.txt")


def sections():
    """Lines with their numbers, by section; only those a fresh start can play."""
    found = []
    for number, line in enumerate(open(FILE), 1):
        verb, *rest = line.split() or ["#"]
        if verb == "boot":
            found.append((rest == ["1", "8", "0"], []))
        elif not verb.startswith("#"):
            found[-1][1].append((number, verb, rest))
    return [lines for is_fresh, lines in found if is_fresh]


LATE = 100
"""Milliseconds by which the firmware's clock may run ahead of a section: far less than what its waits leave open."""
ATTEMPTS = 5


def play(bridge, master):
    """Plays each section from power-on. One that fails is played again only if the host was provably late in it."""
    master.greet()
    clock, replies, repeats = bridge.find_clock(), 0, 0
    for lines in sections():
        for attempt in range(ATTEMPTS):
            power_cycle(bridge, master)
            section = Section(bridge, master, clock)
            try:
                replies += section.play(lines)
                break
            except AssertionError:
                if attempt == ATTEMPTS - 1 or not section.was_late():
                    raise
                repeats += 1
    return f"{replies} replies" + (f", {repeats} sections again for the host's sake" if repeats else "")


class Section:
    def __init__(self, bridge, master, clock):
        self.bridge, self.master, self.clock = bridge, master, clock
        self.began, self.waited, self.was_torn = bridge.word(clock), 0, False

    def was_late(self):
        """Some request may have been torn apart, or more time passed between lines than the section says."""
        return self.was_torn or self.bridge.word(self.clock) - self.began - self.waited > LATE

    def play(self, lines):
        replies = 0
        for number, verb, rest in lines:
            if verb == ">":
                sent = bytes.fromhex("".join(rest))
            elif verb in ("<", "<~"):
                check(number, verb, rest, self.exchange(sent, must_be_silent=rest == ["-"]))
                replies += 1
            elif verb == "wait":
                self.wait(int(rest[0]))
            elif verb == "relays" and (levels := self.bridge.relays()) != int(rest[0], 16):
                raise AssertionError(f"golden.txt:{number}: relays are {levels:x}")
        return replies

    def exchange(self, sent, must_be_silent):
        """For a silence the firmware gets 50 ms of its own clock, however long the host takes for that."""
        heard, was_torn = self.master.exchange(sent, 0 if must_be_silent else PATIENCE)
        self.was_torn = self.was_torn or was_torn
        if must_be_silent:
            self.wait(50)
            heard = self.master.hear(0, heard)
        return heard

    def wait(self, milliseconds):
        self.bridge.wait(self.clock, milliseconds)
        self.waited += milliseconds


def check(number, verb, rest, heard):
    expected = b"" if rest == ["-"] else bytes.fromhex("".join(rest))
    is_right = heard == expected if verb == "<" else len(heard) == len(expected) and heard[:3] == expected[:3]
    if not is_right:
        raise AssertionError(f"golden.txt:{number}: the reply is {heard.hex(' ') or '-'}")


def power_cycle(bridge, master):
    """What outlives a warm reset is wiped while the machine stands still."""
    bridge.qmp.ask("stop")
    bridge.qtest.ask(f"memset {0x20000800:#x} 0xc 0x0")
    bridge.qmp.ask("system_reset")
    bridge.qmp.ask("cont")
    master.greet()
