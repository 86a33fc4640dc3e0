"""The firmware in QEMU as a test sees it: a serial line, relay pins, pulse inputs, the processor, the watchdog.

All channels are Unix sockets in a folder of its own. Times that are asserted are the firmware's own clock: under load
the host's clock sees everything late.
"""
import json
import os
import re
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
import tty

# How long, in seconds of a host that may be busy, anything is waited for that comes at once on an idle one.
PATIENCE = 20
RAM, STACK_BYTES, PAINT = 0x20000000, 2048, b"\xa5\xa5\xa5\xa5"

# Thumb: cpsid i, cpsie i, a branch to itself.
MASK, UNMASK, SPIN = b"\x72\xb6", b"\x62\xb6", b"\xfe\xe7"


class Board:
    """What differs between boards: where QEMU shows the relay pins and takes pulses."""

    def __init__(self, name, machine, pins, relay_port=None, counter_port=None, edges_held=None):
        self.name, self.machine, self.pins, self.relay_port = name, machine, pins, relay_port
        self.counter_port, self.edges_held = counter_port, edges_held
        self.image = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", f".build-{name}", "firmware.elf")


# Port B, the second of seven, at the address that reads its lowest six pins; counters are on the fifth.
LM3S6965EVB = Board("lm3s6965evb", "lm3s6965evb", 0x400050FC, relay_port=1, counter_port=4, edges_held=0x40024414)
MPS2AN386 = Board("mps2an386", "mps2-an386", 0x4002F004)


