"""Thirty days of a thousand points that nobody has heard of, and then a link: the real controller, release build, scans a thousand points
that answer, and drains its outbox through a link of a given rate into a receiver of another language.

Prints what it did as text, and one line of JSON. Ends with 1 when a row is missing, or the outbox is larger than it was set to be.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time

import machine
import make_site
from daemon import BIN, OverSocket
from machine import Child, fleet
from paho.mqtt import client as mqtt

HOUR_MS = 3_600_000


def free_port():
    with socket.socket() as end:
        end.bind(("127.0.0.1", 0))
        return end.getsockname()[1]


class Link:
    """A way to the broker that carries so many bytes a second upwards, and counts them. Shut until it is opened."""

    def __init__(self, port, rate):
        self.port, self.rate, self.carried, self.isOpen = port, rate, 0, False
        self.door = socket.create_server(("127.0.0.1", 0))
        self.listen = self.door.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            near, _ = self.door.accept()
            if not self.isOpen:
                near.close()
                continue
            near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
            far = socket.create_connection(("127.0.0.1", self.port))
            threading.Thread(target=self.up, args=(near, far), daemon=True).start()
            threading.Thread(target=self.down, args=(far, near), daemon=True).start()

    def up(self, near, far):
        due = time.monotonic()
        while data := near.recv(8192):
            due = max(due, time.monotonic() - 0.05) + len(data) / self.rate
            time.sleep(max(0, due - time.monotonic()))
            far.sendall(data)
            self.carried += len(data)
        far.close()

    def down(self, far, near):
        while data := far.recv(65_536):
            near.sendall(data)
        near.close()


class Receiver:
    """Acknowledges what it has seen; keeps for each stream the sum of ids, so that a missing or doubled row shows."""

    def __init__(self, port):
        self.seen, self.doubled = {}, 0
        self.client = mqtt.Client("receiver")
        self.client.on_connect = lambda client, *_: client.subscribe("tidegate/+/sync/v1/rows", qos=1)
        self.client.on_message = self.store
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def store(self, client, _, message):
        batch = json.loads(message.payload)
        stored = []
        for block in batch["blocks"]:
            seen = self.seen.setdefault(block["stream"], set())
            ids = [row[0] for row in block["rows"]]
            self.doubled += sum(one in seen for one in ids)
            seen.update(ids)
            for one in ids:
                if stored and stored[-1]["stream"] == block["stream"] and stored[-1]["to"] == one - 1:
                    stored[-1]["to"] = one
                else:
                    stored.append({"stream": block["stream"], "from": one, "to": one})
        said = json.dumps({"v": 1, "store": batch["store"], "stored": stored})
        client.publish(f"tidegate/{batch['gateway']}/sync/v1/stored", said, qos=1)


class Gateway:
    def __init__(self, folder, site):
        self.folder, self.site, self.run = folder, site, f"{folder}/run"
        os.makedirs(self.run, exist_ok=True)

    def __enter__(self):
        self.guard = Child([BIN / "tidegate-guard", self.run])
        self.daemon = Child([BIN / "tidegated", self.site, "--run", self.run, "--data", f"{self.folder}/data"])
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                self.ask("/v1/status")
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("tidegated does not serve its socket")

    def ask(self, path):
        connection = OverSocket(f"{self.run}/tidegate.sock")
        try:
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def __exit__(self, *_):
        self.daemon.end()
        self.guard.end()


def fill(ledger, points, days):
    """Hours and days as the controller would have written them."""
    database = sqlite3.connect(ledger)
    start = (int(time.time()) // 3600 - 24 * days) * HOUR_MS
    draw = random.Random(1)

    def rows(stream, spans, length):
        number = 0
        for span in range(spans):
            for point in range(points):
                number += 1
                mean = draw.randrange(5_000, 40_000) / 100
                yield (stream, number, start + span * length, f"d{point // 20:03d}.r{point % 20:02d}", "V", mean + 0.1 / 3, mean - 1.5,
                       mean + 1.5, mean, 1.0)

    put = "insert into outgoing (stream, id, at, v1, v2, v3, v4, v5, v6, v7) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    with database:
        for stream, spans, length in (("hours", 24 * days, HOUR_MS), ("days", days, 24 * HOUR_MS)):
            database.executemany(put, rows(stream, spans, length))
            database.execute("update streams set head = ? where name = ?", (spans * points, stream))
    database.execute("pragma wal_checkpoint(truncate)")
    database.close()
    return points * 25 * days


def resident(pid):
    return machine.memory(pid)["rss_kb"] / 1000


def drain(gateway, link, receiver, rows, limit):
    """Opens the link and waits until nothing waits; returns what was seen."""
    before, memory = gateway.ask("/v1/status")["scan"]["overruns"], [resident(gateway.daemon.pid)]
    link.isOpen = True
    while link.carried == 0:
        time.sleep(0.01)
    began, carried = time.monotonic(), link.carried
    while time.monotonic() - began < limit:
        time.sleep(1)
        memory.append(resident(gateway.daemon.pid))
        if sum(len(receiver.seen.get(name, ())) for name in ("hours", "days")) >= rows:
            break
    took = time.monotonic() - began
    status = gateway.ask("/v1/status")["scan"]
    return {"seconds": took, "bytes": link.carried - carried, "share_of_link": (link.carried - carried) / took / link.rate,
            "rss_begin_mb": memory[0], "rss_most_mb": max(memory), "rss_end_mb": memory[-1], "overruns": status["overruns"] - before,
            "scans": int(took * 10)}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--days", type=int, default=30)
    options.add_argument("--devices", type=int, default=50, help="of twenty points each")
    options.add_argument("--rate", type=int, default=250_000, help="bytes a second of the link")
    options = options.parse_args()
    folder, port = tempfile.mkdtemp(prefix="tidegate-offline-"), free_port()
    link = Link(port, options.rate)
    site = make_site.write(f"{folder}/site", options.devices, 21_000)
    keep = max(options.days, 1)
    with open(site, "a", encoding="utf8") as file:
        file.write(f"\nuplink:\n  brokers: [ {{ host: 127.0.0.1, port: {link.listen}, tls: off }} ]\n  state: 1 min\n"
                   f"  sync: {{ form: json, keep: {keep} day }}\n")
    broker = subprocess.Popen(["mosquitto", "-p", str(port)], stderr=subprocess.DEVNULL)
    try:
        with fleet(21_000, options.devices):
            with Gateway(folder, site):
                time.sleep(5)
            ledger = f"{folder}/data/ledger.db"
            empty = pathlib.Path(ledger).stat().st_size
            rows = fill(ledger, options.devices * 20, options.days)
            full = pathlib.Path(ledger).stat().st_size
            receiver = Receiver(port)
            with Gateway(folder, site) as gateway:
                time.sleep(15)
                told = gateway.ask("/v1/sync")["uplink"]
                found = drain(gateway, link, receiver, rows, limit=60 + 3 * rows * 120 / options.rate)
                time.sleep(8)
                left = gateway.ask("/v1/sync")["uplink"]
    finally:
        broker.terminate()
        shutil.rmtree(folder, ignore_errors=True)
    arrived = sum(len(receiver.seen.get(name, ())) for name in ("hours", "days"))
    found.update(days=options.days, points=options.devices * 20, rows=rows, arrived=arrived, doubled=receiver.doubled,
                 outbox_mb=(full - empty) / 1e6, days_left_before=told["daysLeft"], given_up=left["rowsGivenUp"],
                 waiting_after=left["rowsWaiting"], rate=options.rate, machine=machine.describe(), load=machine.load())
    print(f"{rows} rows of {options.days} days and {found['points']} points: outbox {found['outbox_mb']:.1f} MB, given up {found['given_up']}, "
          f"room for {told['daysLeft']:.1f} days was left\n"
          f"drained in {found['seconds']:.0f} s: {100 * found['share_of_link']:.0f} % of a link of {options.rate / 1000:.0f} kB/s; "
          f"{arrived} arrived, {receiver.doubled} came twice, {left['rowsWaiting']} wait\n"
          f"scan: {found['overruns']} of {found['scans']} late; memory {found['rss_begin_mb']:.1f} MB before, {found['rss_most_mb']:.1f} at most, "
          f"{found['rss_end_mb']:.1f} after")
    print(json.dumps(found))
    raise SystemExit(0 if arrived == rows and found["given_up"] == 0 else 1)


if __name__ == "__main__":
    main()
