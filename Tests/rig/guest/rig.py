"""What every check of the rig has: the simulated chip, the kernel's log of levels, checks and their verdict."""
import fcntl
import os
import re
import struct
import time

CHIP = "tidegate-sim"
LINES = 32
SLACK = 0.1
"""What a busy machine may add to a bound, in seconds: the guest is an ordinary process outside. What was measured is said."""


class Failure(Exception):
    """A check does not hold; the text says what was seen instead."""


def require(holds, why):
    if not holds:
        raise Failure(why)


def eventually(holds, why, limit=20.0):
    """Waits until something holds. Returns how long that took, in seconds."""
    start = time.monotonic()
    while not holds():
        if time.monotonic() - start > limit:
            raise Failure(f"not within {limit:g} s: {why}")
        time.sleep(0.001)
    return time.monotonic() - start


def put(path, text):
    with open(path, "w") as file:
        file.write(text)


def get(path):
    with open(path) as file:
        return file.read().strip()


class Chip:
    """One chip of the kernel's gpio-sim with 32 lines. Levels here are those of the pin, whatever its polarity."""
    folder = "/sys/kernel/config/gpio-sim/rig"

    def __init__(self):
        os.makedirs(self.folder + "/bank0")
        put(self.folder + "/bank0/num_lines", str(LINES))
        put(self.folder + "/bank0/label", CHIP)
        self.appear()

    def appear(self):
        put(self.folder + "/live", "1")
        self.name = get(self.folder + "/bank0/chip_name")
        self.sysfs = f"/sys/devices/platform/{get(self.folder + '/dev_name')}/{self.name}"

    def vanish(self):
        put(self.folder + "/live", "0")

    def drive(self, line, level):
        """From outside: an input follows, an output falls to it when nobody holds it any more."""
        put(f"{self.sysfs}/sim_gpio{line}/pull", "pull-up" if level else "pull-down")

    def level(self, line):
        return int(get(f"{self.sysfs}/sim_gpio{line}/value"))


class LevelLog:
    """Every level the kernel was told to put on a line, in order: its own tracepoint, so no change is too short to show."""
    folder = "/sys/kernel/tracing"
    entry = re.compile(r"^\s*(.+)-\d+\s+\[\d+\].*\s(\d+\.\d+): gpio_value: (\d+) set (\d)", re.MULTILINE)

    def __init__(self):
        put(self.folder + "/trace_clock", "mono")
        put(self.folder + "/events/gpio/gpio_value/filter", "get == 0")
        put(self.folder + "/events/gpio/gpio_value/enable", "1")
        self.clear()

    def clear(self):
        put(self.folder + "/trace", "")

    def entries(self, line=None):
        """(seconds of CLOCK_MONOTONIC, line, level), oldest first. The kernel numbers lines in blocks of a whole chip."""
        found = self.entry.findall(get(self.folder + "/trace"))
        all_lines = [(float(moment), int(number) % LINES, int(level)) for _, moment, number, level in found]
        return [entry for entry in all_lines if line is None or entry[1] == line]

    def levels(self, line):
        return [level for _, _, level in self.entries(line)]

    def moment(self, line, level, after):
        """When a line was first put to a level after a moment; None if it was not."""
        return next((at for at, _, what in self.entries(line) if what == level and at >= after), None)


class Thief:
    """Another process' hold of a line, through the kernel's first interface (no library of ours or of libgpiod)."""
    GET_LINEHANDLE = 0xC16CB403
    OUTPUT = 2

    def __init__(self, chip, line, level=0):
        request = bytearray(364)
        struct.pack_into("<I", request, 0, line)
        struct.pack_into("<IB", request, 256, self.OUTPUT, level)
        struct.pack_into("<I", request, 356, 1)
        device = os.open("/dev/" + chip.name, os.O_RDONLY)
        try:
            fcntl.ioctl(device, self.GET_LINEHANDLE, request)
        finally:
            os.close(device)
        self.handle = struct.unpack_from("<i", request, 360)[0]

    def set(self, level):
        values = bytearray(64)
        values[0] = level
        fcntl.ioctl(self.handle, 0xC040B409, values)

    def release(self):
        os.close(self.handle)


class Verdict:
    """One line a check, into the file the runner outside reads."""

    def __init__(self, path):
        self.file = open(path, "a+", buffering=1)

    def run(self, check, *what):
        name = check.__doc__.strip().splitlines()[0]
        try:
            measured = check(*what)
            self.file.write(f"ok    {name}{': ' + measured if measured else ''}\n")
        except (Failure, OSError, EOFError, struct.error) as error:
            self.file.write(f"FAIL  {name}: {error}\n")

    def close(self):
        """Counts what stands in the file: a check that resets the machine leaves the rest to the next start."""
        self.file.seek(0)
        marks = [line.split()[0] for line in self.file]
        self.file.write(f"status {marks.count('ok')} passed, {marks.count('FAIL')} failed\n")
        self.file.close()


def spread(seconds):
    """min, median and max in milliseconds."""
    ordered = sorted(seconds)
    numbers = [1000 * ordered[0], 1000 * ordered[len(ordered) // 2], 1000 * ordered[-1]]
    return "min {:.1f}, median {:.1f}, max {:.1f} ms over {}".format(*numbers, len(ordered))
