#!/usr/bin/env python3
"""The real controller and the real firmware on one serial line: the firmware in QEMU, `tidegated` on this machine.

    gateway.py BINARIES [--short] [--contract] [NAME ...]

Kills, stops and cuts, and asks the firmware how long its relays stayed away from safe; all times are the firmware's own
clock, which a busy host cannot make late. Every figure is printed as least/median/most. `--contract` runs the contract of
the line drivers against the firmware instead, by the test bundle in BINARIES.
"""
import argparse
import os
import random
import re
import select
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import traceback

from bridge import Bridge, Cable
from modbus import ARMED, HEARTBEAT, WATCHDOG, Master, crc16

LEASE = 800
# Of the host, for what must happen but not how fast.
PATIENCE = 60
VALVE = 0x01
SAFE = 0x20

BOARD = """\
board: qemu-bridge
about: the firmware of the reference board in QEMU
lines:
  R1: { bridge: bridge-1, line: 0, out: active-high }
  R6: { bridge: bridge-1, line: 5, out: active-high }
  P1: { bridge: bridge-1, line: 0, count: rising }
serial:
  LINE: { device: LINE }
bridges:
  bridge-1: { port: LINE }
checked: this is the check
"""

SITE = f"""\
site: qemu
place: {{ latitude: 36.88, longitude: 118.74, elevation: 23 m, time-zone: Asia/Shanghai }}
board: qemu-bridge
commissioning: off
lease: {LEASE} ms
emergency-stop: none
outputs:
  V-1:  {{ line: R1, is: valve, safe: closed, at-most: 12 h }}
  AE-1: {{ line: R6, is: aerator, safe: on, at-most: 12 h }}
water:
  well: {{ capacity: 30 m3/h }}
zones:
  east: {{ valve: V-1, flow: 12 m3/h }}
"""


def expect(what, holds):
    if not holds:
        raise AssertionError(what)


def wait(what, holds, seconds=PATIENCE, pause=0.01):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(pause)


class Tap(Cable):
    """A cable that knows what goes over it: the firmware's clock just before each beat that was answered."""

    def __init__(self, bridge):
        self.bridge, self.clock = bridge, bridge.find_clock()
        self.beats_answered, self.beat_clock, self.commissions = 0, 0, []
        self.is_ours = threading.Lock()
        self._asked, self._sent, self._heard = None, b"", b""
        super().__init__(bridge)

    def now(self):
        return self.bridge.word(self.clock)

    def run(self):
        while self.is_running:
            with self.is_ours:
                ready, _, _ = select.select([self.near, self.line], [], [], 0.005)
                for source in ready:
                    data = os.read(self.near, 4096) if source == self.near else self.line.recv(4096)
                    if not data:
                        return
                    if self.is_whole:
                        self._forward(source, data)

    def _forward(self, source, data):
        if source == self.near:
            self._look(data)
            self.line.sendall(data)
        else:
            self._heard = (self._heard + data)[-8:]
            if self._asked is not None and self._heard == bytes.fromhex("1110000000024358"):
                self.beats_answered, self.beat_clock, self._asked = self.beats_answered + 1, self._asked, None
            os.write(self.near, data)

    def _look(self, data):
        # A frame may come in pieces.
        self._sent = (self._sent + data)[-64:]
        if self._sent[-13:-6] == bytes.fromhex("11100000000204") and crc16(self._sent[-13:]) == 0:
            self._asked = self.now()
        elif self._sent[-47:-43] == bytes.fromhex("11100020") and crc16(self._sent[-47:]) == 0:
            self.commissions.append(self.now())

    def ask(self):
        """What lives in the bridge, asked over the line while nobody else speaks on it."""
        with self.is_ours:
            master = Master(self.line)
            time.sleep(0.03)
            master.drain()
            return master.live()


