"""A BeiDou-3 terminal on a pseudo-terminal, with the satellite and the center behind it, and decoders of its own.

    terminal.py LINK INTERVAL    LINK becomes a name of the port; prints {"ready": true}, then a line of JSON for what is sent

Words on standard input, one a line:
    ack yes|no       whether the center acknowledges
    card NUMBER      which card lies in it; 0: none
    silent yes|no    whether the terminal answers at all
    stranger HEX     a message from a card that is not the center's
    noise SEED COUNT bytes that mean nothing, some of them beginning like sentences
"""
import json
import os
import pty
import queue
import random
import select
import struct
import sys
import threading
import time
import tty

CENTER = "4204990"


def crc(data):
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value.to_bytes(2, "big")


def sentence(*fields):
    text = ",".join(fields).encode()
    check = 0
    for byte in text:
        check ^= byte
    return b"$" + text + b"*%02X\r\n" % check


def understand(data):
    assert crc(data[:-2]) == data[-2:] and data[0] >> 4 == 1, data.hex()
    kind, life, number, payload = data[0] & 15, data[1], int.from_bytes(data[2:4], "big"), data[4:-2]
    told = {"life": life, "number": number, "bytes": len(data)}
    if kind == 1:
        event, raised, at, value, limit, size = struct.unpack(">HBIffB", payload[:16])
        told.update(kind="alarm", event=event, raised=raised == 1, at=at, tag=payload[16:16 + size].decode())
        if value == value:
            told.update(value=round(value, 3))
    else:
        days = [struct.unpack(">HHIHHBB", payload[at:at + 14]) for at in range(0, len(payload), 14)]
        told.update(kind="days", days=[list(day) for day in days])
    return told


def noise(seed, count):
    chance, data = random.Random(seed), b""
    while len(data) < count:
        data += chance.choice([b"$BDTCI,4204990,", b"$BDICP,", b"$BDFKI,080432,TCQ,N,", b"$", b"*", chance.randbytes(50),
                               ("%d," % chance.getrandbits(64)).encode()])
    return data[:count]


def tell(**what):
    print(json.dumps(what), flush=True)


def main():
    link, interval = sys.argv[1], int(sys.argv[2])
    master, slave = pty.openpty()
    tty.setraw(slave)
    if os.path.lexists(link):
        os.unlink(link)
    os.symlink(os.ttyname(slave), link)
    words, (bell_out, bell_in) = queue.Queue(), os.pipe()

    def listen():
        for line in sys.stdin:
            words.put(line.split())
            os.write(bell_in, b"!")
        words.put(["end"])
        os.write(bell_in, b"!")

    threading.Thread(target=listen, daemon=True).start()
    tell(ready=True)
    card, acknowledges, silent, last, buffer = "4216930", True, False, None, b""
    while True:
        ready, _, _ = select.select([master, bell_out], [], [])
        if bell_out in ready:
            os.read(bell_out, 1)
            word = words.get()
            if word[0] == "end":
                return
            if word[0] == "ack":
                acknowledges = word[1] == "yes"
            elif word[0] == "silent":
                silent = word[1] == "yes"
            elif word[0] == "card":
                card = word[1]
                os.write(master, answer_card(card, interval))
            elif word[0] == "stranger":
                os.write(master, sentence("BDTCI", "4999999", card, "2", "142204", "2", "0", word[1]))
            elif word[0] == "noise":
                os.write(master, noise(int(word[1]), int(word[2])))
        if master not in ready:
            continue
        buffer += os.read(master, 4096)
        while b"\n" in buffer:
            line, buffer = buffer.split(b"\n", 1)
            if silent:
                continue
            fields = line.strip().split(b"*")[0].lstrip(b"$").decode().split(",")
            if fields[0] == "CCICR":
                os.write(master, answer_card(card, interval))
            if fields[0] == "CCTCQ":
                now = time.monotonic()
                gap = None if last is None else now - last
                if card == "0" or (gap is not None and gap < interval - 0.05):
                    tell(refused=True, gap=gap)
                    os.write(master, sentence("BDFKI", "080432", "TCQ", "N", "5" if card == "0" else "1", str(interval)))
                    continue
                last = now
                os.write(master, sentence("BDFKI", "080432", "TCQ", "Y", "0", "0"))
                told = understand(bytes.fromhex(fields[5]))
                tell(to=fields[1], **told)
                if acknowledges:
                    body = bytes([0x13, told["life"], 0, 0]) + told["number"].to_bytes(2, "big")
                    code = (body + crc(body)).hex().upper()
                    os.write(master, sentence("BDTCI", CENTER, card, "2", "142204", "2", "0", code))


def answer_card(card, interval):
    number = "2097151" if card == "0" else card
    return sentence("BDICP", number, "0", "0", "3", "0", "N", "2", "N", "1", "0", "0", "3", "1", str(interval), "2")


main()
