#!/usr/bin/env python3
"""firmware.elf of the RP2040 -> firmware.uf2, as its boot ROM takes it by USB: uf2.py ELF UF2"""
import struct
import sys

FLASH, FAMILY = 0x10000000, 0xE48BFF56


def crc32(data):
    """CRC-32/MPEG-2: highest bit first, no final inversion."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


def flash_image(elf):
    """What the segments put into flash, from its first byte, with the CRC of the boot block."""
    start, = struct.unpack_from("<I", elf, 28)
    size, count = struct.unpack_from("<HH", elf, 42)
    image = bytearray()
    for at in range(count):
        kind, offset, _, address, length = struct.unpack_from("<5I", elf, start + at * size)
        if kind == 1 and length and FLASH <= address < 0x20000000:
            end = address - FLASH + length
            image.extend(bytes(max(0, end - len(image))))
            image[address - FLASH:end] = elf[offset:offset + length]
    image[252:256] = struct.pack("<I", crc32(image[:252]))
    return bytes(image)


def blocks(image):
    pieces = [image[at:at + 256].ljust(256, b"\0") for at in range(0, len(image), 256)]
    for number, piece in enumerate(pieces):
        head = struct.pack("<8I", 0x0A324655, 0x9E5D5157, 0x2000, FLASH + 256 * number, 256, number, len(pieces), FAMILY)
        yield head + piece.ljust(476, b"\0") + struct.pack("<I", 0x0AB16F30)


def main():
    assert crc32(b"123456789") == 0x0376E6E7
    image = flash_image(open(sys.argv[1], "rb").read())
    with open(sys.argv[2], "wb") as out:
        out.write(b"".join(blocks(image)))


if __name__ == "__main__":
    main()
