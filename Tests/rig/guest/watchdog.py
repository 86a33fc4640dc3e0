"""The last resort: a controller that stands still takes the whole machine down, after its outputs are long safe.

systemd does not run in the guest. What stands in for it here does what its WatchdogSec and RuntimeWatchdogSec do: it hears
the controller's notices on NOTIFY_SOCKET, and feeds /dev/watchdog (the kernel's softdog) only while the beat comes.
"""
import fcntl
import os
import signal
import socket
import struct
import threading
import time

from controller import CLOSED, STOP, VALVE, Controller, open_valve
from rig import eventually, require

NOTICES = "/tmp/notices"
PATIENCE = 2
"""Of the supervisor and of the softdog, in seconds."""
PROOF = "/mnt/before-the-reset"
SET_TIMEOUT = 0xC0045706


class Supervisor:
    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(NOTICES)
        self.heard, self.beats = [], []
        self.dog = None
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            notice = self.socket.recv(1000).decode()
            self.heard.append(notice)
            if "WATCHDOG=1" in notice:
                self.beats.append(time.monotonic())
                if self.dog is not None:
                    os.write(self.dog, b"\0")

    def let_the_dog_out(self):
        self.dog = os.open("/dev/watchdog", os.O_WRONLY)
        fcntl.ioctl(self.dog, SET_TIMEOUT, struct.pack("i", PATIENCE))


def run(verdict, chip, log, programs, rounds):
    def after_the_reset():
        """a controller that stands still: outputs safe, then the watchdog resets the machine"""
        with open(PROOF) as file:
            closed, stood_still = map(float, file.read().split())
        took = time.clock_gettime(time.CLOCK_REALTIME) - stood_still
        require(took < 60, f"{took:.0f} s")
        return f"valve closed after {1000 * closed:.0f} ms, machine up again after {took:.1f} s, patience {PATIENCE} s"

    if os.path.exists(PROOF):
        return verdict.run(after_the_reset)
    supervisor = Supervisor()
    chip.drive(STOP, 0)
    chip.drive(VALVE, CLOSED)
    controller = Controller(programs, {"NOTIFY_SOCKET": NOTICES, "WATCHDOG_USEC": str(PATIENCE * 1_000_000)})

    def healthy():
        """a healthy controller says that it is ready and beats, and the fed watchdog lets the machine run"""
        eventually(lambda: supervisor.beats, f"heard {supervisor.heard}", limit=15)
        require(supervisor.heard[0] == "READY=1", f"heard {supervisor.heard[:3]}")
        supervisor.let_the_dog_out()
        time.sleep(3 * PATIENCE)
        beats = supervisor.beats
        longest = max(later - earlier for earlier, later in zip(beats, beats[1:]))
        require(longest < PATIENCE, f"{longest:.2f} s without a beat")
        return f"{len(beats)} beats, the longest pause {longest:.2f} s"

    def stand_still():
        """the machine is reset"""
        open_valve(controller, chip)
        log.clear()
        begin, wall = time.monotonic(), time.clock_gettime(time.CLOCK_REALTIME)
        controller.daemon.send_signal(signal.SIGSTOP)
        eventually(lambda: chip.level(VALVE) == CLOSED, "the valve closes")
        with open(PROOF, "w") as file:
            file.write(f"{log.moment(VALVE, CLOSED, begin) - begin} {wall}")
        os.sync()
        time.sleep(10 * PATIENCE)
        require(False, "the machine still runs")

    verdict.run(healthy)
    verdict.run(stand_still)
