"""A real guard on the simulated chip, and a peer that speaks its protocol: an implementation of its own."""
import os
import signal
import socket
import struct
import subprocess
import tempfile
import time

from rig import CHIP, Failure, eventually

# name, line, polarity, safe level, longest time on in ms: the bits of a frame in this order
OUTPUTS = [
    ("O0", 0, "active-high", "safe-off", 60_000),
    ("O1", 1, "active-low", "safe-off", 60_000),
    ("O2", 2, "active-high", "safe-on", 60_000),
    ("O3", 3, "active-low", "safe-on", 60_000),
    ("O4", 4, "active-high", "safe-off", 1_000),
]
INPUTS = [
    ("STOP", 16, "active-high pull-none level debounce-us 10000 emergency-stop"),
    ("D1", 17, "active-low pull-none level debounce-us 20000"),
    ("P1", 18, "active-high pull-none count-rising debounce-us 0"),
    ("P2", 19, "active-high pull-none count-falling debounce-us 10000"),
    ("D2", 20, "active-high pull-up level debounce-us 0"),
]
SAFE = 0b01100
"""Outputs in the order of the table that are on when safe."""
EVERY = (1 << len(OUTPUTS)) - 1
LEASE = 2.0
"""The longest there is: what is not about leases must not fail because this machine was held up between a frame and a look."""


def pin(output, is_on):
    """The level of the pin when an output is on or off."""
    return int(is_on) ^ int(OUTPUTS[output][2] == "active-low")


def safe_pin(output):
    return pin(output, SAFE >> output & 1)


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def table():
    text = "tidegate lines 1\ndriver gpio\n"
    for name, line, polarity, safe, longest in OUTPUTS:
        text += f"output {name} {CHIP} {line} {polarity} {safe} max-on-ms {longest}\n"
    for name, line, rest in INPUTS:
        text += f"input {name} {CHIP} {line} {rest}\n"
    return text + f"checksum {fnv1a(text.encode()):016x}\n"


FINGERPRINT = fnv1a(table().encode())


class Guard:
    """The guard's process in a run directory of its own, with the table written before it starts."""

    def __init__(self, programs):
        self.folder = tempfile.mkdtemp(prefix="guard-")
        self.programs = programs
        with open(self.folder + "/guard.lines", "w") as file:
            file.write(table())
        self.start()

    def start(self):
        self.log = open(self.folder + "/guard.log", "ab")
        self.process = subprocess.Popen([self.programs + "/tidegate-guard", self.folder], stderr=self.log)

    def said(self):
        with open(self.folder + "/guard.log") as file:
            return file.read()

    def is_listening(self):
        """It listens only once it has taken its lines."""
        try:
            connect(self).close()
            return True
        except (ConnectionRefusedError, FileNotFoundError):
            return False

    def signal(self, number):
        self.process.send_signal(number)

    def processor_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        if self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGKILL)
        self.process.wait()


class State:
    """A `state` frame, read."""

    def __init__(self, frame):
        self.inputs = struct.unpack_from("<I", frame, 4)[0]
        (self.sequence, self.moment, self.levels, self.expired, self.tripped, self.faulted, self.input_levels,
         self.inputs_known) = struct.unpack_from("<QqQQQQQQ", frame, 8)
        self.is_stopped, self.malformed, self.incarnation = struct.unpack_from("<IIQ", frame, 72)
        self.pulses = [struct.unpack_from("<Qq", frame, 88 + 16 * index)[0] for index in range(self.inputs)]

    def input(self, index):
        """True, False, or None when it cannot be read."""
        return bool(self.input_levels >> index & 1) if self.inputs_known >> index & 1 else None


class Peer:
    """The daemon's side of the guard's socket."""

    def __init__(self, guard):
        self.sequence = 0
        self.state = None
        self.socket = connect(guard)
        answer = self.ask(frame(1, struct.pack("<Q", FINGERPRINT)))
        if answer[3] != 0x81:
            raise Failure(f"not welcome: {answer.hex()}")
        self.socket.setblocking(False)

    def ask(self, request):
        self.socket.settimeout(2)
        self.socket.send(request)
        return self.socket.recv(4096)

    def lease(self, levels, length=LEASE, renewed=EVERY):
        self.sequence += 1
        now = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        self.socket.send(frame(2, struct.pack("<QqQQQ", self.sequence, now, renewed, levels, 0), round(length * 1000)))

    def hear(self):
        """The newest state; the last one heard while nothing new waits."""
        try:
            while data := self.socket.recv(4096):
                self.state = State(data) if data[3] == 0x83 else self.state
        except BlockingIOError:
            pass
        return self.state

    def renew_until(self, levels, holds, why, limit=20.0):
        """Renews every 20 ms until something holds of the state."""
        last = 0.0

        def turn():
            nonlocal last
            if time.monotonic() - last >= 0.02:
                last = time.monotonic()
                self.lease(levels)
            state = self.hear()
            return state is not None and holds(state)

        return eventually(turn, why, limit)

    def renew_for(self, levels, seconds):
        """Renews for a time. Returns the guard's answer to one more renewal, which is newer than all that came before."""
        end = time.monotonic() + seconds
        self.renew_until(levels, lambda _: time.monotonic() >= end, "time passes", seconds + 20)
        self.lease(levels)
        last = self.sequence
        eventually(lambda: self.hear().sequence >= last, "the guard answers")
        return self.state

    def is_cut_off(self):
        try:
            while self.socket.recv(4096):
                pass
            return True
        except BlockingIOError:
            return False
        except ConnectionResetError:
            return True

    def close(self):
        self.socket.close()


def frame(kind, body, word=0):
    return struct.pack("<4sI", bytes([0x54, 0x47, 1, kind]), word) + body


def connect(guard):
    """A connection; waits while more are at the door than the guard lets stand there."""
    end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    end.settimeout(2)
    while True:
        try:
            end.connect(guard.folder + "/guard.sock")
            return end
        except BlockingIOError:
            time.sleep(0.002)
