"""What the firmware must do, each a function that takes nothing and raises when it does not."""
import random
import subprocess
import time

from bridge import MPS2AN386, PATIENCE, Bridge, Cable
from golden import play
from modbus import (ADDRESS, ARMED, CONFIGURED, DAMAGED, FAULT, HEARTBEAT, POWER_ON, RELAY_TIME, TRIPPED, UNCONFIGURED,
                    WATCHDOG, Master, crc16, frame, write_pdu)

# Ticks of the firmware that may pass between two requests that stand next to each other, on a busy host.
SLACK = 5
STARTS = 100
NOISE_SECONDS = 15


def expect(what, found, *allowed):
    if found not in allowed:
        raise AssertionError(f"{what} is {found}, not {' or '.join(map(str, allowed))}")


def expect_between(what, low, found, high):
    if not low <= found <= high:
        raise AssertionError(f"{what} is {found}, not within {low} to {high}")


def master_of(bridge):
    return Master(bridge.line, bridge.held_up)


def armed(bridge, timeout=2000, safe=0, longest=(60,) * 6):
    master = master_of(bridge)
    master.greet()
    master.commission(timeout, safe, longest)
    master.arm()
    expect("state", master.live().state, ARMED)
    return master


def fast_starts():
    slowest = 0
    for _ in range(STARTS):
        with Bridge() as bridge:
            expect("protocol version", master_of(bridge).greet()[0], 1)
            slowest = max(slowest, time.monotonic() - bridge.started)
            live = master_of(bridge).live()
            expect("relays", bridge.relays(), 0)
            expect("state, cause and count", (live.state, live.boot_cause, live.boot_count), (UNCONFIGURED, POWER_ON, 1))
    return f"{STARTS} starts, slowest first answer after {slowest * 1000:.0f} ms of the host"


def golden_frames():
    with Bridge() as bridge:
        return play(bridge, master_of(bridge))


def expiry():
    with Bridge() as bridge:
        master = armed(bridge, timeout=2000, safe=0x20)
        before, after = master.beat(0x21)
        expect("relays", bridge.relays(), 0x21)
        expect("relays", bridge.wait_for_relays(0x20), 0x20)
        live = master.live()
        expect("state and cause", (live.state, live.trip_cause), (TRIPPED, HEARTBEAT))
        expect_between("trip on the firmware's clock", before + 2000, live.trip_clock, after + 2000 + SLACK)
        master.arm()
        expect("relays after arming again", bridge.relays(), 0x20)
        master.beat(0x01)
        expect("relays", bridge.relays(), 0x01)
    return f"{live.trip_clock - before} ms after a read before the last beat"


def stuck_heartbeat():
    with Bridge() as bridge:
        master = armed(bridge, timeout=1000)
        before, after = master.beat(1)
        while (live := master.live()).state == ARMED and live.clock < after + 5000:
            master.write(0, master.beats)
        expect("cause", live.trip_cause, HEARTBEAT)
        expect_between("trip on the firmware's clock", before + 1000, live.trip_clock, after + 1000 + SLACK)
        expect("relays", bridge.relays(), 0)


def relay_time():
    with Bridge() as bridge:
        master = armed(bridge, timeout=60_000, longest=(60, 60, 1, 60, 60, 60))
        before, after = master.beat(0x05)
        while (live := master.live()).state == ARMED and live.clock < after + 5000:
            master.beat()
        expect("cause and relay", (live.trip_cause, live.trip_relay), (RELAY_TIME, 2))
        expect_between("trip on the firmware's clock", before + 1000, live.trip_clock, after + 1000 + SLACK)
        expect("relays", bridge.relays(), 0)


def hang_without_watchdog():
    """The moment of the trip is read from memory, since nobody answers: the one number there that lies where it must and
    was not there before."""
    with Bridge(watchdog="none", debug=True) as bridge:
        master = armed(bridge, safe=0x20)
        before, after = master.beat(0x03)
        trip = (before + 2000, after + 2000 + SLACK)
        expect("numbers like the trip's moment before it", bridge.words_between(*trip), [])
        bridge.hang()
        expect("relays", bridge.relays(), 0x03)
        expect("relays", bridge.wait_for_relays(0x20), 0x20)
        clock = bridge.find_clock()
        bridge.wait(clock, 100)
        expect("moments of the trip in memory", len(bridge.words_between(*trip)), 1)
    return f"main loop hung; tripped within {trip[1] - before} ms of a read before the last beat"


