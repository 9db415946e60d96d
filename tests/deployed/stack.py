"""infra/template.yaml deployed by the commands of infra/README.md: packaged, then created as a stack by the AWS CLI."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import boto3
from ministack import KEYS, REGION

FUNCTIONS = ["asg-lifecycle", "spot-interruption", "ecs-state-change", "sweep"]
BUCKET = "code"
# ministack has no metric math: it refuses this alarm.
LEFT_OUT = ["ThrottlesAlarm"]

NAME = "ebb"
BUS = "tried"
# No account can send events as AWS does.
SOURCE = "tried"
# The second hook is that of the poison message.
PARAMETERS = {"EventBusName": BUS, "EventSource": SOURCE, "SettleTime": "1s", "Hooks": "ebb,ebb-terminate"}


def session_of_the_account():
    """A session of boto3 in the account that the stack stands in."""
    return boto3.session.Session(region_name=REGION, **{name.lower(): value for name, value in KEYS.items()})


def deploy(endpoint, template, bootstraps, folder):
    """Creates the stack, with these bootstraps as its code."""
    aws = _Cli(endpoint)
    _lay_out(template, bootstraps, folder)
    session = session_of_the_account()
    session.client("s3", endpoint_url=endpoint).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    session.client("events", endpoint_url=endpoint).create_event_bus(Name=BUS)
    packaged = folder / "ebb.json"
    source = ["--template-file", str(folder / "infra/template.yaml"), "--s3-bucket", BUCKET]
    aws("cloudformation", "package", "--use-json", *source, "--output-template-file", str(packaged))
    packaged.write_text(json.dumps(_adapted(json.loads(packaged.read_text()))))
    create(endpoint, folder, NAME, PARAMETERS)


def create(endpoint, folder, name, parameters):
    """Creates a stack of the packaged template."""
    overrides = [f"{parameter}={value}" for parameter, value in parameters.items()]
    source = ["--template-file", str(folder / "ebb.json"), "--s3-bucket", BUCKET, "--stack-name", name]
    options = ["--capabilities", "CAPABILITY_IAM", "--parameter-overrides", *overrides]
    _Cli(endpoint)("cloudformation", "deploy", *source, *options)


def _lay_out(template, bootstraps, folder):
    """The template and the code beside each other, as they are in the project after `cargo lambda build`."""
    (folder / "infra").mkdir()
    shutil.copy(template, folder / "infra/template.yaml")
    for name in FUNCTIONS:
        there = folder / "target/lambda" / name
        there.mkdir(parents=True)
        shutil.copy(bootstraps[name], there / "bootstrap")
        # A build with debug information is larger than a function may be.
        if shutil.which("strip"):
            subprocess.run(["strip", str(there / "bootstrap")], check=True)
        with zipfile.ZipFile(there / "bootstrap.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(there / "bootstrap", "bootstrap")


def _adapted(template):
    """The packaged template without what ministack lacks, and with what it asks for and AWS does not."""
    resources = template["Resources"]
    for name in LEFT_OUT:
        del resources[name]
    for mapping in resources.values():
        if mapping["Type"] == "AWS::Lambda::EventSourceMapping":
            mapping["Properties"]["ScalingConfig"] = {"MaximumConcurrency": 2}
    for role in resources.values():
        for policy in role.get("Properties", {}).get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                # SQS developer guide, sqs-api-permissions-reference: sqs:SendMessage lets SendMessageBatch in.
                if statement["Action"] == "sqs:SendMessage":
                    statement["Action"] = ["sqs:SendMessage", "sqs:SendMessageBatch"]
    return template


class _Cli:
    """The AWS CLI of this Python."""

    def __init__(self, endpoint):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self._environment = {**clean, **KEYS, "AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": REGION}

    def __call__(self, *arguments):
        command = [sys.executable, "-m", "awscli", *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"aws {' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
