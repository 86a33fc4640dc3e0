#!/usr/bin/env python3
"""Runs the checks of the firmware in QEMU, one line each; the last line is the verdict.

    suite.py [NAME ...]    all, or those named
"""
import sys
import time
import traceback

import checks


def run(check):
    began = time.monotonic()
    try:
        note = check()
    except Exception as wrong:
        print(f"FAILED: {name(check)}: {wrong or type(wrong).__name__}", flush=True)
        traceback.print_exc()
        return False
    print(f"ok: {name(check)} ({time.monotonic() - began:.1f} s){': ' + note if note else ''}", flush=True)
    return True


def name(check):
    return check.__name__.replace("_", " ")


def main():
    names = sys.argv[1:]
    chosen = [check for check in checks.ALL if not names or check.__name__ in names]
    began = time.monotonic()
    passed = sum([run(check) for check in chosen])
    verdict = "passed" if chosen and passed == len(chosen) else "FAILED"
    print(f"verdict: {verdict}: {passed} of {len(chosen)} checks in QEMU, {time.monotonic() - began:.0f} s", flush=True)
    sys.exit(0 if verdict == "passed" else 1)


if __name__ == "__main__":
    main()
