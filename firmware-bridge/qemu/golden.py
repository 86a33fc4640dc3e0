"""Plays the golden frames against the firmware. It waits by the firmware's clock, which falls behind on a busy host."""
import os

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


def play(bridge, master):
    """Resets the bridge's power before each section."""
    replies = 0
    master.greet()
    clock = bridge.find_clock()
    for lines in sections():
        power_cycle(bridge, master)
        heard = b""
        for number, verb, rest in lines:
            if verb == ">":
                master.drain()
                bridge.line.sendall(bytes.fromhex("".join(rest)))
                heard = None
            elif verb in ("<", "<~"):
                heard = master.hear(0.1 if rest == ["-"] else 2)
                check(number, verb, rest, heard)
                replies += 1
            elif verb == "wait":
                bridge.wait(clock, int(rest[0]))
            elif verb == "relays" and (levels := bridge.relays()) != int(rest[0], 16):
                raise AssertionError(f"golden.txt:{number}: relays are {levels:x}")
    return f"{replies} replies"


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
