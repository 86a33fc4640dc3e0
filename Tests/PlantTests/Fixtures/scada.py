"""A control room by pysparkplug, which shares no code with Tidegate: the primary host of gateway gw-7 at the broker on the port given.

It goes through what a control room does and prints a line for each thing that has come true; it ends when the gateway has died."""

import sys
import threading
import time

from pysparkplug import Client, DataType, DCmd, Message, MessageType, Metric, NCmd, QoS, State, Topic

GROUP, NODE = "shandong", "gw-7"
lock = threading.Condition()
births, values, past, deaths, data = [], {}, [], 0, 0


def now():
    return int(time.time() * 1000)


def heard(client, message):
    global deaths, data
    topic, payload, kind = message.topic, message.payload, message.topic.message_type
    if kind in (MessageType.NCMD, MessageType.DCMD):
        return
    place = topic.device_id or topic.edge_node_id
    with lock:
        if kind == MessageType.NDEATH:
            deaths += 1
        elif kind in (MessageType.NBIRTH, MessageType.DBIRTH):
            births.append(place)
        elif kind in (MessageType.NDATA, MessageType.DDATA):
            data += 1
        for metric in getattr(payload, "metrics", ()):
            if metric.is_historical:
                past.append((place, metric.name, metric.value))
            else:
                values[place, metric.name] = metric.value
        lock.notify_all()


def await_that(what, is_so, seconds=40):
    with lock:
        came = lock.wait_for(is_so, seconds)
    print(what if came else f"NOT: {what}", flush=True)
    if not came:
        print(births, deaths, sorted(values.items()), flush=True)
        sys.exit(1)


def say(topic, payload, retain=False):
    host.publish(Message(topic=topic, payload=payload, qos=QoS.AT_LEAST_ONCE, retain=retain))


def state(online):
    say(Topic(message_type=MessageType.STATE, sparkplug_host_id="scada"), State(timestamp=now(), online=online), retain=True)


def order(name, datatype, value, device=None, retain=False):
    at = now()
    metrics = (Metric(timestamp=at, name=name, datatype=datatype, value=value),)
    if device:
        topic = Topic(group_id=GROUP, message_type=MessageType.DCMD, edge_node_id=NODE, device_id=device)
        say(topic, DCmd(timestamp=at, metrics=metrics), retain)
    else:
        say(Topic(group_id=GROUP, message_type=MessageType.NCMD, edge_node_id=NODE), NCmd(timestamp=at, metrics=metrics), retain)


def is_on(output):
    return lambda: values.get((NODE, "Outputs/" + output)) is True


def is_off(output):
    return lambda: values.get((NODE, "Outputs/" + output)) is False


def outcome(text):
    return lambda: values.get((NODE, "Site/Last order outcome")) == text


DEVICES = {"east-1", "east-2", "west-1", "west-2", "soil-a", "soil-b", "weather", "sun", "main-flow"}
host = Client(client_id="scada")
host.subscribe(Topic(group_id=GROUP, message_type="#"), QoS.AT_LEAST_ONCE, heard)
host.connect("127.0.0.1", port=int(sys.argv[1]), callback=lambda client: state(True))
await_that("born with its devices", lambda: births[:1] == [NODE] and DEVICES <= set(births))
await_that("data", lambda: data > 0)
order("Node Control/Rebirth", DataType.BOOLEAN, True)
await_that("born again", lambda: births.count(NODE) == 2)
order("Run", DataType.DOUBLE, 2.0, "east-1")
await_that("the valve opens", is_on("V-1"))
await_that("the order is answered", lambda: values.get((NODE, "Site/Last order outcome")) in ("done", "queued"))
order("Volume", DataType.DOUBLE, 3.0, "east-1")
await_that("what may not be written is refused", outcome("refused: notWritable"))
order("Outputs/V-2", DataType.BOOLEAN, True)
await_that("an output cannot be written", lambda: values.get((NODE, "Site/Last order")) == "Outputs/V-2" and not is_on("V-2")())
order("Run", DataType.DOUBLE, 100000.0, "east-1")
await_that("what is out of range is refused", outcome("refused: outOfRange"))
await_that("water flows", lambda: (values.get(("main-flow", "flow")) or 0) > 0.5)
state(False)
await_that("without its host it takes its leave", lambda: deaths == 1)
time.sleep(4)
state(True)
await_that("born for the third time", lambda: births.count(NODE) == 3)
await_that("what was measured meanwhile is told as history", lambda: any(name.endswith("flow") for _, name, _ in past))
order("Stop", DataType.BOOLEAN, True, "east-1")
await_that("the valve closes", is_off("V-1"))
await_that("dead", lambda: deaths == 2, 60)
host.disconnect()
