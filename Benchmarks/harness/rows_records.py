"""Rows about records: bytes, rates, reads, and what reaches the device."""

import concurrent.futures
import ctypes
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from machine import C, Child, Skipped, remove, run
from report import result

POINTS = 200
DAY = 86_400


class Folder:
    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="tidegate-bench-")

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


def fill(options, folder, seconds):
    return sound(run([options.bench, "fill", f"{folder}/data", POINTS, seconds, 1, 0], timeout=3600))


def sound(figures):
    """A fill that lost samples measured nothing."""
    if figures["dropped"] or not figures["complete"]:
        raise RuntimeError(f"the journal lost {figures['dropped']:.0f} samples, complete: {figures['complete']:.0f}")
    return figures


def back_fill(options):
    """Rate into the file and bytes per sample of it, an hour of 200 points."""
    rates, sizes = [], []
    seconds = options.seconds or 3600
    for _ in range(options.rounds):
        with Folder() as folder:
            floor = run([C / "rows_floor", "fill", f"{folder}/rows.db", "--points", POINTS, "--samples", POINTS * seconds])
            ours = fill(options, folder, seconds)
        rates.append({"value": ours["records_per_s"] / floor["samples_per_s"], "ours": ours["records_per_s"],
                      "floor": floor["samples_per_s"], "raw": {"ours": ours, "floor": floor}})
        sizes.append({"value": ours["bytes_per_sample"], "ours": ours["bytes_per_sample"], "floor": floor["bytes_per_sample"],
                      "raw": ours})
    return [result("file-bytes", "bytes per sample in the file, 200 points", f"rows {sizes[0]['floor']:.1f}", "B", sizes, 1.5, 1.1),
            result("back-fill", "back-fill", "rowid rows in C", "×", rates, 0.5, 1.0, True,
                   note=f"{rates[0]['ours']:.0f} against {rates[0]['floor']:.0f} records/s")]


def file_bytes(options):
    with Folder() as folder:
        ours = fill(options, folder, options.seconds or 3600)
    return [result("file-bytes", "bytes per sample in the file, 200 points", "rows 25.3", "B",
                   [{"value": ours["bytes_per_sample"], "raw": ours}], 1.5, 1.1)]


def read_day(options):
    """One noisy point's 86,400 samples, out of a day of 200 points, from warm memory."""
    with Folder() as folder:
        run([C / "rows_floor", "fill", f"{folder}/rows.db", "--points", POINTS, "--samples", POINTS * DAY, "--indexed"], timeout=1800)
        fill(options, folder, DAY)
        rounds = []
        for _ in range(options.rounds):
            floor = run([C / "rows_floor", "read", f"{folder}/rows.db", "--tag", 2, "--rounds", 7])
            ours = run([options.bench, "read", f"{folder}/data", POINTS, 2, 7])
            if ours["rows"] < 0.995 * floor["rows"]:           # a value that came twice running is kept once
                raise RuntimeError(f"{ours['rows']:.0f} rows came back of {floor['rows']}")
            rounds.append({"value": ours["p50_ms"] / floor["median_ms"], "ours": ours["p50_ms"], "floor": floor["median_ms"],
                           "raw": {"ours": ours, "floor": floor}})
    return [result("read-day", "read one point's day (86,400 samples)", "C scan of indexed rows", "×", rounds, 1.0, 0.3,
                   note=f"{rounds[0]['ours']:.1f} against {rounds[0]['floor']:.1f} ms")]


class Device:
    """A small ext4 of its own on a loop device, its image in memory where there is room."""

    def __init__(self, megabytes=256):
        if os.geteuid() != 0:
            raise Skipped("a loop mount needs root")
        place = "/dev/shm" if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > megabytes * 2_000_000 else None
        handle, self.image = tempfile.mkstemp(prefix="tidegate-bench-", dir=place)
        os.truncate(handle, megabytes << 20)
        os.close(handle)
        self.mount = tempfile.mkdtemp(prefix="tidegate-bench-")
        self.loop = None
        try:
            # Blocks of 4 KiB, as every partition of a gateway's size has them; a small image would get 1 KiB.
            command("mkfs.ext4", "-q", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0", self.image)
            self.loop = command("losetup", "--find", "--show", self.image)
            command("mount", "-t", "ext4", self.loop, self.mount)
        except (OSError, subprocess.CalledProcessError) as problem:
            self.close()
            raise Skipped(f"no loop mount here: {problem}") from None

    def sync(self):
        descriptor = os.open(self.mount, os.O_RDONLY)
        ctypes.CDLL(None).syncfs(descriptor)
        os.close(descriptor)

    def written(self):
        """Bytes that reached the device."""
        self.sync()
        return int(pathlib.Path(f"/sys/block/{pathlib.Path(self.loop).name}/stat").read_text().split()[6]) * 512

    def close(self):
        if os.path.ismount(self.mount):
            command("umount", self.mount)
        if self.loop:
            command("losetup", "--detach", self.loop)
        os.rmdir(self.mount)
        remove(self.image)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def command(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def device_bytes(options):
    """Samples of 200 points at ten or sixty times their pace, flushed each second, so that a commit holds what it holds
    at a loss window of 10 or 60 s. Each commit is synced by the journal itself; the rest is written at the end at last."""
    real = options.seconds or 120
    with concurrent.futures.ThreadPoolExecutor() as both:      # bytes are counted, not time: they may share the machine
        windows = {pace: both.submit(lambda pace=pace: [through(options, pace, real) for _ in range(options.rounds)])
                   for pace in (10, 60)}
    floor = rows_on_device()
    return [result(f"device-bytes-{pace}s", f"bytes per sample written to the device, loss window {pace} s",
                   f"a row a second {floor['value']:.0f}", "B", windows[pace].result(), must, aim)
            for pace, must, aim in ((10, 30, 22), (60, 10, 8))]


def through(options, pace, real):
    with Device() as device:
        before = device.written()
        filler = Child([options.bench, "fill", f"{device.mount}/data", POINTS, real * pace, 1, pace])
        ends = time.monotonic() + real + 90
        while filler.process.poll() is None:
            time.sleep(0.2)
            if time.monotonic() > ends:
                filler.end()
                raise RuntimeError("the fill does not end")
        ours = sound(last_line(filler))
        written = device.written() - before
    return {"value": written / ours["samples"], "written": written, "raw": ours}


def last_line(child):
    if child.process.returncode != 0:
        raise RuntimeError("the fill did not end in order")
    return json.loads(child.lines()[-1])


def rows_on_device(seconds=1200):
    with Device() as device:
        before = device.written()
        floor = run([C / "rows_floor", "fill", f"{device.mount}/rows.db", "--points", POINTS, "--samples", POINTS * seconds,
                     "--batch", POINTS, "--full"])
        return {"value": (device.written() - before) / floor["samples"], "raw": floor}