class Farm:
    """One firmware, one cable, one controller after the other."""

    def __init__(self, binaries, debug=False):
        self.binaries = os.path.abspath(binaries)
        self.folder = tempfile.mkdtemp(prefix="tg-gateway-")
        self.bridge = Bridge(debug=debug)
        try:
            Master(self.bridge.line).greet()
            self.tap = Tap(self.bridge)
            for place, text in (("boards/qemu-bridge.yaml", BOARD), ("site.yaml", SITE)):
                os.makedirs(os.path.dirname(f"{self.folder}/{place}"), exist_ok=True)
                open(f"{self.folder}/{place}", "w").write(text)
            os.makedirs(self.folder + "/run")
            os.symlink(self.tap.path, self.folder + "/run/LINE")
        except BaseException:
            self.bridge.stop()
            raise
        self.daemon = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        self.tap.close()
        self.bridge.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # The controller.

    def start(self):
        self.daemon = subprocess.Popen(
            [f"{self.binaries}/tidegated", self.folder + "/site.yaml", "--run", self.folder + "/run", "--data", self.folder + "/data"],
            stdout=subprocess.DEVNULL, stderr=open(self.folder + "/said", "a"))

    def kill(self):
        if self.daemon:
            self.daemon.kill()
            self.daemon.wait()
        self.daemon = None

    def tidegate(self, *words):
        done = subprocess.run([f"{self.binaries}/tidegate", *words, "--socket", self.folder + "/run/tidegate.sock"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE)
        return done.stdout if done.returncode == 0 else ""

    def run_valve(self):
        """Waters by hand until the valve's relay is on."""
        wait("the controller takes the order", lambda: self.tidegate("run", "east", "--for", "20h"), pause=0.2)
        self.wait_for(SAFE | VALVE)

    def wait_for(self, relays):
        wait(f"relays are {relays:#x}", lambda: self.bridge.relays() == relays)

    def safe_since(self, clock):
        """Waits for safe pins; the firmware's time from `clock` to when they were first seen so."""
        wait("pins are safe", lambda: self.bridge.relays() == SAFE, pause=0.002)
        return self.tap.now() - clock


class Figures:
    """Milliseconds of the firmware's clock, each bounded by the lease."""

    def __init__(self):
        self.by_name = {}

    def add(self, name, value, limit=LEASE):
        self.by_name.setdefault(name, []).append(value)
        expect(f"{name}: {value} ms, more than {limit}", value <= limit)

    def __str__(self):
        return "; ".join(f"{name} {min(all)}/{statistics.median(all):.0f}/{max(all)} ms (n {len(all)})"
                         for name, all in self.by_name.items())


def note_trip(farm, figures, since, beat):
    """The relays went safe for want of a beat: how long after `since`, and after the last good beat."""
    figures.add("pins seen safe after it", farm.safe_since(since), LEASE + 50)
    live = farm.tap.ask()
    expect(f"the cause is {live.trip_cause}", live.trip_cause == HEARTBEAT and live.relays == SAFE)
    figures.add("tripped after it", live.trip_clock - since)
    figures.add("tripped after the last beat", live.trip_clock - beat)


def kills(farm, count, dice):
    """kill -9 with the valve open: pins safe within the lease; the next controller arms the bridge anew"""
    figures, armed = Figures(), []
    for _ in range(count):
        begun = farm.tap.now()
        farm.start()
        farm.run_valve()
        armed.append(farm.tap.now() - begun)
        time.sleep(dice.uniform(0, 0.3))
        since = farm.tap.now()
        farm.kill()
        note_trip(farm, figures, since, farm.tap.beat_clock)
    return f"{figures}; valve on again {min(armed)}/{statistics.median(armed):.0f}/{max(armed)} ms after the next start"


def stops(farm, count, dice):
    """SIGSTOP with the valve open: pins safe within the lease; when it goes on, the bridge is armed and the valve on again"""
    return interrupt(farm, count, dice, lambda: farm.daemon.send_signal(signal.SIGSTOP), lambda: farm.daemon.send_signal(signal.SIGCONT))


def cuts(farm, count, dice):
    """The cable is cut with the valve open: pins safe within the lease; mended, the bridge is armed and the valve on again"""
    return interrupt(farm, count, dice, farm.tap.cut, farm.tap.mend)


def interrupt(farm, count, dice, begin, end):
    figures, back = Figures(), []
    farm.start()
    farm.run_valve()
    for _ in range(count):
        time.sleep(dice.uniform(0.2, 0.5))
        since = farm.tap.now()
        begin()
        note_trip(farm, figures, since, farm.tap.beat_clock)
        mended = farm.tap.now()
        end()
        farm.wait_for(SAFE | VALVE)
        back.append(farm.tap.now() - mended)
    told = farm.tidegate("log")
    expect(f"the log does not tell it:\n{told}", "did not hear the controller in time" in told and "is armed" in told)
    farm.kill()
    return f"{figures}; valve on again {min(back)}/{statistics.median(back):.0f}/{max(back)} ms after the return"


def resets(farm, count, dice):
    """The bridge is reset twice and noticed within one beat and a look; the third time waits for a person"""
    noticed, back = [], []
    farm.start()
    farm.run_valve()
    for number in range(3):
        time.sleep(1 + dice.uniform(0, 0.2))
        answered, told = farm.tap.beats_answered, len(farm.tap.commissions)
        farm.bridge.qmp.ask("system_reset")
        wait("the bridge is commissioned anew", lambda: len(farm.tap.commissions) > told, pause=0.001)
        beats = farm.tap.beats_answered - answered
        expect(f"{beats} beats were answered between the reset and its notice", beats <= 1)
        noticed.append(farm.tap.commissions[told])
        if number < 2:
            farm.wait_for(SAFE | VALVE)
            back.append(farm.tap.now())
    wait("the third is a trip", lambda: "began anew three times" in farm.tidegate("log"), pause=0.2)
    expect("the valve is on", farm.bridge.relays() == SAFE)
    wait("a person resets it", lambda: farm.tidegate("reset", "bridge-1"), pause=0.2)
    wait("the bridge is armed", lambda: farm.tap.ask().state == ARMED, pause=0.2)
    farm.run_valve()
    farm.kill()
    return f"commissioned anew {noticed} ms, valve on again {back} ms after the start; the third held until reset"


def hang(farm, count, dice):
    """The bridge's main loop hangs: its watchdog resets it, and it is armed again by itself"""
    farm.start()
    farm.run_valve()
    farm.bridge.hang()
    expect("no watchdog", farm.bridge.qmp.wait_for("WATCHDOG", PATIENCE))
    farm.wait_for(SAFE | VALVE)
    live = farm.tap.ask()
    expect(f"count and state are {live.boot_count}, {live.state}", (live.boot_count, live.state) == (2, ARMED))
    expect("the log does not tell it", "its watchdog" in farm.tidegate("log"))
    farm.kill()
    return f"cause {live.boot_cause} ({WATCHDOG}: watchdog), armed again {farm.tap.now()} ms after its start at most"


def orderly_end(farm, count, dice):
    """SIGTERM: the relays are told to go safe before the controller ends"""
    farm.start()
    farm.run_valve()
    since = farm.tap.now()
    farm.daemon.terminate()
    took = farm.safe_since(since)
    farm.daemon.wait()
    farm.daemon = None
    live = farm.tap.ask()
    expect(f"cause {live.trip_cause}", live.trip_cause in (0, 3))
    return f"pins safe after {took} ms"


CHECKS = [(kills, 100, 10), (stops, 20, 5), (cuts, 20, 5), (resets, 1, 1), (hang, 1, 1), (orderly_end, 1, 1)]


class Control(threading.Thread):
    """Relays and inputs of a bridge for a test that runs elsewhere: a line is answered by a line."""

    def __init__(self, bridge, path):
        super().__init__(daemon=True)
        self.bridge = bridge
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        self.start()

    def run(self):
        while True:
            link, _ = self.listener.accept()
            with link, link.makefile("rw") as file:
                for line in file:
                    file.write(self.answer(*line.split()) + "\n")
                    file.flush()

    def answer(self, verb, *numbers):
        if verb == "relays":
            return f"{self.bridge.relays():x}"
        if verb == "input":
            port = f"/machine/unattached/{self.bridge.ports[3]}"
            self.bridge.qtest.ask(f"set_irq_in {port} unnamed-gpio-in {numbers[0]} {numbers[1]}")
        elif verb == "pulse":
            self.bridge.pulse(int(numbers[0]))
        return "ok"


def contract(binaries):
    with Bridge() as bridge:
        Master(bridge.line).greet()
        cable = Cable(bridge)
        Control(bridge, bridge.folder + "/control")
        done = subprocess.run(
            [binaries + "/TidegatePackageTests.xctest", "--testing-library", "swift-testing", "--filter", "LineDriverContractTests"],
            env=dict(os.environ, TIDEGATE_BRIDGE=f"{cable.path} {bridge.folder}/control", NO_COLOR="1"),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
        cases = re.findall(r'firmware of a safety bridge keeps the contract" with (\d+) test cases passed', done.stdout)
        if done.returncode != 0 or not cases or int(cases[0]) == 0:
            print(done.stdout)
            raise AssertionError("the contract does not hold on the firmware")
        cable.close()
        return f"{cases[0]} cases"


def judge(name, check):
    begun = time.monotonic()
    try:
        note = check()
    except Exception as wrong:
        print(f"FAILED: {name}: {wrong or type(wrong).__name__}", flush=True)
        traceback.print_exc()
        return False
    print(f"ok: {name} ({time.monotonic() - begun:.0f} s): {note}", flush=True)
    return True


def tried(check, count, binaries):
    with Farm(binaries, debug=check is hang) as farm:
        try:
            return check(farm, count, random.Random(count))
        except BaseException:
            print(open(farm.folder + "/said").read() if os.path.exists(farm.folder + "/said") else "", flush=True)
            print(farm.tidegate("log"), flush=True)
            raise


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--contract", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_intermixed_args()
    if options.contract:
        results = [judge("the contract of line drivers on the firmware", lambda: contract(options.binaries))]
    else:
        chosen = [entry for entry in CHECKS if not options.names or entry[0].__name__ in options.names]
        results = [judge(f"{check.__doc__}", lambda: tried(check, few if options.short else many, options.binaries))
                   for check, many, few in chosen]
    passed = "passed" if results and all(results) else "FAILED"
    print(f"verdict: {passed}: {sum(results)} of {len(results)} with the gateway, lease {LEASE} ms", flush=True)
    sys.exit(0 if passed == "passed" else 1)


if __name__ == "__main__":
    main()
