"""Runs one check against an endpoint, and prints its report as JSON.

    python check.py shapes http://127.0.0.1:4566 --operations ecs:ListTasks,...
"""

import argparse
import importlib

from account import Account
from report import Report

CHECKS = ["cli", "edge", "examples", "moto", "pages", "queues", "shapes", "throttles", "waits", "worker"]


def main():
    """One command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("check", choices=CHECKS)
    parser.add_argument("endpoint")
    parser.add_argument("--operations", default="", help="the simulator's, as service:Operation,...")
    arguments = parser.parse_args()
    report = Report()
    operations = sorted(filter(None, arguments.operations.split(",")))
    name = "against_moto" if arguments.check == "moto" else arguments.check
    importlib.import_module(name).check(Account(arguments.endpoint), report, operations)
    print(report.text())


if __name__ == "__main__":
    main()
