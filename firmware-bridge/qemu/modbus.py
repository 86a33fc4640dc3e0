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
    def __init__(self, link):
        self.link = link
        self.beats = 0

    def hear(self, seconds):
        """The bytes of one reply; fewer, or none, when the line falls silent."""
        heard, deadline = b"", time.monotonic() + seconds
        while len(heard) < 5 or len(heard) < reply_length(heard):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.link], [], [], left)[0]:
                break
            heard += self.link.recv(300)
        return heard

    def drain(self):
        while select.select([self.link], [], [], 0)[0] and self.link.recv(4096):
            pass

    def ask(self, pdu, seconds=2.0):
        self.drain()
        self.link.sendall(frame(pdu))
        heard = self.hear(seconds)
        if len(heard) < 5 or frame(heard[1:-2]) != heard:
            raise Silent(heard.hex(" "))
        if heard[1] & 0x80:
            raise Refused(heard[2])
        return heard[1:-2]

    def greet(self, attempts=20):
        """The first bytes after a reset may be lost: repeat, and let late answers pass."""
        for attempt in range(attempts):
            try:
                identity = self.read(0, 7, seconds=0.2)
                time.sleep(0.1 if attempt else 0)
                return identity
            except Silent:
                time.sleep(0.03)
        raise Silent(f"no answer in {attempts} attempts")

    def read(self, address, count, seconds=2.0):
        data = self.ask(struct.pack(">BHH", 4, address, count), seconds)
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
