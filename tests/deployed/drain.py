"""Instances of the simulated AWS are drained by the deployed functions, and told of by nothing but the event bus."""

import json
import pathlib
import time

import stack
from account import Account

EVENTS = pathlib.Path(__file__).parent.parent.parent / "fixtures/events"
# What the simulated AWS tells, as its own rules sort it.
QUEUES = ["asg-lifecycle", "spot-interruption", "ecs-state-change"]
WITHIN = 40


def check(world, endpoint, report):
    """From the events to the end of the drain; a poison message and a Spot notice beside it."""
    story = _Story(world, endpoint)
    leaving, taken_back = story.instances[:2]
    begun = time.monotonic()
    story.put(_event("poison/no-instance.json"))
    notice = _event("spot/interruption-terminate.json")
    story.put({**notice, "detail": {**notice["detail"], "instance-id": taken_back}})
    story.groups.terminate_instance_in_auto_scaling_group(InstanceId=leaving, ShouldDecrementDesiredCapacity=True)
    drained = story.until(lambda: story.status(leaving) == story.status(taken_back) == "DRAINING")
    report.claim(drained, f"both instances are set DRAINING: {story.status(leaving)}, {story.status(taken_back)}")
    report.figures["milliseconds to drain"] = round(1000 * (time.monotonic() - begun))
    report.claim(story.state(leaving) == "Terminating:Wait", "the one that is held waits for its task")
    gone = story.until(lambda: story.state(leaving) != "Terminating:Wait")
    report.claim(gone, "it is let go")
    report.figures["milliseconds to let go"] = round(1000 * (time.monotonic() - begun))
    dead = story.dead_letters("asg-lifecycle")
    report.claim(len(dead) == 1, f"one message is dead-lettered: {dead}")
    reasons = [message["MessageAttributes"]["ebb.reason"]["StringValue"] for message in dead]
    report.claim(all("EC2InstanceId" in reason for reason in reasons), f"with its reason: {reasons}")
    others = {queue: story.dead_letters(queue) for queue in QUEUES[1:]}
    report.claim(not any(others.values()), f"no other: {others}")
    lines = story.logged()
    report.claim(any('"reason":"empty"' in line for line in lines), f"the end is logged: {lines[-5:]}")
    errors = [line for line in lines if '"level":"ERROR"' in line or "AccessDenied" in line]
    report.claim(not errors, f"nothing goes wrong: {errors}")


class _Story:
    """The simulated AWS, and the account that the stack stands in."""

    def __init__(self, world, endpoint):
        self.world = Account(world)
        self.groups, self.ecs = self.world.clients["autoscaling"], self.world.clients["ecs"]
        members = self.groups.describe_auto_scaling_groups()["AutoScalingGroups"][0]["Instances"]
        self.instances = [member["InstanceId"] for member in members]
        session = stack.session_of_the_account()
        here = {name: session.client(name, endpoint_url=endpoint) for name in ["events", "sqs", "logs"]}
        self.events, self.sqs, self.logs = here["events"], here["sqs"], here["logs"]

    def put(self, event):
        """Puts an event on the bus of the rules, from the source that they take for AWS."""
        entry = {
            "EventBusName": stack.BUS,
            "Source": event["source"].replace("aws.", f"{stack.SOURCE}.", 1),
            "DetailType": event["detail-type"],
            "Detail": json.dumps(event["detail"]),
            "Resources": event["resources"],
        }
        answer = self.events.put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            raise RuntimeError(f"{answer}")

    def relay(self):
        """What the simulated AWS has told meanwhile goes on the bus."""
        there = self.world.clients["sqs"]
        for queue in QUEUES:
            url = there.get_queue_url(QueueName=queue)["QueueUrl"]
            for message in there.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
                self.put(json.loads(message["Body"]))
                there.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def until(self, holds):
        """Whether it holds before long; events are passed on meanwhile."""
        end = time.monotonic() + WITHIN
        while not holds():
            if time.monotonic() > end:
                return False
            self.relay()
            time.sleep(0.1)
        return True

    def status(self, instance):
        """The status of an instance's container instance."""
        here = {"cluster": "shop"}
        found = self.ecs.list_container_instances(**here, filter=f"ec2InstanceId == {instance}")
        arns = found["containerInstanceArns"]
        described = self.ecs.describe_container_instances(**here, containerInstances=arns) if arns else {}
        return described["containerInstances"][0]["status"] if arns else None

    def state(self, instance):
        """The lifecycle state of an instance; None once it is gone."""
        shown = self.groups.describe_auto_scaling_instances(InstanceIds=[instance])["AutoScalingInstances"]
        return shown[0]["LifecycleState"] if shown else None

    def dead_letters(self, function):
        """The messages of a dead-letter queue."""
        url = self.sqs.get_queue_url(QueueName=f"{stack.NAME}-{function}-dead-letters")["QueueUrl"]
        asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
        return self.sqs.receive_message(QueueUrl=url, **asked).get("Messages", [])

    def logged(self):
        """What all functions logged."""
        lines = []
        for function in stack.FUNCTIONS:
            group = {"logGroupName": f"/aws/lambda/{stack.NAME}-{function}"}
            for stream in self.logs.describe_log_streams(**group)["logStreams"]:
                told = self.logs.get_log_events(**group, logStreamName=stream["logStreamName"])
                lines += [event["message"] for event in told["events"]]
        return lines


def _event(path):
    return json.loads((EVENTS / path).read_text())