def hang_with_watchdog():
    for masked in (False, True):
        watchdog_resets(masked)


def watchdog_resets(masked):
    with Bridge(debug=True) as bridge:
        master = armed(bridge, timeout=5000, safe=0x20)
        master.beat(0x03)
        bridge.hang(masked)
        expect("watchdog", bridge.qmp.wait_for("WATCHDOG"), True)
        master.greet()
        live = master.live()
        expect("state, count and cause", (live.state, live.boot_count, live.boot_cause), (UNCONFIGURED, 2, WATCHDOG))
        expect("relays: safe levels outlive the reset", bridge.relays(), 0x20)


def trap():
    with Bridge(debug=True) as bridge:
        master = armed(bridge, timeout=5000, safe=0x20)
        master.beat(0x03)
        bridge.trap()
        expect("relays", bridge.wait_for_relays(0x20), 0x20)
        early = not any(event["event"] == "RESET" for event in bridge.qmp.events)
        master.greet()
        live = master.live()
        expect("count and cause", (live.boot_count, live.boot_cause), (2, FAULT))
        expect("relays", bridge.relays(), 0x20)
    return "pins safe before the reset" if early else "pins seen safe only after the reset"


def lost_stack():
    with Bridge(debug=True) as bridge:
        master = armed(bridge, timeout=5000, safe=0x20)
        master.beat(0x03)
        bridge.lose_stack()
        expect("relays", bridge.wait_for_relays(0x20), 0x20)
        master.greet()
        expect("cause", master.live().boot_cause, FAULT)


def damaged_memory():
    with Bridge(debug=True) as bridge:
        master = armed(bridge, timeout=5000, longest=(60, 60, 60, 60, 60, 4321))
        master.beat(0x03)
        places = bridge.find_word(4321, bits=16)
        expect("copies of the configuration in memory", len(places), 2)
        bridge.gdb.interrupt()
        for place in places:
            bridge.gdb.write(place, b"\xff\xff")
        bridge.gdb.resume()
        deadline = time.monotonic() + PATIENCE
        while (live := master.live()).state == ARMED and time.monotonic() < deadline:
            time.sleep(0.02)
        expect("state and cause", (live.state, live.trip_cause), (UNCONFIGURED, DAMAGED))
        expect("relays", bridge.relays(), 0)


def pulses_at_one_kilohertz():
    with Bridge() as bridge:
        master = master_of(bridge)
        master.greet()
        begin, reads, first = time.monotonic(), 0, master.live().clock
        for number in range(3000):
            bridge.pulse(number % 4)
            if number % 50 == 0:
                expect("count while it runs", sum(master.live().counts), number + 1)
                reads += 1
            time.sleep(max(0, begin + (number + 1) / 1000 - time.monotonic()))
        rate = 3_000_000 / (master.live().clock - first)
        bridge.pulse(1, 4999)
        before = master.live().clock
        bridge.pulse(1)
        live = master.live()
        expect("counts", live.counts[:4], [750, 5750, 750, 750])
        expect_between("last edge", before, live.edges[1], live.clock)
    return f"8000 pulses, 3000 of them at {rate:.0f} Hz of the firmware's clock with {reads} reads among them"


def noise():
    """Random bytes, halves and mutants of frames that would move relays: no pin moves, not for an instant, but by the
    intact frame that follows each burst, and that one moves just what it says."""
    dice, sent, levels, bursts = random.Random(4), 0, 0, 0
    with Bridge() as bridge:
        master = armed(bridge, timeout=60_000)
        clock = bridge.find_clock()
        bridge.watch_relays()
        deadline = time.monotonic() + NOISE_SECONDS
        while time.monotonic() < deadline:
            sent += burst_of_noise(bridge, dice)
            bridge.wait(clock, 30)
            expect("moves of relays in noise", bridge.moves(), [])
            was, levels = levels, dice.randrange(64)
            master.beat(levels)
            expect("moves of relays by a frame", sorted(bridge.moves()),
                   [(relay, levels >> relay & 1) for relay in range(6) if (was ^ levels) >> relay & 1])
            expect("relays", bridge.relays(), levels)
            bursts += 1
        live = master.live()
        expect("state, relays, trips", (live.state, live.relays, live.trip_count), (ARMED, levels, 0))
        expect_between("frames thrown away", 3, live.line_errors, 65535)
    return f"{sent} bytes in {bursts} bursts, {live.line_errors} frames thrown away"


