"""The contract of every line driver, by the very test bundle that runs it against the simulated board."""
import os
import re
import subprocess

from rig import require

# The suite's boards that the guest has: a safety bridge wants a pseudo-terminal or QEMU, and is tried outside.
SUITE = "LineDriverContractTests.*(simulated board|character device|chip that is not there)"


def run(verdict, chip, log, programs, rounds):
    def contract():
        """the contract suite of the line drivers passes on the character device"""
        environment = dict(os.environ, TIDEGATE_GPIO_SIM=chip.sysfs, NO_COLOR="1")
        done = subprocess.run(
            [programs + "/TidegatePackageTests.xctest", "--testing-library", "swift-testing", "--filter", SUITE],
            env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        print(done.stdout)
        lines = done.stdout.splitlines()
        require(done.returncode == 0, "the suite failed")
        require(not any("skipped" in line for line in lines), "a test was skipped")
        cases = re.findall(r'character device keeps the contract" with (\d+) test cases passed', done.stdout)
        require(cases and int(cases[0]) > 0, "the contract was not tried on the character device")
        return f"{cases[0]} cases, {library()}"

    def library():
        listed = subprocess.run(["ldd", programs + "/tidegate-guard"], text=True, stdout=subprocess.PIPE).stdout
        return next(word for word in listed.split() if word.startswith("libgpiod.so"))

    verdict.run(contract)
