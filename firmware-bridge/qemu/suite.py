#!/usr/bin/env python3
"""Runs the checks of the firmware in QEMU, some side by side, one line each; the last line is the verdict.

    suite.py [NAME ...]    all, or those named
"""
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import checks

# Most of a check is waiting for the firmware's clock.
SIDE_BY_SIDE = 4


def run(check):
    began = time.monotonic()
    try:
        note = check()
    except Exception as wrong:
        traceback.print_exc()
        return False, f"FAILED: {name(check)}: {wrong or type(wrong).__name__}"
    return True, f"ok: {name(check)} ({time.monotonic() - began:.1f} s){': ' + note if note else ''}"


def name(check):
    return check.__name__.replace("_", " ")


def main():
    names = sys.argv[1:]
    chosen = [check for check in checks.ALL if not names or check.__name__ in names]
    began = time.monotonic()
    passed = 0
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for holds, said in pool.map(run, chosen):
            passed += holds
            print(said, flush=True)
    verdict = "passed" if chosen and passed == len(chosen) else "FAILED"
    print(f"verdict: {verdict}: {passed} of {len(chosen)} checks in QEMU, {time.monotonic() - began:.0f} s", flush=True)
    sys.exit(0 if verdict == "passed" else 1)


if __name__ == "__main__":
    main()
