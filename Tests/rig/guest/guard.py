"""What the guard owes when others fail: peers that die, stand still, talk nonsense or may not talk; itself killed."""
import errno
import os
import random
import signal
import subprocess
import time

from guarding import FINGERPRINT, OUTPUTS, SAFE, connect, frame, pin, safe_pin
from lines import LINE, STOP, Bench
from rig import SLACK, eventually, require, spread

SHORT = 4
"""The output whose longest time on is 1 s."""
NOBODY = 65534
SHORT_LEASE = 0.3


def run(verdict, chip, log, programs, rounds):
    for check in CHECKS:
        def checked():
            with Bench(chip, log, programs) as bench:
                return check(bench, rounds)
        checked.__doc__ = check.__doc__
        verdict.run(checked)


def is_on(bench, output):
    return bench.chip.level(OUTPUTS[output][1]) == pin(output, True)


def with_outputs_on(bench):
    peer = bench.peer()
    peer.renew_until(0b00011, lambda state: state.levels == 0b00011, "every output is away from safe but the short one")
    require(is_on(bench, 0) and is_on(bench, 1) and not is_on(bench, 2), f"pins {bench.levels()}")
    return peer


def silent_peer(bench, rounds):
    """a peer that stands still: every output safe within the lease"""
    peer, took = with_outputs_on(bench), []
    for _ in range(5):
        peer.renew_until(0b00011, lambda state: state.levels == 0b00011, "on again")
        peer.lease(0b00011, SHORT_LEASE)
        begin = time.monotonic()
        eventually(bench.are_safe, f"pins {bench.levels()}")
        took.append(bench.log.moment(0, safe_pin(0), begin) - begin)
    require(max(took) <= SHORT_LEASE + SLACK, f"{max(took):.3f} s with a lease of {SHORT_LEASE} s")
    return spread(took) + f", lease {1000 * SHORT_LEASE:.0f} ms"


def gone_peer(bench, rounds):
    """a peer that hangs up: every output safe at once"""
    took = []
    for _ in range(20):
        peer = with_outputs_on(bench)
        begin = time.monotonic()
        peer.close()
        eventually(bench.are_safe, f"pins {bench.levels()}")
        took.append(bench.log.moment(0, safe_pin(0), begin) - begin)
        bench.log.clear()
    require(max(took) < SHORT_LEASE, f"{max(took):.3f} s")
    return spread(took)


def longest_time(bench, rounds):
    """the longest time on ends though the peer renews, and the output stays safe until it is commanded safe once"""
    peer, line = bench.peer(), OUTPUTS[SHORT][1]
    bench.log.clear()
    peer.renew_until(SAFE | 1 << SHORT, lambda state: state.tripped == 1 << SHORT, "the time is used up")
    went_on, went_off = bench.log.moment(line, 1, 0), bench.log.moment(line, 0, 0)
    peer.renew_for(SAFE | 1 << SHORT, 1.2)
    require(bench.log.levels(line) == [1, 0], f"it was put to {bench.log.levels(line)}")
    peer.renew_until(SAFE, lambda state: state.tripped == 0, "commanded safe")
    peer.renew_until(SAFE | 1 << SHORT, lambda state: state.levels >> SHORT & 1, "on again")
    require(0.99 <= went_off - went_on <= 1 + SLACK, f"it was on for {went_off - went_on:.3f} s")
    return f"{went_off - went_on:.3f} s on, 1 s allowed"


def emergency_stop(bench, rounds):
    """the emergency stop: every output safe by the guard alone, and none comes back by itself"""
    peer = with_outputs_on(bench)
    begin = time.monotonic()
    bench.chip.drive(LINE[STOP], 1)
    peer.renew_until(0b00011, lambda state: state.is_stopped, "the stop is told")
    require(bench.are_safe(), f"pins {bench.levels()}")
    took = bench.log.moment(0, safe_pin(0), begin) - begin
    bench.chip.drive(LINE[STOP], 0)
    bench.log.clear()
    peer.renew_until(0b00011, lambda state: not state.is_stopped, "released")
    peer.renew_for(0b00011, 0.5)
    require(bench.log.entries() == [], "an output came back by itself")
    peer.renew_until(SAFE, lambda state: state.levels == SAFE, "commanded safe")
    peer.renew_until(0b00011, lambda state: state.levels == 0b00011, "on again")
    return f"{1000 * took:.1f} ms, debounce 10 ms"


def malformed(bench, rounds):
    """a malformed frame: every output safe, the peer cut off, the guard goes on"""
    good = frame(2, bytes(40), 300)
    bad = [b"\x01", b"TG", b"TG\x01\x02", good[:-1], good + b"\0", b"XG" + good[2:], b"TG\x02\x02" + good[4:],
           b"TG\x01\x7f" + good[4:], frame(2, bytes(40), 0), frame(2, bytes(40), 2001), frame(2, bytes(39) + b"\x01", 300),
           b"T" * 4096, frame(0x83, bytes(80)), good]
    for number, data in enumerate(bad):
        peer = with_outputs_on(bench)
        peer.socket.send(data)
        eventually(lambda: bench.are_safe() and peer.is_cut_off(), f"{data[:8].hex()} of {len(data)} bytes")
        require(bench.guard.said().count("malformed") == number + 1, f"frame {number} was not called malformed")
    return f"{len(bad)} kinds"


