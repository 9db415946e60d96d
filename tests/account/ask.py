"""Drains one instance in an AWS account, asks what no page answers, removes everything, and prints a table.

    python3 tests/account/ask.py --bucket YOUR-BUCKET

Needs the AWS CLI 2 with credentials and a Region, and the functions built as infra/README.md says. See README.md beside it.
"""

import argparse
import os
import pathlib
import sys
import tempfile

import stacks
from cli import Aws, Refused
from drain import drain
from questions import QUESTIONS
from world import World

COST = """\
This creates two stacks in the account {account}, Region {region}, and deletes them at the end, in about an hour.

  EC2            2 t3.micro, for a while 3, with public addresses   3 x (0.0104 + 0.005) USD an hour   0.05 USD
  EBS            3 volumes of 30 GB for an hour                     90 GB x 0.08 USD / 730 h           0.01 USD
  CloudWatch     10 alarms, a dashboard, a few MB of logs           10 x 0.10 USD / 730 h              0.01 USD
  Lambda, SQS    some hundred invocations, some thousand requests                                      0.01 USD

Prices of us-east-1 without free tiers. Less than 0.20 USD, if everything is deleted. Until then the instances go on costing.
"""


def main():
    """One command line."""
    arguments = _arguments()
    aws = Aws(arguments.aws)
    name = arguments.name
    if arguments.cluster:
        _ask(World(aws, arguments.cluster, arguments.group, arguments.service), arguments.only)
        return
    if not arguments.bucket:
        sys.exit("give --bucket, the name of a bucket in the Region, for the code of the functions")
    if arguments.delete:
        stacks.delete(aws, name, arguments.bucket)
        return
    account = aws("sts", "get-caller-identity")["Account"]
    region = _region(aws)
    print(COST.format(account=account, region=region))
    if not arguments.yes and input("Type yes to begin: ") != "yes":
        sys.exit("nothing was created")
    try:
        with tempfile.TemporaryDirectory() as folder:
            _say("creates the stack of ebb")
            stacks.create_ebb(aws, name, arguments.bucket, pathlib.Path(folder))
        _say("creates the stack of the container instances")
        stacks.create_world(aws, name)
        _ask(World(aws, name, name, name), arguments.only)
    finally:
        _say("deletes everything")
        stacks.delete(aws, name, arguments.bucket)


def _region(aws):
    """The Region that the AWS CLI uses."""
    named = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return named or aws.run("configure", "get", "region").strip()


def _ask(world, only):
    """The drain and the questions, as rows of one table."""
    rows = []
    _say("waits for two container instances")
    instances = world.wait_for_active(2)
    if only in ("all", "drain"):
        _say(f"terminates {instances[0]} in its group")
        for what, seconds in drain(world, instances[0]).items():
            rows.append((f"a drain: {what}", _OF_A_DRAIN.get(what, ""), f"{seconds} s"))
        instances = world.wait_for_active(2)
    if only in ("all", "questions"):
        container = world.container_instances()[instances[-1]]["containerInstanceArn"]
        for question in QUESTIONS:
            _say(f"asks: {question.name}")
            rows.append((question.name, question.simulator_says, _asked(question, world, container)))
    print(_table(rows))


# Times of the simulator, seconds after the call, with its default switches.
_OF_A_DRAIN = {
    "Terminating:Wait": "1 s to 5 s",
    "DRAINING": "2 s to 8 s",
    "no task counted": "the longest task, and its replacement",
    "completed": "10 s after the last task",
    "container instance gone": "1 s to 10 s after the termination",
}


def _asked(question, world, container):
    try:
        return question.ask(world, container)
    except (Refused, RuntimeError) as error:
        return f"cannot ask: {error}".splitlines()[0]


def _table(rows):
    rows = [("question", "simulator says", "AWS said"), *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _say(text):
    print(text, file=sys.stderr, flush=True)


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bucket", help="bucket in the Region for the code of the functions")
    parser.add_argument("--name", default="ebb-account-test", help="prefix of everything (default: %(default)s)")
    parser.add_argument("--yes", action="store_true", help="begin without asking")
    parser.add_argument("--delete", action="store_true", help="only delete what a run that broke off left behind")
    parser.add_argument("--only", choices=["all", "drain", "questions"], default="all", help="part to run")
    parser.add_argument("--aws", default="aws", help="command of the AWS CLI (default: %(default)s)")
    there = parser.add_argument_group("a cluster that is there already, such as that of `ebb sim`: nothing is created or deleted")
    there.add_argument("--cluster")
    there.add_argument("--group")
    there.add_argument("--service")
    return parser.parse_args()


if __name__ == "__main__":
    main()
