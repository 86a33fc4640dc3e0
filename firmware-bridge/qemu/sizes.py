#!/usr/bin/env python3
"""Flash and RAM of a firmware image, from its ELF sections; fails above the limits."""
import struct
import sys

FLASH_LIMIT, RAM_LIMIT = 8 * 1024, 2 * 1024
RAM_START = 0x20000000


def sections(path):
    """(name, address, size, kind, flags) of each section."""
    data = open(path, "rb").read()
    table, = struct.unpack_from("<I", data, 32)
    size, count, names = struct.unpack_from("<HHH", data, 46)
    rows = [struct.unpack_from("<10I", data, table + i * size) for i in range(count)]
    for name, kind, flags, address, _, length, *_ in rows:
        start = rows[names][4] + name
        yield data[start:data.index(b"\0", start)].decode(), address, length, kind, flags


def measure(path):
    flash = ram = 0
    for name, address, size, kind, flags in sections(path):
        is_allocated, is_ram, holds_bytes = flags & 2, address >= RAM_START, kind != 8
        if not is_allocated or name == ".stack":
            continue
        flash += size if holds_bytes else 0
        ram += size if is_ram else 0
    return flash, ram


def main():
    is_small = True
    for path in sys.argv[1:]:
        flash, ram = measure(path)
        fits = 0 < flash < FLASH_LIMIT and ram < RAM_LIMIT
        is_small = is_small and fits
        print(f"{'ok' if fits else 'FAILED'}: size of {path}: flash {flash} of {FLASH_LIMIT} B, data+bss {ram} of {RAM_LIMIT} B")
    sys.exit(0 if is_small else 1)


if __name__ == "__main__":
    main()
