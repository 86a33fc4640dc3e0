"""Writes the project folder of a site of any size: board, one profile of 20 registers in the four kinds of signal, and
the site file with N TCP devices on this machine."""

import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
REGISTERS = 20
KINDS = ["{ register: %d, as: i16, scale: 0.1, unit: degC }", "{ register: %d, as: u16, unit: kWh }",
         "{ register: %d, as: u16, scale: 0.01, unit: \"%%\" }", "{ register: %d, as: u16, scale: 0.1, unit: V }"]


def profile():
    points = "\n".join(f"  r{n:02d}: " + KINDS[n % 4] % n for n in range(REGISTERS))
    return f"""profile: bench20
about: 20 adjacent registers of the measuring fleet
source: Benchmarks/C/fleet.c
confidence: high
reads: {{ function: 3, at-most: 125 registers, gaps: yes, pause: 0 ms }}
points:
{points}
"""


def site(devices, port, every, scan, flush):
    buses = "\n".join(f"  b{n:03d}: {{ modbus: tcp, host: 127.0.0.1, port: {port + n} }}" for n in range(devices))
    polled = "\n".join(f"  d{n:03d}: {{ profile: bench20, bus: b{n:03d}, unit: 1, every: {every} }}" for n in range(devices))
    field = f"buses:\n{buses}\n\ndevices:\n{polled}\n" if devices else ""
    return f"""site: bench
place: {{ latitude: 36.88, longitude: 118.74, time-zone: Asia/Shanghai }}
board: simulated
scan: {scan}

{field}
outputs:
  P-1: {{ line: R1, is: pump,  safe: off,    at-most: 8 h, travel: 3 s }}
  V-1: {{ line: R2, is: valve, safe: closed, at-most: 8 h, travel: 4 s }}

water:
  well: {{ pump: P-1 }}

zones:
  east-1: {{ valve: V-1 }}

emergency-stop: none

recording: {{ flush: {flush}, samples: 30 day, size: 10 GB }}
"""


def write(folder, devices, port=20000, every="1 s", scan="100 ms", flush="10 s"):
    """Returns the path of the site file."""
    folder = pathlib.Path(folder)
    (folder / "profiles").mkdir(parents=True, exist_ok=True)
    (folder / "boards").mkdir(exist_ok=True)
    shutil.copy(ROOT / "boards" / "simulated.yaml", folder / "boards" / "simulated.yaml")
    (folder / "profiles" / "bench20.yaml").write_text(profile())
    path = folder / "site.yaml"
    path.write_text(site(devices, port, every, scan, flush))
    return str(path)


if __name__ == "__main__":
    import sys

    print(write(sys.argv[1], *(int(word) for word in sys.argv[2:4])))
