"""A center of the water bureau, on TCP, with a decoder of its own for SL 651-2014.

    center.py            prints {"port": N}, then a line of JSON for each frame it hears and each connection

Words on standard input, one a line:
    ack yes|no           whether reports are confirmed (M2)
    lose N               the next N confirmations are lost
    ask FUNCTION         37 values now, 45 version, 46 state, 51 clock
    order FUNCTION       a setting or a control, such as 4C, with a body that would move something
    past GUIDE FROM TO MINUTES    values of a period (38H), FROM and TO as YYMMDDHH
    noise SEED COUNT     bytes that mean nothing, some of them beginning like frames
    raw HEX              these bytes
    hang-up              ends the connection
    swallow              nothing that comes on this connection is received any more, nor acknowledged by TCP: the line is half open
"""
import ctypes
import json
import queue
import random
import select
import socket
import struct
import sys
import threading

UP_HEAD = 14  # 7E7E, center, station (5), password (2), function, direction and length (2), STX


def crc(data):
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value.to_bytes(2, "big")


def digits(data):
    return data.hex().upper()


def number(data, decimals):
    """Packed digits; FF before them is a minus, FF everywhere is nothing."""
    if all(byte == 0xFF for byte in data):
        return None
    sign = -1 if data[0] == 0xFF else 1
    text = (data[1:] if sign < 0 else data).hex()
    return sign * int(text) / 10 ** decimals


def groups(body, function):
    """What stands in the text of a report or an answer, as a dictionary."""
    told, elements = {}, {}
    while body:
        if body[:2] == b"\xF1\xF1":
            told["station"] = digits(body[2:7])
            body = body[7:]
            if function not in (0x45, 0x46, 0x51, 0x2F):
                told["category"], body = chr(body[0]), body[1:]
        elif body[:2] == b"\xF0\xF0":
            told.setdefault("observed", []).append(digits(body[2:7]))
            body = body[7:]
        elif function == 0x45:
            told["version"], body = body[1:1 + body[0]].decode(), b""
        elif body[:2] == b"\x04\x18":
            told["step"], body = digits(body[2:5]), body[5:]
        else:
            guide, size, decimals = body[0], body[1] >> 3, body[1] & 7
            data, body = body[2:2 + size], body[2 + size:]
            if function == 0x38:
                data += body
                body = b""
                told["series"] = [number(data[at:at + size], decimals) for at in range(0, len(data), size)]
            elif guide in (0xF4, 0xF5, 0x45):
                elements["%02X" % guide] = digits(data)
            else:
                elements["%02X" % guide] = number(data, decimals)
    return {**told, "elements": elements}


def ascii_groups(text, function):
    """The same of the form in characters: names and values with blanks."""
    words, told, elements = text.split(" "), {}, {}
    if function == 0x45:
        return {"station": words[1], "version": text[len("ST 0012345678 ") + 2:], "elements": {}}
    while words and words[0]:
        name = words.pop(0)
        if name == "ST":
            told["station"] = words.pop(0)
            if function not in (0x46, 0x51):
                told["category"] = words.pop(0)
        elif name == "TT":
            told.setdefault("observed", []).append(words.pop(0))
        else:
            value = words.pop(0)
            elements[name] = None if value == "M" else value
    return {**told, "elements": elements}


class Station:
    """One connection of a station."""

    def __init__(self, line):
        self.line, self.buffer, self.who = line, b"", None

    def read(self):
        data = self.line.recv(4096)
        self.buffer += data
        frames = []
        while self.buffer:
            frame = self.take()
            if frame is None:
                break
            frames.append(frame)
        return data != b"", frames

    def take(self):
        if self.buffer[:2] == b"\x7E\x7E":
            if len(self.buffer) < UP_HEAD:
                return None
            length = UP_HEAD + (int.from_bytes(self.buffer[11:13], "big") & 0xFFF) + 3
            if len(self.buffer) < length:
                return None
            raw, self.buffer = self.buffer[:length], self.buffer[length:]
            assert crc(raw[:-2]) == raw[-2:], "check of " + digits(raw)
            head, body, form = raw[2:13], raw[14:-3], "hex"
        else:
            assert self.buffer[0] == 0x01, "no frame: " + digits(self.buffer)
            if len(self.buffer) < 24:
                return None
            length = 24 + (int(self.buffer[19:23], 16) & 0xFFF) + 5
            if len(self.buffer) < length:
                return None
            raw, self.buffer = self.buffer[:length], self.buffer[length:]
            assert crc(raw[:-4]) == bytes.fromhex(raw[-4:].decode()), "check of " + str(raw)
            head, body, form = bytes.fromhex(raw[1:23].decode()), raw[24:-5], "ascii"
        return self.understand(form, head, body, raw)

    def understand(self, form, head, body, raw):
        self.who = {"form": form, "center": head[0], "station": head[1:6], "password": head[6:8]}
        function = head[8]
        if form == "hex":
            serial, sent, rest = int.from_bytes(body[:2], "big"), digits(body[2:8]), groups(body[8:], function)
        else:
            text = body.decode()
            serial, sent, rest = int(text[:4], 16), text[4:16], ascii_groups(text[16:], function)
        return {"f": "%02X" % function, "serial": serial, "sent": sent, "form": form, "bytes": len(raw),
                "password": digits(head[6:8]), **rest}

    def say(self, function, body, end, serial=0, sent="261128080000"):
        who = self.who or {"form": "hex", "center": 1, "station": b"\x00\x12\x34\x56\x78", "password": b"\x12\x34"}
        text = serial.to_bytes(2, "big") + bytes.fromhex(sent) + body
        head = who["station"] + bytes([who["center"]]) + who["password"] + bytes([function])
        if who["form"] == "hex":
            frame = b"\x7E\x7E" + head + (0x8000 | len(text)).to_bytes(2, "big") + b"\x02" + text + bytes([end])
            self.line.sendall(frame + crc(frame))
        else:
            text = digits(text).encode()
            frame = b"\x01" + (digits(head) + "%04X" % (0x8000 | len(text))).encode() + b"\x02" + text + bytes([end])
            self.line.sendall(frame + digits(crc(frame)).encode())

    def address(self):
        return b"\xF1\xF1" + (self.who or {"station": b"\x00\x12\x34\x56\x78"})["station"]


