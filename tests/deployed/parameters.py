"""The stack with no parameter at its default: it is created, and its resources have the values."""

import json
import pathlib

import stack
from ministack import ACCOUNT, REGION

NAME = "with-every-parameter"
GIVEN = json.loads((pathlib.Path(__file__).parent / "parameters.json").read_text())


def check(endpoint, folder, report):
    """Creates a second stack beside the one that drains, from the same packaged template."""
    stack.create(endpoint, folder, NAME, GIVEN)
    session = stack.session_of_the_account()
    client = {
        name: session.client(name, endpoint_url=endpoint)
        for name in ["cloudformation", "cloudwatch", "events", "iam", "lambda", "logs", "sqs"]
    }
    shown = client["cloudformation"].describe_stacks(StackName=NAME)["Stacks"][0]
    report.claim(shown["StackStatus"] == "CREATE_COMPLETE", f"it is created: {shown['StackStatus']}")
    passed = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in shown["Parameters"]}
    report.claim(passed == GIVEN, f"with every parameter: {passed}")

    rule = client["events"].describe_rule(Name=f"{GIVEN['Name']}-lifecycle-actions", EventBusName=GIVEN["EventBusName"])
    hooks = json.loads(rule["EventPattern"])["detail"]["LifecycleHookName"]
    expected = f"{GIVEN['Hooks']},{GIVEN['LaunchHooks']}".split(",")
    report.claim(hooks == expected, f"the rule lists the hooks: {hooks}")

    for name in stack.FUNCTIONS:
        _check_function(client, name, report)

    alarms = client["cloudwatch"].describe_alarms(AlarmNamePrefix=f"{GIVEN['Name']}-")["MetricAlarms"]
    report.claim(len(alarms) >= 9, f"there are alarms: {len(alarms)}")
    topics = {GIVEN["AlarmTopicArn"], f"arn:aws:sns:{REGION}:{ACCOUNT}:{GIVEN['Name']}-alarms"}
    for alarm in alarms:
        report.claim(set(alarm["AlarmActions"]) == topics, f"{alarm['AlarmName']}: {alarm['AlarmActions']}")


def _check_function(client, name, report):
    """One function, with its queue, its role and its log."""
    full = f"{GIVEN['Name']}-{name}"
    function = client["lambda"].get_function_configuration(FunctionName=full)
    report.claim(function["Architectures"] == [GIVEN["Architecture"]], f"{name}: {function['Architectures']}")
    report.claim(function["Environment"]["Variables"]["EBB_MODE"] == GIVEN["Mode"], f"{name} has the mode")
    role = client["iam"].get_role(RoleName=function["Role"].rsplit("/", 1)[1])["Role"]
    report.claim(role["Path"] == GIVEN["RolePath"], f"{name}: {role['Path']}")

    url = client["sqs"].get_queue_url(QueueName=full)["QueueUrl"]
    queue = client["sqs"].get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    report.claim(queue.get("KmsMasterKeyId") == GIVEN["KeyArn"], f"{name}: {queue}")

    group = client["logs"].describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{full}")["logGroups"][0]
    report.claim(str(group.get("retentionInDays")) == GIVEN["LogRetention"], f"{name}: {group}")
