"""ThingsBoard's side of its gateway interface as its documentation has it, with paho and SQLite; it shares no code with Tidegate.

    thingsboard.py PORT DATABASE         hears and keeps the last value of each device, time and key, until it is killed
    thingsboard.py --list DATABASE       prints [device, time, key, value] a line, and a line of text for each thing that is wrong
"""

import json
import sqlite3
import sys

from paho.mqtt import client as mqtt

introduced = set()


def table(path):
    database = sqlite3.connect(path, check_same_thread=False)
    database.execute("create table if not exists kept (device, ts integer, key, value, primary key (device, ts, key))")
    database.execute("create table if not exists wrong (what)")
    return database


def wrong(database, what):
    database.execute("insert into wrong values (?)", (what,))


def keep(database, device, ts, key, value):
    text = json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, (list, dict)):
        wrong(database, f"{device} {ts} {key} cannot be {text}")
    old = database.execute("select value from kept where device = ? and ts = ? and key = ?", (device, ts, key)).fetchone()
    if old and old[0] != text:
        wrong(database, f"{device} {ts} {key} was {old[0]} and is {text}")
    database.execute("insert or replace into kept values (?, ?, ?, ?)", (device, ts, key, text))


def hear(database, message):
    said = json.loads(message.payload)
    with database:
        if message.topic == "v1/gateway/connect":
            introduced.add(said["device"])
        elif message.topic == "v1/gateway/telemetry":
            if len(said) != 1:
                wrong(database, f"{len(said)} devices share an acknowledgement")
            for device, points in said.items():
                if device not in introduced:
                    wrong(database, f"{device} is a stranger")
                for point in points:
                    for key, value in point["values"].items():
                        keep(database, device, point["ts"], key, value)
        else:
            wrong(database, f"nothing is heard at {message.topic}")


if sys.argv[1] == "--list":
    opened = table(sys.argv[2])
    for device, ts, key, value in opened.execute("select * from kept order by device, ts, key"):
        print(json.dumps([device, ts, key, json.loads(value)], ensure_ascii=False))
    for (what,) in opened.execute("select what from wrong"):
        print(what)
else:
    opened = table(sys.argv[2])
    board = mqtt.Client("board")
    board.on_connect = lambda client, *_: client.subscribe("v1/#", qos=1)
    board.on_subscribe = lambda *_: open(sys.argv[2] + ".listens", "w").close()
    board.on_message = lambda client, _, message: hear(opened, message)
    board.reconnect_delay_set(1, 1)
    board.connect_async("127.0.0.1", int(sys.argv[1]), keepalive=10)
    board.loop_forever(retry_first_connection=True)