class Bridge:
    """One QEMU with one firmware. Use it in a `with`."""

    def __init__(self, board=LM3S6965EVB, watchdog="reset", debug=False):
        self.board = board
        self.folder = tempfile.mkdtemp(prefix="tg-bridge-")
        at = lambda name: f"unix:{self.folder}/{name},server=on,wait=off"
        command = ["qemu-system-arm", "-M", board.machine, "-kernel", board.image, "-nographic", "-monitor", "none", "-S",
                   "-accel", "tcg", "-action", f"watchdog={watchdog}", "-qmp", at("qmp"), "-qtest", at("qtest"),
                   "-qtest-log", "none", "-serial", at("line")] + (["-gdb", at("gdb")] if debug else [])
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.line = self._connect("line")
            self.qmp = Qmp(self._connect("qmp"))
            self.qtest = QTest(self._connect("qtest"))
            self.gdb = Gdb(self._connect("gdb")) if debug else None
            self.ports = self._ports()
            self.started = time.monotonic()
            self.gdb.resume() if self.gdb else self.qmp.ask("cont")
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _connect(self, name):
        deadline = time.monotonic() + PATIENCE
        while True:
            link = socket.socket(socket.AF_UNIX)
            try:
                link.connect(f"{self.folder}/{name}")
                link.settimeout(PATIENCE)
                return link
            except OSError:
                link.close()
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.005)

    def _ports(self):
        listed = self.qmp.ask("qom-list", path="/machine/unattached")
        names = [item["name"] for item in listed if item["type"] == "child<pl061_luminary>"]
        return sorted(names, key=lambda name: int(re.search(r"\d+", name)[0]))

    # Pins.

    def relays(self):
        """Levels of the relay pins now, relay 0 in bit 0."""
        return self.qtest.read(self.board.pins)

    def wait_for_relays(self, levels, seconds=PATIENCE):
        """The levels once they are there; the last seen if they do not come within so many seconds of the host."""
        deadline = time.monotonic() + seconds
        while (now := self.relays()) != levels and time.monotonic() < deadline:
            time.sleep(0.005)
        return now

    def watch_relays(self):
        """From now on every move of a relay pin is kept, however short."""
        self.qtest.ask(f"irq_intercept_out /machine/unattached/{self.ports[self.board.relay_port]}")

    def moves(self):
        """(relay, level) of each move since it was asked last, in order."""
        self.relays()  # what has happened before is told before the answer
        moves, self.qtest.moves = self.qtest.moves, []
        return moves

    def pulse(self, counter, count=1):
        """`count` rising edges on a counter, as fast as they are taken.

        The pin holds one edge for the processor. A host that lets the emulated processor stand still for longer than
        a pulse would merge two, as no chip does; so the next edge waits until this one was taken.
        """
        port = f"/machine/unattached/{self.ports[self.board.counter_port]}"
        for _ in range(count):
            self.qtest.ask(f"set_irq_in {port} unnamed-gpio-in {counter} 1")
            self.qtest.ask(f"set_irq_in {port} unnamed-gpio-in {counter} 0")
            while self.qtest.read(self.board.edges_held) & 1 << counter:
                pass

    # Memory, for what the line cannot tell while the main loop hangs or a gateway holds the line.

    def memory(self, address, length):
        return self.qtest.bytes(address, length)

    def find_word(self, value, bits=32, spacing=2):
        """Addresses in data and bss where a number stands."""
        start, length = RAM + STACK_BYTES, 1024
        data = self.memory(start, length)
        sought = struct.pack("<I" if bits == 32 else "<H", value)
        return [start + at for at in range(0, length - len(sought), spacing) if data[at:at + len(sought)] == sought]

    def word(self, address):
        return struct.unpack("<I", self.memory(address, 4))[0]

    def find_clock(self):
        """The address of the firmware's millisecond clock: the one word that goes on by itself, however slowly on a busy host."""
        start, moving, rounds, deadline = RAM + STACK_BYTES, set(), 0, time.monotonic() + PATIENCE
        while rounds < 3 or len(moving) != 1:
            if time.monotonic() > deadline:
                raise RuntimeError(f"no single clock in memory: {[hex(at) for at in moving]}")
            before = struct.unpack("<256I", self.memory(start, 1024))
            time.sleep(0.02)
            after = struct.unpack("<256I", self.memory(start, 1024))
            found = {start + 4 * at for at, (a, b) in enumerate(zip(before, after)) if 0 < b - a < 10_000 and a < 10_000_000}
            # None: the processor stood still. The receiver remembers the clock too, but only while bytes come.
            if found:
                moving, rounds = moving & found if rounds else found, rounds + 1
            rounds = rounds if moving else 0
        return moving.pop()

    def wait(self, clock, milliseconds):
        """Until the clock at this address has moved on by so much."""
        target, deadline = self.word(clock) + milliseconds, time.monotonic() + PATIENCE + milliseconds / 100
        while self.word(clock) < target:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the firmware's clock does not reach {target}")
            time.sleep(0.002)

    def words_between(self, low, high):
        """Addresses in data and bss of numbers from low to high."""
        start = RAM + STACK_BYTES
        words = enumerate(struct.unpack("<256I", self.memory(start, 1024)))
        return [start + 4 * at for at, word in words if low <= word <= high]

    def held_up(self):
        """Milliseconds since the start in which some thread of QEMU could have run and the host let it wait."""
        folder, waited = f"/proc/{self.process.pid}/task", 0
        for thread in os.listdir(folder):
            try:
                with open(f"{folder}/{thread}/schedstat") as file:
                    waited += int(file.read().split()[1])
            except FileNotFoundError:
                pass
        return waited / 1e6

    def stack_used(self):
        """Most bytes of stack ever used: what is no longer painted."""
        stack = self.memory(RAM, STACK_BYTES)
        untouched = 0
        while stack[untouched:untouched + 4] == PAINT:
            untouched += 4
        return STACK_BYTES - untouched

    # The processor, by the debugger: the image under test has no hooks for tests.

    def run_at(self, code):
        """Lets the main loop go on with `code` (Thumb), put where nothing else is."""
        place = RAM + 0x4000
        self.gdb.interrupt()
        while self.gdb.register(25) & 0x1FF:
            self.gdb.resume()
            time.sleep(0.002)
            self.gdb.interrupt()
        self.gdb.write(place, code)
        self.gdb.set_register(15, place)
        self.gdb.resume()

    def hang(self, masked=False):
        """The main loop spins for ever; with interrupts on, unless they are `masked`."""
        self.run_at((MASK if masked else UNMASK) + SPIN)

    def trap(self):
        """The main loop meets an instruction that does not exist: what a Swift trap is."""
        self.run_at(b"\xfe\xde")

    def lose_stack(self):
        """The stack pointer leaves the stack; the next interrupt cannot save its registers."""
        self.run_at(bytes.fromhex("4ff000508546") + UNMASK + SPIN)


