"""Reads Sparkplug messages with pysparkplug, which shares no code with Tidegate, and prints what it found.

Each line of the standard input is a kind of message and its bytes in hexadecimal. Numbers are printed as their bits. After the
last line a rebirth command is printed as pysparkplug writes it."""

import struct
import sys

import pysparkplug
from pysparkplug import _protobuf as protobuf


def value(metric):
    if metric.is_null:
        return "null"
    if metric.datatype == pysparkplug.DataType.DOUBLE:
        return struct.pack(">d", metric.value).hex()
    if metric.datatype == pysparkplug.DataType.DATETIME:
        return str(round(metric.value.timestamp() * 1000))
    return str(metric.value)


def properties(metric):
    held = dict(zip(metric.properties.keys, metric.properties.values))
    quality = held["Quality"].int_value if "Quality" in held else None
    unit = held["engUnit"].string_value if "engUnit" in held else None
    return f"quality={quality} unit={unit}"


births = {}
for line in sys.stdin:
    kind, text = line.split()
    raw = bytes.fromhex(text)
    decoder = getattr(pysparkplug, {"NBIRTH": "NBirth", "DBIRTH": "DBirth", "NDATA": "NData", "DDATA": "DData"}.get(kind, "NDeath"))
    if kind == "NDEATH":
        print(f"NDEATH bdSeq={decoder.decode(raw).bd_seq_metric.value}")
        continue
    payload = decoder.decode(raw, birth=births.get(kind[0]))
    if kind.endswith("BIRTH"):
        births[kind[0]] = payload
    print(f"{kind} timestamp={payload.timestamp} seq={payload.seq}")
    for metric, bare in zip(payload.metrics, protobuf.Payload.FromString(raw).metrics, strict=True):
        print(f"  {metric.name} type={int(metric.datatype)} alias={metric.alias} at={metric.timestamp}"
              f" historical={metric.is_historical} value={value(metric)} {properties(bare)}")

rebirth = pysparkplug.Metric(timestamp=1_764_000_000_000, name="Node Control/Rebirth", datatype=pysparkplug.DataType.BOOLEAN, value=True)
print("NCMD " + pysparkplug.NCmd(timestamp=1_764_000_000_000, metrics=(rebirth,)).encode(include_dtypes=True).hex())
