"""The real controller on the rig's site, with the real guard: what the farmer orders reaches the pin, and what dies lets go."""
import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import time

from rig import SLACK, Failure, eventually, require, spread

VALVE, AERATOR, STOP, METER = 0, 1, 16, 18
"""Lines of boards/gpio-sim.yaml; the valve's relay is active low."""
OPEN, CLOSED = 0, 1
LEASE = 0.8
SITE = os.environ["RIG_TREE"] + "/Tests/rig/site/rig.yaml"


class LocalSocket(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("tidegate")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(5)
        self.sock.connect(self.path)


class Controller:
    """Guard and controller in a run directory of their own, each started and ended apart."""

    def __init__(self, programs, environment=None):
        self.programs, self.environment = programs, dict(os.environ, **(environment or {}))
        self.folder = tempfile.mkdtemp(prefix="run-")
        self.said = open("/mnt/controller", "ab")
        self.start_guard()
        self.start()

    def start_guard(self):
        self.guard = subprocess.Popen([self.programs + "/tidegate-guard", self.folder], stderr=self.said)

    def start(self):
        arguments = [self.programs + "/tidegated", SITE, "--run", self.folder, "--data", self.folder + "/data"]
        self.daemon = subprocess.Popen(arguments, stderr=self.said, env=self.environment)

    def ask(self, path, body=None):
        """The answer of the local API; None while it is not served."""
        try:
            connection = LocalSocket(self.folder + "/tidegate.sock")
            connection.request("POST" if body else "GET", path, json.dumps(body) if body else None,
                               {"Content-Type": "application/json"} if body else {})
            return json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException):
            return None

    def order(self, **command):
        answer = self.ask("/v1/commands", command)
        return bool(answer) and all(result["state"] in ("done", "queued", "accepted") for result in answer.get("results", [{}]))

    def point(self, tag):
        """The reading of a point; an empty one where it is not told."""
        points = (self.ask("/v1/points") or {}).get("points", [])
        return next((point for point in points if point["point"]["tag"] == tag), {})

    def end(self):
        for process in (self.daemon, self.guard):
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.send_signal(signal.SIGKILL)
            process.wait()


def run(verdict, chip, log, programs, rounds):
    chip.drive(STOP, 0)
    chip.drive(VALVE, CLOSED)
    controller = Controller(programs)
    try:
        for check in CHECKS:
            def checked():
                return check(controller, chip, log, rounds)
            checked.__doc__ = check.__doc__
            verdict.run(checked)
    finally:
        controller.end()


def open_valve(controller, chip):
    """Orders water until the valve is open: the controller may be starting, or still busy with what it found."""
    end = time.monotonic() + 30
    while chip.level(VALVE) != OPEN:
        if time.monotonic() > end:
            raise Failure(f"the valve does not open: {json.dumps(controller.ask('/v1/zones'))} {json.dumps(controller.ask('/v1/alarms'))}")
        controller.order(command="acknowledge-all")
        controller.order(command="reset-all")
        if controller.order(command="run", zone="east", forSeconds=600):
            wait_for(lambda: chip.level(VALVE) == OPEN, 1.0)
        time.sleep(0.05)


def wait_for(holds, limit):
    end = time.monotonic() + limit
    while not holds() and time.monotonic() < end:
        time.sleep(0.002)


def order_to_pin(controller, chip, log, rounds):
    """an order opens the valve at the pin, a stop closes it, the aerator runs throughout"""
    open_valve(controller, chip)
    require(chip.level(AERATOR) == 1, "the aerator stands")
    begin = time.monotonic()
    require(controller.order(command="stop-all"), "the stop was not taken")
    eventually(lambda: chip.level(VALVE) == CLOSED, "the valve closes")
    return f"closed {1000 * (log.moment(VALVE, CLOSED, begin) - begin):.0f} ms after the stop was sent"


