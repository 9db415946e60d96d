"""The edge of the simulated AWS: whose ARNs and URLs it serves, and fields that a client reads beside the main ones."""

import json
import re
import time
from urllib.parse import urlsplit

import names
from botocore.exceptions import ClientError

ACCOUNT, REGION = "111122223333", "eu-west-1"
TRIES = 100


def check(account, report, _operations):
    """Reads first, then the end of an instance."""
    known = names.found(account)
    for part in (_addresses, _foreign_arns, _malformed_ids, _zones, _clusters, _activities, _service_events, _fields):
        try:
            part(account, known, report)
        except (ClientError, LookupError, TypeError) as error:
            report.fail(f"{part.__name__}: {error!r}")
    _nulls(account, report)


def _refused(account, report, service, operation, code, text, **parameters):
    """A request is refused with a code and a text."""
    error = account.ask(service, operation, "edge", **parameters).get("Error", {})
    answered = (error.get("Code", "ok").split(".")[-1], error.get("Message", ""))
    report.claim(answered == (code, text), f"{operation} {parameters}: {answered} instead of {(code, text)}")


def _addresses(account, known, report):
    """An SDK that takes the queue's URL for its endpoint stays here. AWS SDK for JavaScript v3: useQueueUrlAsEndpoint."""
    sqs = account.clients["sqs"]
    here = urlsplit(sqs.meta.endpoint_url)
    url = urlsplit(sqs.get_queue_url(QueueName=known.queue)["QueueUrl"])
    report.claim((url.scheme, url.netloc) == (here.scheme, here.netloc), f"the URL is of this host: {url.geturl()}")
    report.claim(url.path == f"/{ACCOUNT}/{known.queue}", f"the URL has the account and the name: {url.path}")
    paths = [f"/{ACCOUNT}/{known.queue}"]
    for host in (f"https://sqs.{REGION}.amazonaws.com", f"https://{REGION}.queue.amazonaws.com", "http://localhost:1"):
        answer = account.ask("sqs", "GetQueueAttributes", "edge", QueueUrl=host + paths[0], AttributeNames=["QueueArn"])
        arn = answer.get("Attributes", {}).get("QueueArn")
        report.claim(arn == f"arn:aws:sqs:{REGION}:{ACCOUNT}:{known.queue}", f"{host} leads to the queue: {answer}")
    for foreign in (
        f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/{known.queue}",
        f"https://sqs.{REGION}.amazonaws.com/444455556666/{known.queue}",
        f"{here.geturl()}/{known.queue}",
    ):
        answer = account.ask("sqs", "GetQueueAttributes", "edge", QueueUrl=foreign)
        report.claim("NonExistentQueue" in answer.get("Error", {}).get("Code", "ok"), f"{foreign} is no queue: {answer}")


