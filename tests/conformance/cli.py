"""The AWS CLI over the simulator: what it prints, and its exit codes."""

import json
import os
import subprocess
import sys

AWS = [sys.executable, "-m", "awscli"]
QUEUE = "https://sqs.eu-west-1.amazonaws.com/111122223333/asg-lifecycle"

# The arguments, and what the JSON that is printed must hold somewhere.
ASKED = [
    (["ecs", "list-clusters"], "cluster/shop"),
    (["ecs", "list-container-instances", "--cluster", "shop", "--page-size", "2"], "container-instance/shop/"),
    (["ecs", "describe-services", "--cluster", "shop", "--services", "api"], "ACTIVE"),
    (["ecs", "list-tasks", "--cluster", "shop", "--desired-status", "STOPPED"], "taskArns"),
    (["ecs", "update-service", "--cluster", "shop", "--service", "mail", "--desired-count", "3"], "service/shop/mail"),
    (["ecs", "list-service-deployments", "--cluster", "shop", "--service", "api"], "service-deployment/shop/api/"),
    (["application-autoscaling", "describe-scalable-targets", "--service-namespace", "ecs"], "service/shop/mail"),
    (["ssm", "put-parameter", "--name", "/ops/a", "--value", "b", "--type", "String"], "Standard"),
    (["ssm", "get-parameters-by-path", "--path", "/ops"], "/ops/a"),
    (["lambda", "list-event-source-mappings", "--function-name", "import"], "Enabled"),
    (["lambda", "put-function-concurrency", "--function-name", "import", "--reserved-concurrent-executions", "0"], "0"),
    (["lambda", "delete-function-concurrency", "--function-name", "import"], None),
    (["events", "list-rules", "--name-prefix", "imports"], "rate(1 day)"),
    (["scheduler", "get-schedule", "--name", "nightly", "--group-name", "ops"], "cluster/shop"),
    (["sns", "publish", "--topic-arn", "arn:aws:sns:eu-west-1:111122223333:ops", "--message", "m"], "MessageId"),
    (["secretsmanager", "get-secret-value", "--secret-id", "mail"], "password"),
    (["sts", "get-caller-identity"], "111122223333"),
    (["autoscaling", "describe-auto-scaling-groups", "--auto-scaling-group-names", "web"], "InService"),
    (["autoscaling", "describe-lifecycle-hooks", "--auto-scaling-group-name", "web"], "ebb-leave"),
    (["autoscaling", "describe-scaling-activities", "--max-items", "1"], "Activities"),
    (["autoscaling", "set-desired-capacity", "--auto-scaling-group-name", "batch", "--desired-capacity", "3"], None),
    (["sqs", "get-queue-url", "--queue-name", "asg-lifecycle"], "/111122223333/asg-lifecycle"),
    (["sqs", "send-message", "--queue-url", QUEUE, "--message-body", "from the command line"], "MD5OfMessageBody"),
    (["sqs", "receive-message", "--queue-url", QUEUE, "--wait-time-seconds", "20"], "from the command line"),
    (["events", "put-events", "--entries", '[{"Source":"me","DetailType":"t","Detail":"{}"}]'], "EventId"),
]

# The arguments, and what standard error must hold.
REFUSED = [
    (["ecs", "list-tasks", "--cluster", "nowhere"], "(ClusterNotFoundException)"),
    (["ecs", "create-cluster", "--cluster-name", "x"], "(UnknownOperationException)"),
    (["ecs", "update-service", "--cluster", "shop", "--service", "agent", "--desired-count", "3"], "(InvalidParameterException)"),
    (["ssm", "put-parameter", "--name", "/ops/a", "--value", "c", "--type", "String"], "(ParameterAlreadyExists)"),
    (["elbv2", "describe-target-health", "--target-group-arn", "arn:aws:elasticloadbalancing:none"], "(TargetGroupNotFound)"),
    (["lambda", "get-function-concurrency", "--function-name", "none"], "(ResourceNotFoundException)"),
    (["scheduler", "get-schedule", "--name", "none"], "(ResourceNotFoundException)"),
    (["sns", "publish", "--topic-arn", "arn:aws:sns:eu-west-1:111122223333:none", "--message", "m"], "(NotFound)"),
    (["autoscaling", "describe-policies"], "(InvalidAction)"),
    (["sqs", "get-queue-url", "--queue-name", "none"], "(AWS.SimpleQueueService.NonExistentQueue)"),
]


def check(account, report, _operations):
    """Each command once; an unknown operation in between ends nothing."""
    endpoint = account.clients["ecs"].meta.endpoint_url
    for arguments, holds in ASKED:
        ran = _aws(endpoint, arguments)
        name = " ".join(arguments[:2])
        report.claim(ran.returncode == 0, f"{name}: {ran.returncode} {ran.stderr}")
        if holds is None:
            report.claim(ran.stdout == "", f"{name} prints nothing: {ran.stdout}")
        else:
            report.claim(holds in ran.stdout and _is_json(ran.stdout), f"{name}: {ran.stdout}")
    for arguments, holds in REFUSED:
        ran = _aws(endpoint, arguments)
        name = " ".join(arguments[:2])
        report.claim(ran.returncode in (254, 255), f"{name} exits with {ran.returncode}")
        report.claim(holds in ran.stderr, f"{name}: {ran.stderr}")


def _is_json(text):
    try:
        json.loads(text)
        return True
    except ValueError:
        return False


def _aws(endpoint, arguments):
    """The endpoint is given twice: version 1 of the CLI passes over the variable for SQS."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": "/nonexistent",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_MAX_ATTEMPTS": "1",
    }
    command = [*AWS, *arguments, "--output", "json"]
    if arguments[0] == "sqs":
        command += ["--endpoint-url", endpoint]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
