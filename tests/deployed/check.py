"""Deploys the stack into ministack, has it drain instances of a simulated AWS, and prints a report as JSON.

    python check.py http://127.0.0.1:4566 infra/template.yaml asg-lifecycle=target/debug/asg-lifecycle ...
"""

import argparse
import pathlib
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).parent.parent / "conformance"))

import drain
import parameters
import roles
import stack
from ministack import Ministack
from report import Report


def main():
    """One command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("world", help="endpoint of the simulated AWS")
    parser.add_argument("template", type=pathlib.Path)
    parser.add_argument("bootstraps", nargs="+", help="the code of each function, as name=file")
    arguments = parser.parse_args()
    bootstraps = dict(bootstrap.split("=", 1) for bootstrap in arguments.bootstraps)
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with Ministack(folder, arguments.world) as ministack:
            begun = time.monotonic()
            stack.deploy(ministack.endpoint, arguments.template, bootstraps, folder)
            report.figures["milliseconds to deploy"] = round(1000 * (time.monotonic() - begun))
            drain.check(arguments.world, ministack.endpoint, report)
            roles.check(ministack.endpoint, report)
            parameters.check(ministack.endpoint, folder, report)
    print(report.text())


if __name__ == "__main__":
    main()