def random_frames(bench, rounds):
    """2000 random frames put no output to anything but its safe level"""
    seeded = random.Random(20260301)
    bench.log.clear()
    for _ in range(2000):
        end = connect(bench.guard)
        try:
            end.send(frame(1, FINGERPRINT.to_bytes(8, "little")))
            body = bytearray(seeded.randbytes(seeded.choice([4, 16, 44, 48, 48, 48, seeded.randrange(1, 200)])))
            body[:3] = b"TG\x01" if seeded.random() < 0.7 else body[:3]
            if is_lease(body):
                continue
            end.send(body)
        except BrokenPipeError:
            pass
        finally:
            end.close()
    require(bench.guard.process.poll() is None, "the guard died")
    moved = [entry for entry in bench.log.entries() if entry[2] != safe_pin(entry[1])]
    require(moved == [], f"lines were driven: {moved[:3]}")
    with_outputs_on(bench).close()


def is_lease(body):
    """A random frame that happens to be a good one would be obeyed, and rightly."""
    return len(body) == 48 and bytes(body[:4]) == b"TG\x01\x02"


def wrong_user(bench, rounds):
    """another user is kept out by the directory, and turned away by the guard where the directory is open"""
    require(as_nobody(bench, lambda: connect(bench.guard)) == errno.EACCES, "the directory let another user in")
    os.chmod(bench.guard.folder, 0o755)
    os.chmod(bench.guard.folder + "/guard.sock", 0o666)
    peer = with_outputs_on(bench)
    peer.close()
    eventually(bench.are_safe, "safe")
    bench.log.clear()

    def try_to_talk():
        end = connect(bench.guard)
        try:
            end.send(frame(1, FINGERPRINT.to_bytes(8, "little")))
        except BrokenPipeError:
            pass
        answer = end.recv(100)
        raise OSError(int.from_bytes(answer[4:8], "little") if answer[3] == 0x82 else 0, "answer")

    require(as_nobody(bench, try_to_talk) == 4, "the guard served another user")
    require(bench.log.entries() == [], "a line was driven")
    with_outputs_on(bench).close()


def as_nobody(bench, action):
    """The error number with which an action of another user ends; 0 for none."""
    child = os.fork()
    if child == 0:
        result = 0
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            action()
        except OSError as error:
            result = error.errno
        os._exit(result)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def second_peer(bench, rounds):
    """a second peer is told that the place is taken, and the first goes on"""
    peer = with_outputs_on(bench)
    end = connect(bench.guard)
    answer = end.recv(100)
    require(answer[3] == 0x82 and answer[4] == 3, f"answer {answer.hex()}")
    peer.renew_for(0b00011, 0.3)
    require(is_on(bench, 0), "the first was cut off")


def ended_guard(bench, rounds):
    """SIGTERM: every output is put to safe before it is let go"""
    peer = with_outputs_on(bench)
    bench.log.clear()
    bench.guard.signal(signal.SIGTERM)
    require(bench.guard.process.wait(5) == 0, "it did not end well")
    for output, (name, line, *_) in enumerate(OUTPUTS[:SHORT]):
        require(bench.log.levels(line) == [safe_pin(output)], f"{name} was put to {bench.log.levels(line)}")
    peer.close()


def second_guard(bench, rounds):
    """a second guard in the same directory does not start, and takes no line"""
    bench.log.clear()
    second = subprocess.Popen([bench.guard.programs + "/tidegate-guard", bench.guard.folder], stderr=subprocess.DEVNULL)
    require(second.wait(5) == 1, "it started")
    require(bench.log.entries() == [], "it drove lines")


def killed_guard(bench, rounds):
    """kill -9 of the guard: the kernel lets its lines go; the next guard takes them at their safe level"""
    took = []
    for _ in range(rounds):
        peer = with_outputs_on(bench)
        for output in (0, 1):
            bench.chip.drive(OUTPUTS[output][1], pin(output, True))
        bench.log.clear()
        bench.guard.signal(signal.SIGKILL)
        begin = time.monotonic()
        bench.guard.process.wait()
        require(is_on(bench, 0) and is_on(bench, 1), "the pull does not hold the output on")
        time.sleep(0.2)
        bench.guard.start()
        eventually(bench.are_safe, f"pins {bench.levels()}")
        took.append(bench.log.moment(1, safe_pin(1), begin) - begin)
        for output in range(len(OUTPUTS)):
            require(bench.log.levels(OUTPUTS[output][1]) == [safe_pin(output)], "a glitch of the new guard")
        eventually(bench.guard.is_listening, "it listens")
        peer.close()
    return spread(took) + ", of them 200 until the supervisor starts it (RestartSec)"


CHECKS = [silent_peer, gone_peer, longest_time, emergency_stop, malformed, random_frames, wrong_user, second_peer,
          ended_guard, second_guard, killed_guard]