def burst_of_noise(bridge, dice):
    """Sends 20 pieces that hold no intact frame, not even together, and returns how many bytes they were."""
    pieces = [mutant(dice) for _ in range(20)]
    if holds_frame(b"".join(pieces)):
        return burst_of_noise(bridge, dice)
    for piece in pieces:
        bridge.line.sendall(piece)
        time.sleep(dice.choice([0, 0.001, 0.025]))
    return sum(map(len, pieces))


def mutant(dice):
    good = frame(write_pdu(0, [dice.randrange(65536), dice.randrange(64)]))
    kind = dice.randrange(4)
    if kind == 0:
        return dice.randbytes(dice.randrange(1, 40))
    if kind == 1:
        return good[:dice.randrange(1, len(good))]
    if kind == 2:
        at = dice.randrange(len(good))
        return good[:at] + bytes([good[at] ^ 1 << dice.randrange(8)]) + good[at + 1:]
    return good[dice.randrange(1, 4):]


def holds_frame(data):
    """Some stretch of it is an intact frame."""
    starts = [at for at in range(len(data) - 3) if data[at] == ADDRESS]
    return any(crc16(data[start:end]) == 0 for start in starts for end in range(start + 4, len(data) + 1))


def mbpoll_peer():
    with Bridge() as bridge:
        armed(bridge, timeout=60_000)
        cable = Cable(bridge)
        common = ["mbpoll", "-1", "-m", "rtu", "-b", "115200", "-P", "none", "-a", "17", "-0", "-o", "2"]
        subprocess.run([*common, "-t", "0", "-r", "0", cable.path, "1", "0", "1"], check=True, capture_output=True, timeout=20)
        expect("relays", bridge.relays(), 0x05)
        answer = subprocess.run([*common, "-t", "3", "-r", "0", "-c", "7", cable.path], check=True, capture_output=True,
                                text=True, timeout=20).stdout
        expect("relay count as mbpoll reads it", "[3]: \t6" in answer, True)
        cable.close()


def pymodbus_peer():
    try:
        from pymodbus.client import ModbusSerialClient
    except ImportError:
        return "not run: pymodbus is not installed"
    with Bridge() as bridge:
        armed(bridge, timeout=60_000)
        cable = Cable(bridge)
        client = ModbusSerialClient(cable.path, baudrate=115200, timeout=2)
        client.connect()
        expect("write", client.write_registers(0, [1, 0x11], device_id=17).isError(), False)
        expect("relays", bridge.relays(), 0x11)
        expect("coils", client.read_coils(0, count=6, device_id=17).bits[:6], [True, False, False, False, True, False])
        expect("beyond the end", client.read_input_registers(79, count=2, device_id=17).exception_code, 2)
        client.close()
        cable.close()


def cut_cable():
    with Bridge() as bridge:
        master = armed(bridge)
        master.beat(0x0F)
        expect("relays", bridge.relays(), 0x0F)
        bridge.line.shutdown(2)
        expect("relays", bridge.wait_for_relays(0), 0)


def second_board():
    with Bridge(MPS2AN386) as bridge:
        master = master_of(bridge)
        expect("identity", master.greet(), [1, 0x100, 2, 8, 0, 0, 0])
        master.commission(2000, 0x80, (60,) * 8)
        expect("state", master.live().state, CONFIGURED)
        master.arm()
        before, after = master.beat(0x0F)
        expect("relays", bridge.relays(), 0x0F)
        expect("relays", bridge.wait_for_relays(0x80), 0x80)
        expect_between("trip", before + 2000, master.live().trip_clock, after + 2000 + SLACK)
    with Bridge(MPS2AN386, debug=True) as bridge:
        master = armed(bridge, timeout=5000, safe=0x20)
        master.beat(0x0F)
        bridge.hang()
        expect("relays", bridge.wait_for_relays(0x20), 0x20)
        master.greet()
        live = master.live()
        expect("count and cause", (live.boot_count, live.boot_cause), (2, WATCHDOG))


def stack_depth():
    with Bridge() as bridge:
        play(bridge, master_of(bridge))
        bridge.pulse(0, 500)
        used = bridge.stack_used()
        expect_between("stack used, B", 100, used, 1536)
    return f"{used} of 2048 B"


ALL = [fast_starts, golden_frames, expiry, stuck_heartbeat, relay_time, hang_without_watchdog, hang_with_watchdog, trap,
       lost_stack, damaged_memory, pulses_at_one_kilohertz, noise, cut_cable, mbpoll_peer, pymodbus_peer, second_board,
       stack_depth]
