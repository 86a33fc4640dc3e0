"""A receiver as docs/sync.md describes it, with paho and SQLite; it shares no code with Tidegate.

    receiver.py PORT DATABASE         stores and acknowledges until it is killed
    receiver.py --list DATABASE       prints what is stored, a row a line
"""

import json
import sqlite3
import sys

from paho.mqtt import client as mqtt


def table(path):
    database = sqlite3.connect(path, check_same_thread=False)
    database.execute("pragma synchronous = full")
    database.execute("create table if not exists rows (gateway, store, stream, id integer, row, primary key (gateway, store, stream, id))")
    return database


def store(client, database, message):
    batch = json.loads(message.payload)
    if batch["v"] != 1:
        return
    stored = []
    with database:
        for block in batch["blocks"]:
            for row in block["rows"]:
                text = json.dumps(row, separators=(",", ":"), ensure_ascii=False)
                key = (batch["gateway"], batch["store"], block["stream"], row[0])
                database.execute("insert into rows values (?, ?, ?, ?, ?) on conflict do nothing", key + (text,))
                if stored and stored[-1]["stream"] == block["stream"] and stored[-1]["to"] == row[0] - 1:
                    stored[-1]["to"] = row[0]
                else:
                    stored.append({"stream": block["stream"], "from": row[0], "to": row[0]})
    said = json.dumps({"v": 1, "store": batch["store"], "stored": stored})
    client.publish(f"tidegate/{batch['gateway']}/sync/v1/stored", said, qos=1)


if sys.argv[1] == "--list":
    for stream, number, row in table(sys.argv[2]).execute("select stream, id, row from rows order by stream, id"):
        print(stream, row)
else:
    opened = table(sys.argv[2])
    receiver = mqtt.Client("receiver")
    receiver.on_connect = lambda client, *_: client.subscribe("tidegate/+/sync/v1/rows", qos=1)
    receiver.on_message = lambda client, _, message: store(client, opened, message)
    receiver.reconnect_delay_set(1, 1)
    receiver.connect_async("127.0.0.1", int(sys.argv[1]), keepalive=10)
    receiver.loop_forever(retry_first_connection=True)
