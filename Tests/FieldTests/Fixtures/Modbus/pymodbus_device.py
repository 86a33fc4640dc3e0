"""Modbus devices by pymodbus: somebody else's server for our client to read.

usage: pymodbus_device.py tcp UNITS [COUNT] | rtu UNITS PATH | rtu-tcp UNITS
UNITS is a list such as 1,2,3. With COUNT, as many TCP servers. Prints "ready PORT..." when it serves.

Every table has 200 entries from address 0; anything past them is an illegal address. Registers and inputs hold
1000 + address, coils and discrete inputs are on where the address is divisible by 3. From holding register 100 on lie
the typed values, four word orders each.
"""
import asyncio
import logging
import socket
import struct
import sys

from pymodbus import FramerType
from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
from pymodbus.server import ModbusSerialServer, ModbusTcpServer

logging.disable(logging.CRITICAL)

TYPED = [(">H", 54321), (">h", -12345), (">I", 3000000001), (">i", -2000000001),
         (">Q", 9000000000000001), (">q", -9000000000000001), (">f", 123.4375), (">d", -2.5e-7)]


def registers_of(data, order):
    """The registers of a big-endian value in a word order."""
    words = [data[i:i + 2] for i in range(0, len(data), 2)]
    if order in ("BADC", "DCBA"):
        words = [word[::-1] for word in words]
    if order in ("CDAB", "DCBA"):
        words = words[::-1]
    return [word[0] << 8 | word[1] for word in words]


def holding():
    values = [1000 + address for address in range(200)]
    address = 100
    for form, value in TYPED:
        for order in ("ABCD", "BADC", "CDAB", "DCBA"):
            registers = registers_of(struct.pack(form, value), order)
            values[address:address + len(registers)] = registers
            address += len(registers)
    return values[:200]


def context(units):
    def bits():
        return ModbusSequentialDataBlock(1, [address % 3 == 0 for address in range(200)])

    def device():
        return ModbusDeviceContext(co=bits(), di=bits(), hr=ModbusSequentialDataBlock(1, holding()),
                                   ir=ModbusSequentialDataBlock(1, [1000 + address for address in range(200)]))
    return ModbusServerContext(devices={unit: device() for unit in units}, single=False)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def main():
    kind, units = sys.argv[1], [int(unit) for unit in sys.argv[2].split(",")]
    ports = []
    if kind == "rtu":
        server = ModbusSerialServer(context(units), framer=FramerType.RTU, port=sys.argv[3], baudrate=9600,
                                    ignore_missing_devices=True)
        await server.serve_forever(background=True)
    else:
        framer = FramerType.SOCKET if kind == "tcp" else FramerType.RTU
        for _ in range(int(sys.argv[3]) if len(sys.argv) > 3 else 1):
            ports.append(free_port())
            server = ModbusTcpServer(context(units), framer=framer, address=("127.0.0.1", ports[-1]),
                                     ignore_missing_devices=True)
            await server.serve_forever(background=True)
    print("ready", *ports, flush=True)
    await asyncio.sleep(3600)


asyncio.run(main())