def _foreign_arns(account, known, report):
    """aws/aws-cli#3175, aws-actions/amazon-ecs-deploy-task-definition#261, aws/aws-toolkit-vscode#2915."""
    refused = lambda *parameters, **more: _refused(account, report, "ecs", *parameters, **more)  # noqa: E731
    code = "InvalidParameterException"
    elsewhere = f"arn:aws:ecs:us-east-1:{ACCOUNT}:cluster/shop"
    foreign = f"arn:aws:ecs:{REGION}:444455556666:cluster/shop"
    theirs = f"Identifier is for 444455556666. Your accountId is {ACCOUNT}"
    for operation in ("ListTasks", "ListContainerInstances", "ListServices"):
        refused(operation, code, "Invalid Region in ARN", cluster=elsewhere)
        refused(operation, code, theirs, cluster=foreign)
    refused("DescribeClusters", code, "Invalid Region in ARN", clusters=["shop", elsewhere])
    task, instance = known.standalone[0], known.container_instances[0]
    for operation, parameter, one in (
        ("DescribeTasks", "tasks", task),
        ("GetTaskProtection", "tasks", task),
        ("DescribeContainerInstances", "containerInstances", instance),
        ("DescribeServices", "services", f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/shop/api"),
    ):
        here = {"cluster": known.cluster}
        refused(operation, code, "Invalid Region in ARN", **here, **{parameter: [one.replace(REGION, "us-east-1")]})
        refused(operation, code, theirs, **here, **{parameter: [one.replace(ACCOUNT, "444455556666")]})
        other = "Invalid identifier: Identifier is for cluster other. Your cluster is shop"
        refused(operation, code, other, **here, **{parameter: [one.replace("/shop/", "/other/")]})


def _malformed_ids(account, known, report):
    """aws/aws-cli#10057, aws-samples/semantic-search-aws-docs#5, awslabs/amazon-ecs-nodejs-microservices#18."""
    refused = lambda *parameters, **more: _refused(account, report, "ecs", *parameters, **more)  # noqa: E731
    code, here = "InvalidParameterException", {"cluster": known.cluster}
    length = "taskId length should be one of [32,36]"
    refused("DescribeTasks", code, length, **here, tasks=["None"])
    refused("GetTaskProtection", code, length, **here, tasks=[known.standalone[0], "short"])
    refused("StopTask", code, length, **here, task="None")
    length = "instanceId length should be one of [32,36]"
    refused("DescribeContainerInstances", code, length, **here, containerInstances=["i-0123456789abcdef0"])
    refused("UpdateContainerInstancesState", code, length, **here, containerInstances=["None"], status="DRAINING")
    separators = "Invalid identifier: Unexpected number of separators"
    refused("DescribeTasks", code, separators, **here, tasks=["shop/" + "0" * 32])
    cluster = "Cluster must match ^[a-zA-Z0-9\\-_]{1,255}$, but was the shop"
    refused("ListTasks", code, cluster, cluster="the shop")
    short = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/{known.standalone[0].split('/')[-1]}"
    refused("DescribeTasks", code, "Unsupported resource type: cluster", **here, tasks=[short.replace(":task/", ":cluster/")])


def _zones(account, known, report):
    """Zones: Auto Scaling user guide, auto-scaling-benefits, "Instance distribution"."""
    groups, ecs = account.clients["autoscaling"], account.clients["ecs"]
    group = groups.describe_auto_scaling_groups(AutoScalingGroupNames=[known.group])["AutoScalingGroups"][0]
    zones = [instance["AvailabilityZone"] for instance in group["Instances"]]
    counts = [zones.count(zone) for zone in group["AvailabilityZones"]]
    report.claim(max(counts) - min(counts) <= 1, f"the zones are balanced: {counts}")
    mine = {instance["InstanceId"]: instance for instance in group["Instances"]}
    described = ecs.describe_container_instances(cluster=known.cluster, containerInstances=known.container_instances)
    for instance in described["containerInstances"]:
        of_group = mine[instance["ec2InstanceId"]]
        attributes = {attribute["name"]: attribute.get("value") for attribute in instance["attributes"]}
        agreed = (attributes["ecs.availability-zone"], attributes["ecs.instance-type"])
        expected = (of_group["AvailabilityZone"], of_group["InstanceType"])
        report.claim(agreed == expected, f"ECS and Auto Scaling agree: {agreed}, {expected}")
        tasks = ecs.list_tasks(cluster=known.cluster, containerInstance=instance["containerInstanceArn"])["taskArns"]
        shown = ecs.describe_tasks(cluster=known.cluster, tasks=tasks)["tasks"]
        report.claim({task["availabilityZone"] for task in shown} == {expected[0]}, "tasks are in the instance's zone")


def _clusters(account, known, report):
    """What `include` asks for."""
    describe = account.clients["ecs"].describe_clusters
    asked = describe(clusters=[known.cluster], include=["SETTINGS", "STATISTICS"])["clusters"][0]
    report.claim(asked["settings"][0]["name"] == "containerInsights", f"settings: {asked}")
    report.claim("runningEC2TasksCount" in {one["name"] for one in asked["statistics"]}, f"statistics: {asked}")
    report.claim(describe(clusters=[known.cluster])["clusters"][0]["statistics"] == [], "no statistics unasked")


def _activities(account, known, report):
    """Auto Scaling user guide, ec2-auto-scaling-verify-scaling-activity; API reference, the operation's example."""
    groups, time_of = account.clients["autoscaling"], r"At \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    instance = known.ec2_instances[-1]
    ended = groups.terminate_instance_in_auto_scaling_group(InstanceId=instance, ShouldDecrementDesiredCapacity=False)
    activity = ended["Activity"]
    report.claim((activity["StatusCode"], activity["Progress"]) == ("InProgress", 0), f"just begun: {activity}")
    cause = rf"{time_of} instance {instance} was taken out of service in response to a user request\."
    report.claim(re.fullmatch(cause, activity["Cause"]), f"the cause of a request: {activity['Cause']}")
    groups.set_desired_capacity(AutoScalingGroupName=known.group, DesiredCapacity=4)
    request = rf"{time_of} a user request explicitly set group desired capacity changing the desired capacity from 3 to 4\."
    difference = rf"{time_of} an instance was started in response to a difference between desired and actual capacity, " \
        r"increasing the capacity from \d to \d\."
    launched = _until(lambda: [
        one["Cause"] for one in groups.describe_scaling_activities(AutoScalingGroupName=known.group)["Activities"]
        if re.fullmatch(f"{request}  {difference}", one["Cause"])
    ])
    report.claim(launched, "a launch has the request and the difference of capacities for its cause")


def _service_events(account, known, report):
    """ECS developer guide, service-event-messages; the words are those of the field: "(service x) registered 1 targets"."""
    ecs, here = account.clients["ecs"], {"cluster": known.cluster}
    ecs.stop_task(**here, task=known.of_service[0])
    group = rf"targets in \(target-group arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/"
    for wanted in (
        rf"\(service api\) deregistered 1 {group}",
        r"\(service api, taskSet ecs-svc/\d+\) has begun draining connections on 1 tasks\.",
        rf"\(service api\) registered 1 {group}",
    ):
        events = lambda: [  # noqa: E731
            event["message"] for event in ecs.describe_services(**here, services=["api"])["services"][0]["events"]
        ]
        report.claim(_until(lambda: [one for one in events() if re.match(wanted, one)]), f"{wanted} in {events()}")


def _fields(account, known, report):
    """`executionStoppedAt` (API reference, Task); `DeadLetterQueueSourceArn` (SQS); `Time` of a direct notification."""
    ecs, sqs = account.clients["ecs"], account.clients["sqs"]
    stopped = lambda: ecs.describe_tasks(cluster=known.cluster, tasks=known.of_service[:1])["tasks"][0]  # noqa: E731
    _until(lambda: stopped()["lastStatus"] == "STOPPED")
    task = stopped()
    between = task["stoppingAt"] <= task.get("executionStoppedAt", task["createdAt"]) <= task["stoppedAt"]
    report.claim(between, f"the execution stopped in between: {task}")
    bodies = []
    _until(lambda: bodies.extend(json.loads(body) for body in _bodies(sqs, known.queue_url)) or len(bodies) >= 2)
    times = [body["Time"] for body in bodies if "LifecycleTransition" in body]
    exact = times and all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", one) for one in times)
    report.claim(exact, f"the time of a notification has three digits: {times}")
    dead = sqs.get_queue_url(QueueName=f"{known.queue}-dead-letters")["QueueUrl"]
    sqs.send_message(QueueUrl=known.queue_url, MessageBody="poison")
    letters = _until(lambda: _after_receives(sqs, known.queue_url, dead))
    source = letters[0].get("Attributes", {}).get("DeadLetterQueueSourceArn") if letters else None
    report.claim(source == f"arn:aws:sqs:{REGION}:{ACCOUNT}:{known.queue}", f"a dead letter names its queue: {letters}")


def _bodies(sqs, url):
    messages = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in messages]


def _after_receives(sqs, url, dead):
    """Receives without deleting, until the message is in the dead-letter queue."""
    sqs.receive_message(QueueUrl=url, VisibilityTimeout=0, MaxNumberOfMessages=10)
    return sqs.receive_message(QueueUrl=dead, MessageSystemAttributeNames=["All"]).get("Messages")


def _nulls(account, report):
    """AWS leaves out members without a value."""
    for answer in account.answers:
        if answer.protocol == "json" and answer.body:
            empty = [name for name, value in json.loads(answer.body).items() if value is None]
            report.claim(not empty, f"{answer.operation} has null members: {empty}")


def _until(asked):
    for _ in range(TRIES):
        if found := asked():
            return found
        time.sleep(0.2)
    return None
