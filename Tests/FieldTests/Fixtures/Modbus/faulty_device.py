"""A Modbus device that misbehaves on purpose, written from the specification with nothing but the standard library.

usage: faulty_device.py tcp|rtu-tcp|rtu:PATH BEHAVIOUR...

Each request takes the next behaviour, the last one stays. Holding register N holds 100 + N; it answers every unit.
Behaviours: ok, silent, late:SECONDS, twice, unit, tid, function, cut, slow, garbage, exception:CODE, rst, close,
noise (bytes before the answer), but:UNIT (well, but silent for one unit). Prints "ready [PORT]" when it serves.
"""
import os
import random
import select
import socket
import struct
import sys
import threading
import time
import tty


def crc(data):
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return struct.pack("<H", value)


def answer(pdu):
    function, address, count = struct.unpack(">BHH", pdu[:5])
    if function in (3, 4):
        return struct.pack(">BB", function, count * 2) + b"".join(
            struct.pack(">H", 100 + address + i) for i in range(count))
    if function in (1, 2):
        return struct.pack(">BB", function, (count + 7) // 8) + bytes((count + 7) // 8)
    return pdu[:5]


class Line:
    """One stream of requests; `behaviours` is shared by all connections."""

    def __init__(self, is_tcp, send, hang_up):
        self.is_tcp, self.send, self.hang_up = is_tcp, send, hang_up
        self.buffer = b""

    def frame(self, head, unit, pdu):
        if self.is_tcp:
            return struct.pack(">HHHB", head, 0, len(pdu) + 1, unit) + pdu
        return bytes([unit]) + pdu + crc(bytes([unit]) + pdu)

    def feed(self, data):
        self.buffer += data
        while True:
            size = 12 if self.is_tcp else 8
            if len(self.buffer) < size:
                return
            request, self.buffer = self.buffer[:size], self.buffer[size:]
            head = struct.unpack(">H", request[:2])[0] if self.is_tcp else 0
            unit, pdu = (request[6], request[7:]) if self.is_tcp else (request[0], request[1:6])
            if self.serve(head, unit, pdu) is False:
                return

    def serve(self, head, unit, pdu):
        name, _, argument = (behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]).partition(":")
        good = self.frame(head, unit, answer(pdu))
        if name == "silent" or name == "but" and unit == int(argument):
            return None
        if name in ("ok", "but"):
            self.send(good)
        elif name == "late":
            threading.Timer(float(argument), self.send, [good]).start()
        elif name == "twice":
            self.send(good + good)
        elif name == "unit":
            self.send(self.frame(head, (unit + 1) % 256, answer(pdu)))
        elif name == "tid":
            self.send(self.frame((head + 1) % 65536, unit, answer(pdu)))
        elif name == "function":
            self.send(self.frame(head, unit, b"\x04" + answer(pdu)[1:]))
        elif name == "cut":
            self.send(good[:len(good) // 2])
        elif name == "slow":
            for i in range(len(good)):
                self.send(good[i:i + 1])
                time.sleep(0.005)
        elif name == "garbage":
            self.send(random.Random(1).randbytes(20))
        elif name == "noise":
            self.send(b"\xff\x00" + good)
        elif name == "exception":
            self.send(self.frame(head, unit, bytes([pdu[0] | 0x80, int(argument)])))
        elif name in ("rst", "close"):
            self.hang_up(name == "rst")
            return False
        return None


def serve_connection(connection):
    def hang_up(reset):
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    line = Line(kind == "tcp", lambda data: connection.fileno() >= 0 and connection.sendall(data), hang_up)
    try:
        while data := connection.recv(512):
            line.feed(data)
    except OSError:
        pass


def serve_port(path):
    port = os.open(path, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(port)
    line = Line(False, lambda data: os.write(port, data), lambda reset: None)
    print("ready", flush=True)
    while True:
        if select.select([port], [], [])[0]:
            line.feed(os.read(port, 512))


kind, behaviours = sys.argv[1], sys.argv[2:]
if kind.startswith("rtu:"):
    serve_port(kind[4:])
server = socket.create_server(("127.0.0.1", 0))
print("ready", server.getsockname()[1], flush=True)
while True:
    accepted, _ = server.accept()
    if behaviours == ["close"]:
        accepted.close()
        continue
    threading.Thread(target=serve_connection, args=[accepted], daemon=True).start()
