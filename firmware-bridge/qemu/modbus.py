"""A Modbus RTU master for the tests: written apart from the firmware's code, so that they do not share mistakes."""
import select
import struct
import time

ADDRESS = 17
LIVE, LIVE_WORDS = 16, 64
ARM_KEY = 0xA53C
UNCONFIGURED, CONFIGURED, ARMED, TRIPPED = range(4)
HEARTBEAT, RELAY_TIME, HOST_ORDER, DAMAGED, FAULT, WATCHDOG, _, POWER_ON = range(1, 9)
NOT_NOW = 6
SILENCE = 20
"""Milliseconds without a byte after which the bridge begins a new frame."""
PATIENCE = 2.0
"""Seconds of the host that a reply may take, which comes at once on an idle one."""


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def frame(pdu, address=ADDRESS):
    body = bytes([address]) + pdu
    return body + struct.pack("<H", crc16(body))


def words(*values):
    return struct.pack(f">{len(values)}H", *values)


def write_pdu(address, values):
    return struct.pack(">BHHB", 16, address, len(values), 2 * len(values)) + words(*values)


def reply_length(head):
    """Whole length of a reply of which the first three bytes are known."""
    if head[1] & 0x80:
        return 5
    return 5 + head[2] if head[1] in (1, 2, 3, 4) else 8


class Refused(Exception):
    def __init__(self, code):
        super().__init__(f"refused with exception {code}")
        self.code = code


class Silent(Exception):
    pass


class Master:
    """`held_up` tells the milliseconds the host has let the other end wait so far, where that is an emulator. A request
    during which that was as much as a silence may have been heard in two halves: then, and only then, it is sent again."""

    def __init__(self, link, held_up=lambda: 0):
        self.link, self.held_up = link, held_up
        self.beats = self.repeats = 0

    def hear(self, seconds, heard=b""):
        """The bytes of one reply, of which `heard` is there already; fewer, or none, when the line falls silent."""
        deadline = time.monotonic() + seconds
        while len(heard) < 5 or len(heard) < reply_length(heard):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.link], [], [], left)[0]:
                break
            heard += self.link.recv(300)
        return heard

    def drain(self):
        while select.select([self.link], [], [], 0)[0] and self.link.recv(4096):
            pass

    def exchange(self, data, seconds=PATIENCE):
        """The reply to these bytes, and whether the host may have torn them apart."""
        self.drain()
        before = self.held_up()
        self.link.sendall(data)
        heard = self.hear(0.1)
        was_torn = self.held_up() - before >= SILENCE
        return self.hear(seconds, heard), was_torn

    def ask(self, pdu):
        for _ in range(5):
            heard, was_torn = self.exchange(frame(pdu))
            if heard or not was_torn:
                break
            self.repeats += 1
        if len(heard) < 5 or frame(heard[1:-2]) != heard:
            raise Silent(heard.hex(" "))
        if heard[1] & 0x80:
            raise Refused(heard[2])
        return heard[1:-2]

    def greet(self):
        """The first bytes after a reset may be lost: repeat. Each attempt asks for a word more, so that the answer to the
        last one is known, after which no other is to come."""
        self.drain()
        for words in range(7, 57):
            self.link.sendall(frame(struct.pack(">BHH", 4, 0, words)))
            while heard := self.hear(0.2):
                if len(heard) == 5 + 2 * words and frame(heard[1:-2]) == heard:
                    return list(struct.unpack(">7H", heard[3:17]))
        raise Silent("no answer in 50 attempts")

    def read(self, address, count):
        data = self.ask(struct.pack(">BHH", 4, address, count))
        return list(struct.unpack(f">{count}H", data[2:]))

    def write(self, address, *values):
        self.ask(write_pdu(address, values))

    def live(self):
        return Live(self.read(LIVE, LIVE_WORDS))

    def commission(self, timeout=1000, safe=0, longest=(60,) * 6):
        values = [timeout, safe] + list(longest) + [0] * (16 - len(longest))
        self.write(32, *values, crc16(words(*values)))

    def arm(self):
        live = self.live()
        self.write(8, ARM_KEY, live.boot_count, live.sealed, live.trip_count)

    def beat(self, relays=None):
        """A new heartbeat; the clock before and after it."""
        self.beats = self.beats % 0xFFFF + 1
        before = self.live().clock
        self.write(0, self.beats, *([] if relays is None else [relays]))
        return before, self.live().clock


class Live:
    def __init__(self, block):
        double = lambda at: block[at] << 16 | block[at + 1]
        (self.state, self.boot_count, self.boot_cause, self.trip_cause, self.trip_relay, self.trip_count,
         self.sealed) = block[:7]
        self.clock, self.trip_clock = double(7), double(9)
        self.relays, self.inputs, self.beat_left, self.line_errors = block[11:15]
        self.counts = [double(32 + 4 * n) for n in range(8)]
        self.edges = [double(34 + 4 * n) for n in range(8)]
