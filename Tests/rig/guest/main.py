"""Runs one group of checks in the guest and leaves the verdict."""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))

import contract
import controller
import guard
import lines
import watchdog
from rig import Chip, LevelLog, Verdict

GROUPS = {"contract": contract, "lines": lines, "guard": guard, "controller": controller, "watchdog": watchdog}


def main():
    programs, rounds = os.environ["RIG_PROGRAMS"], int(os.environ["RIG_ROUNDS"])
    verdict = Verdict("/mnt/verdict")
    GROUPS[os.environ["RIG_GROUP"]].run(verdict, Chip(), LevelLog(), programs, rounds)
    verdict.close()


main()
