"""The machine under the measurement: who else is busy, what a process spent, where its programs are."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
C = ROOT / "Benchmarks" / "C" / "build"


class Skipped(Exception):
    """What cannot be measured here, and why."""


def load():
    return float(pathlib.Path("/proc/loadavg").read_text().split()[0])


def model():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith(("model name", "Model"))]
    return names[0] if names else os.uname().machine


def describe():
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) // 1024
    return {"cpu": model(), "cores": os.cpu_count(), "memory_mb": memory, "kernel": os.uname().release}


def run(arguments, timeout=900):
    """The one line of JSON a program prints."""
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, timeout=timeout)
    if done.returncode != 0:
        raise RuntimeError(f"{arguments[0]} ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-500:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


class Child:
    """A program that is started, told things by signals, and ended by its own id."""

    def __init__(self, arguments, **options):
        # Read by its name: the child shares the place it writes at with this descriptor.
        self.output = tempfile.NamedTemporaryFile(prefix="tidegate-bench-")
        self.process = subprocess.Popen([str(a) for a in arguments], stdout=self.output, stderr=subprocess.DEVNULL, **options)
        self.pid = self.process.pid

    def tell(self, number):
        self.process.send_signal(number)

    def lines(self):
        return pathlib.Path(self.output.name).read_text().splitlines()

    def account(self):
        """Asks for the account on SIGUSR1 and waits for its line."""
        before = len(self.lines())
        self.tell(signal.SIGUSR1)
        for _ in range(200):
            lines = self.lines()
            if len(lines) > before and lines[-1].endswith("}"):
                return json.loads(lines[-1])
            time.sleep(0.01)
        raise RuntimeError("the program gave no account")

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


def fleet(port, ports, *options):
    child = Child([C / "fleet", "--port", port, "--ports", ports, *options])
    time.sleep(0.3)
    if child.process.poll() is not None:
        raise RuntimeError(f"the fleet cannot serve ports {port} to {port + ports - 1}")
    return child


def cpu_by_thread(pid):
    """Seconds each thread has run, to the nanosecond: the kernel's own ticks are too coarse for a few per mille."""
    found = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            found[task.name] = int((task / "schedstat").read_text().split()[0]) / 1e9
        except OSError:
            continue
    return found


def cpu_between(before, after):
    """Threads that ended in between are missed; the controller's live as long as it does."""
    return sum(seconds - before.get(number, 0) for number, seconds in after.items())


def memory(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    wanted = {"VmRSS": "rss_kb", "RssAnon": "anonymous_kb", "RssFile": "file_kb", "Threads": "threads"}
    return {wanted[key]: int(value.split()[0]) for key, _, value in (line.partition(":") for line in lines) if key in wanted}


def wakeups(pid):
    """Voluntary switches of each thread, by its number, with its name: each is a sleep that ended."""
    found = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            name = (task / "comm").read_text().strip()
            status = (task / "status").read_text()
        except OSError:
            continue
        count = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("voluntary_ctxt"))
        found[task.name] = (name, count)
    return found


def wakeups_between(before, after):
    """Voluntary switches by name of the thread."""
    sums = {}
    for number, (name, count) in after.items():
        sums[name] = sums.get(name, 0) + count - before.get(number, (name, 0))[1]
    return sums


def remove(path):
    """A file, and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        pathlib.Path(f"{path}{suffix}").unlink(missing_ok=True)