class Qmp:
    def __init__(self, link):
        self.reader, self.link = link.makefile("r"), link
        self.events = []
        self.reader.readline()
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        self.link.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while True:
            answer = json.loads(self.reader.readline())
            if "event" in answer:
                self.events.append(answer)
            elif "return" in answer:
                return answer["return"]
            else:
                raise RuntimeError(f"{command}: {answer}")

    def wait_for(self, event, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while not any(seen["event"] == event for seen in self.events):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)
            self.ask("query-status")
        return True


class QTest:
    def __init__(self, link):
        self.reader, self.link = link.makefile("r"), link
        self.one_at_a_time = threading.Lock()
        self.moves = []

    def ask(self, line):
        with self.one_at_a_time:
            return self._ask(line)

    def _ask(self, line):
        self.link.sendall(line.encode() + b"\n")
        while True:
            answer = self.reader.readline().split()
            if answer and answer[0] == "OK":
                return answer[1:]
            if not answer or answer[0] != "IRQ":
                raise RuntimeError(f"{line}: {answer}")
            self.moves.append((int(answer[2]), int(answer[1] == "raise")))

    def read(self, address):
        return int(self.ask(f"readl {address:#x}")[0], 16)

    def bytes(self, address, length):
        return bytes.fromhex(self.ask(f"read {address:#x} {length:#x}")[0][2:])


class Gdb:
    """As much of the debugger's protocol as the tests need. Connecting stops the processor."""

    def __init__(self, link):
        self.link, self.input = link, b""
        self.ask("qXfer:features:read:target.xml:0,ff")  # without it single registers cannot be read

    def _byte(self):
        if not self.input:
            self.input = self.link.recv(4096)
            if not self.input:
                raise RuntimeError("the debugger's line closed")
        first, self.input = self.input[:1], self.input[1:]
        return first

    def _answer(self):
        while self._byte() != b"$":
            pass
        text = b""
        while (byte := self._byte()) != b"#":
            text += byte
        self._byte(), self._byte()
        self.link.sendall(b"+")
        return text.decode()

    def _send(self, text):
        self.link.sendall(b"$%s#%02x" % (text.encode(), sum(text.encode()) & 0xFF))

    def ask(self, text):
        self._send(text)
        return self._answer()

    def interrupt(self):
        self.link.sendall(b"\x03")
        self._answer()

    def resume(self):
        self._send("c")

    def register(self, number):
        return struct.unpack("<I", bytes.fromhex(self.ask(f"p{number:x}"))[:4])[0]

    def set_register(self, number, value):
        self.ask(f"P{number:x}={struct.pack('<I', value).hex()}")

    def write(self, address, data):
        self.ask(f"M{address:x},{len(data):x}:{data.hex()}")


class Cable(threading.Thread):
    """A pty for whoever plays the gateway, joined to a bridge's line; it can be cut and mended."""

    def __init__(self, bridge):
        super().__init__(daemon=True)
        self.line = bridge.line
        self.near, far = os.openpty()
        tty.setraw(self.near)
        tty.setraw(far)
        self._far = far  # held open, so that the pty outlives those who use it
        self.path = os.ttyname(far)
        self.is_whole, self.is_running = True, True
        self.start()

    def cut(self):
        self.is_whole = False

    def mend(self):
        self.is_whole = True

    def run(self):
        while self.is_running:
            ready, _, _ = select.select([self.near, self.line], [], [], 0.05)
            for source in ready:
                data = os.read(self.near, 4096) if source == self.near else self.line.recv(4096)
                if not data:
                    return
                if self.is_whole:
                    self.line.sendall(data) if source == self.near else os.write(self.near, data)

    def close(self):
        self.is_running = False
        self.join()
        os.close(self.near)
        os.close(self._far)