def pulses_to_point(controller, chip, log, rounds):
    """400 pulses of 10 L are 4 m3 in the controller"""
    before = controller.point("FT-1.total").get("value")
    require(before is not None, f"no reading: {controller.ask('/v1/points')}")
    begin = time.monotonic()
    for pulse in range(400):
        chip.drive(METER, 1)
        chip.drive(METER, 0)
        time.sleep(max(0.0, begin + 0.005 * (pulse + 1) - time.monotonic()))
    eventually(lambda: abs(controller.point("FT-1.total").get("value", 0) - before - 4) < 1e-9,
               f"total {controller.point('FT-1.total')}, before {before}")


def killed(controller, chip, log, rounds):
    """kill -9 of the controller with the valve open: closed within the lease, every time"""
    took = []
    for _ in range(rounds):
        open_valve(controller, chip)
        log.clear()
        begin = time.monotonic()
        controller.daemon.send_signal(signal.SIGKILL)
        eventually(lambda: chip.level(VALVE) == CLOSED, "the valve closes")
        took.append(log.moment(VALVE, CLOSED, begin) - begin)
        require(log.levels(AERATOR) in ([], [1]), "the aerator stopped")
        controller.daemon.wait()
        controller.start()
    require(max(took) <= LEASE, f"{max(took):.3f} s with a lease of {LEASE} s")
    return spread(took) + f", lease {1000 * LEASE:.0f} ms"


def stopped(controller, chip, log, rounds):
    """a controller that stands still (SIGSTOP) with the valve open: closed within the lease"""
    took = []
    for _ in range(max(rounds // 5, 2)):
        open_valve(controller, chip)
        log.clear()
        begin = time.monotonic()
        controller.daemon.send_signal(signal.SIGSTOP)
        eventually(lambda: chip.level(VALVE) == CLOSED, "the valve closes")
        took.append(log.moment(VALVE, CLOSED, begin) - begin)
        controller.daemon.send_signal(signal.SIGCONT)
    require(max(took) <= LEASE + SLACK, f"{max(took):.3f} s with a lease of {LEASE} s")
    return spread(took) + f", lease {1000 * LEASE:.0f} ms"


def guard_killed(controller, chip, log, rounds):
    """kill -9 of the guard with the valve open: closed by the next guard when the supervisor has started it"""
    took = []
    for _ in range(max(rounds // 5, 2)):
        open_valve(controller, chip)
        chip.drive(VALVE, OPEN)
        log.clear()
        begin = time.monotonic()
        controller.guard.send_signal(signal.SIGKILL)
        controller.guard.wait()
        require(chip.level(VALVE) == OPEN, "the pull does not hold the valve open")
        time.sleep(0.2)
        controller.start_guard()
        eventually(lambda: chip.level(VALVE) == CLOSED, "the next guard closes the valve")
        took.append(log.moment(VALVE, CLOSED, begin) - begin)
        chip.drive(VALVE, CLOSED)
    return spread(took) + ", of them 200 until the supervisor starts it (RestartSec)"


def emergency_stop(controller, chip, log, rounds):
    """the emergency stop closes the valve, the controller trips, and nothing opens until a person resets it"""
    open_valve(controller, chip)
    begin = time.monotonic()
    chip.drive(STOP, 1)
    eventually(lambda: chip.level(VALVE) == CLOSED, "the valve closes")
    took = log.moment(VALVE, CLOSED, begin) - begin
    eventually(lambda: "tripEmergencyStop" in json.dumps(controller.ask("/v1/alarms")), "the alarm stands")
    chip.drive(STOP, 0)
    time.sleep(1)
    require(chip.level(VALVE) == CLOSED, "it opened by itself")
    controller.order(command="run", zone="east", forSeconds=60)
    time.sleep(0.5)
    require(chip.level(VALVE) == CLOSED, "it opened without a reset")
    require(controller.order(command="reset", subject="site"), "the reset was not taken")
    open_valve(controller, chip)
    return f"{1000 * took:.1f} ms, debounce 20 ms"


CHECKS = [order_to_pin, pulses_to_point, emergency_stop, stopped, guard_killed, killed]
