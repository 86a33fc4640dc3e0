"""The real programs, release build, on a site that the fleet plays."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import tempfile
import time

import machine
import make_site as project

# Seconds until a controller has its connections, its caches and its first commits behind it.
WARM_UP = 12
BIN = pathlib.Path(os.environ.get("TIDEGATE_BIN", machine.ROOT / ".build" / "release"))


class OverSocket(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


class Controller:
    """Guard and controller in a folder of their own; both ended by their own ids."""

    def __init__(self, devices, port=20000, **site):
        self.folder = tempfile.mkdtemp(prefix="tidegate-bench-")
        self.run = f"{self.folder}/run"
        self.data = f"{self.folder}/data"
        os.mkdir(self.run)
        self.file = project.write(f"{self.folder}/site", devices, port, **site)
        self.began = time.monotonic()
        self.guard = machine.Child([BIN / "tidegate-guard", self.run])
        self.daemon = machine.Child([BIN / "tidegated", self.file, "--run", self.run, "--data", self.data])
        self.pid = self.daemon.pid

    def ask(self, path):
        connection = OverSocket(f"{self.run}/tidegate.sock")
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return json.loads(answer.read())
        finally:
            connection.close()

    def wait_until_served(self, within=30):
        while time.monotonic() - self.began < within:
            if self.daemon.process.poll() is not None:
                raise RuntimeError(f"tidegated ended with {self.daemon.process.returncode}")
            try:
                return self.ask("/v1/status")
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("tidegated does not serve its socket")

    def good_points(self):
        """How many device points are good, and how many there are."""
        points = [p for p in self.ask("/v1/points")["points"] if p.get("device")]
        return sum(p["quality"] == "good" for p in points), len(points)

    def end(self):
        self.daemon.end()
        self.guard.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


def window(controller, fleet, seconds):
    """What controller and guard spend in so many seconds, and what the fleet saw of them."""
    fleet.tell(signal.SIGUSR2)
    pids = controller.pid, controller.guard.pid
    cpu = [machine.cpu_by_thread(pid) for pid in pids]
    before, began = machine.wakeups(controller.pid), time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - began
    if controller.daemon.process.poll() is not None:
        raise RuntimeError(f"tidegated ended with {controller.daemon.process.returncode}")
    spent = [machine.cpu_between(begun, machine.cpu_by_thread(pid)) for begun, pid in zip(cpu, pids)]
    after, seen = machine.wakeups(controller.pid), fleet.account()
    wakes = machine.wakeups_between(before, after)
    return {"cpu_percent": 100 * spent[0] / took, "guard_cpu_percent": 100 * spent[1] / took, "cpu_s": spent[0], "seconds": took,
            "wakeups_per_s": {name: round(count / took, 2) for name, count in sorted(wakes.items())},
            "fleet": seen, **machine.memory(controller.pid)}