def noise(seed, count):
    chance = random.Random(seed)
    data = b""
    while len(data) < count:
        kind = chance.randrange(4)
        if kind == 0:
            data += b"\x7E\x7E" + chance.randbytes(chance.randrange(40))
        elif kind == 1:
            data += b"\x01" + ("%030X" % chance.getrandbits(120)).encode()
        elif kind == 2:  # a good head with another length than what follows
            data += bytes.fromhex("7E7E001234567801123437") + (0x8000 | chance.randrange(4096)).to_bytes(2, "big") + b"\x02"
            data += chance.randbytes(chance.randrange(60))
        else:
            data += chance.randbytes(chance.randrange(200))
    return data[:count]


def swallow(line):
    """A filter that lets nothing through stands before the socket, so that its TCP sees no segment any more."""
    nothing = struct.pack("HBBI", 0x06, 0, 0, 0)  # BPF: return 0
    program = ctypes.create_string_buffer(nothing)
    line.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HL", 1, ctypes.addressof(program)))  # SO_ATTACH_FILTER


def tell(**what):
    print(json.dumps(what), flush=True)


def main():
    words = queue.Queue()
    bell_out, bell_in = socket.socketpair()

    def listen():
        for line in sys.stdin:
            words.put(line.split())
            bell_in.send(b"!")
        words.put(["end"])
        bell_in.send(b"!")

    threading.Thread(target=listen, daemon=True).start()
    server = socket.create_server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), reuse_port=False)
    tell(port=server.getsockname()[1])
    station, confirms, lost = None, True, 0
    while True:
        ready, _, _ = select.select([server, bell_out] + ([station.line] if station else []), [], [])
        if server in ready:
            station = Station(server.accept()[0])
            tell(connected=True)
        if bell_out in ready:
            bell_out.recv(1)
            word = words.get()
            if word[0] == "end":
                return
            if word[0] == "ack":
                confirms = word[1] == "yes"
            elif word[0] == "lose":
                lost = int(word[1])
            elif station is None:
                tell(nobody=word)
            elif word[0] == "ask":
                station.say(int(word[1], 16), station.address(), 0x05)
            elif word[0] == "order":
                station.say(int(word[1], 16), station.address() + bytes.fromhex("0A0101"), 0x05)
            elif word[0] == "past":
                guide, first, last, minutes = word[1:]
                body = bytes.fromhex(first + last) + b"\x04\x18\x00\x00" + bytes.fromhex(minutes)
                station.say(0x38, body + bytes.fromhex(guide) + b"\x23", 0x05)
            elif word[0] == "noise":
                station.line.sendall(noise(int(word[1]), int(word[2])))
            elif word[0] == "raw":
                station.line.sendall(bytes.fromhex(word[1]))
            elif word[0] == "swallow":
                swallow(station.line)
                tell(swallows=True)
            elif word[0] == "hang-up":
                station.line.close()
                station = None
        if station and station.line in ready:
            try:
                is_there, frames = station.read()
            except OSError:
                is_there, frames = False, []
            for frame in frames:
                tell(**frame)
                if confirms and frame["f"] in ("30", "32", "33", "34"):
                    if lost > 0:
                        lost -= 1
                    else:
                        station.say(int(frame["f"], 16), b"", 0x04, serial=frame["serial"])
            if not is_there:
                tell(connected=False)
                station.line.close()
                station = None


main()
