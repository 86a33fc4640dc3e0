"""A primary host by pysparkplug, which shares no code with Tidegate, at the broker on the port that is given.

It says that it is there; to the first births it answers with a rebirth, to the second with a value for the tank; it prints what it
reads, and goes when the node is dead."""

import sys
import threading
import time

from pysparkplug import Client, DataType, DCmd, Message, MessageType, Metric, NCmd, QoS, State, Topic

over = threading.Event()
births = 0


def now():
    return int(time.time() * 1000)


def say(client, topic, payload, retain=False):
    client.publish(Message(topic=topic, payload=payload, qos=QoS.AT_LEAST_ONCE, retain=retain))


def heard(client, message):
    global births
    topic, payload, kind = message.topic, message.payload, message.topic.message_type
    if kind in (MessageType.NCMD, MessageType.DCMD):
        return
    place = topic.device_id or topic.edge_node_id
    if kind == MessageType.NDEATH:
        print(kind, place, "bdSeq", payload.bd_seq_metric.value)
        over.set()
        return
    print(kind, place, "seq", payload.seq, *(f"{m.name}={m.value}" for m in sorted(payload.metrics, key=lambda m: m.name)))
    if kind == MessageType.DBIRTH:
        births += 1
        if births == 1:
            rebirth = Metric(timestamp=now(), name="Node Control/Rebirth", datatype=DataType.BOOLEAN, value=True)
            say(client, Topic(group_id="farm", message_type=MessageType.NCMD, edge_node_id="gate-7"), NCmd(timestamp=now(), metrics=(rebirth,)))
        else:
            value = Metric(timestamp=now(), name="setpoint", datatype=DataType.DOUBLE, value=2.5)
            say(client, Topic(group_id="farm", message_type=MessageType.DCMD, edge_node_id="gate-7", device_id="tank"),
                DCmd(timestamp=now(), metrics=(value,)))


def there(client):
    say(client, Topic(message_type=MessageType.STATE, sparkplug_host_id="scada"), State(timestamp=now(), online=True), retain=True)


host = Client(client_id="scada")
host.subscribe(Topic(group_id="farm", message_type="#"), QoS.AT_LEAST_ONCE, heard)
host.connect("127.0.0.1", port=int(sys.argv[1]), callback=there)
if not over.wait(30):
    print("no death was heard")
host.disconnect()
