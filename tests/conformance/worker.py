"""A worker outside, in boto3 and with nothing of ebb: it takes an instance out of service by what the queue tells it."""

import json
import time

import names

TERMINATE = "EC2 Instance-terminate Lifecycle Action"
TRIES = 100


def check(account, report, _operations):
    """From the termination of an instance to the end of it, and the schedule's messages beside it."""
    known = names.found(account)
    instance = known.ec2_instances[0]
    groups, sqs = account.clients["autoscaling"], account.clients["sqs"]
    groups.terminate_instance_in_auto_scaling_group(InstanceId=instance, ShouldDecrementDesiredCapacity=True)
    action = _told(sqs, known.queue_url, report)
    report.claim(action["EC2InstanceId"] == instance, "the event names the instance")
    report.claim(_state(groups, instance) == "Terminating:Wait", "which waits")
    theirs = sqs.get_queue_url(QueueName="of-another-tool")["QueueUrl"]
    other = []
    _until(lambda: other.extend(sqs.receive_message(QueueUrl=theirs, WaitTimeSeconds=20).get("Messages", [])) or other)
    hooks = [json.loads(message["Body"])["detail"]["LifecycleHookName"] for message in other]
    report.claim(hooks == ["other-leave"], f"the other hook's events reach the queue of its own tool: {hooks}")
    _drain(account, known, instance, report)
    held = {"AutoScalingGroupName": action["AutoScalingGroupName"], "LifecycleHookName": action["LifecycleHookName"]}
    token = action["LifecycleActionToken"]
    groups.record_lifecycle_action_heartbeat(**held, LifecycleActionToken=token)
    groups.complete_lifecycle_action(**held, LifecycleActionToken=token, LifecycleActionResult="CONTINUE")
    report.claim(_state(groups, instance) == "Terminating:Wait", "the other hook still holds it")
    held["LifecycleHookName"] = "other-leave"
    groups.complete_lifecycle_action(**held, InstanceId=instance, LifecycleActionResult="CONTINUE")
    gone = _until(lambda: _state(groups, instance) is None)
    report.claim(gone, "the instance leaves its group")
    listed = {"cluster": known.cluster, "filter": f"ec2InstanceId == {instance}"}
    ecs = account.clients["ecs"]
    left = _until(lambda: not ecs.list_container_instances(**listed)["containerInstanceArns"])
    report.claim(left, "its container instance is deregistered")
    sweep = sqs.get_queue_url(QueueName="sweep")["QueueUrl"]
    swept = _until(lambda: "Messages" in sqs.receive_message(QueueUrl=sweep, WaitTimeSeconds=20))
    report.claim(swept, "the schedule sends its messages")


def _told(sqs, url, report):
    """The detail of the lifecycle action's event; the hook's own notification comes to the same queue."""
    bodies = []
    for _ in range(TRIES):
        for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            bodies.append(json.loads(message["Body"]))
        if len(bodies) >= 2:
            break
    events = [body["detail"] for body in bodies if body.get("detail-type") == TERMINATE]
    direct = [body for body in bodies if "LifecycleTransition" in body]
    report.claim(len(events) == len(direct) == 1, f"one event, and one notification of the hook: {bodies}")
    return events[0]


def _drain(account, known, instance, report):
    """DRAINING, the standalone tasks stopped, the others waited for."""
    ecs, here = account.clients["ecs"], {"cluster": known.cluster}
    found = ecs.list_container_instances(**here, filter=f"ec2InstanceId == {instance}")["containerInstanceArns"]
    drained = ecs.update_container_instances_state(**here, containerInstances=found, status="DRAINING")
    report.claim(drained["containerInstances"][0]["ec2InstanceId"] == instance, "it is the instance's own")
    for task in known.standalone:
        ecs.stop_task(**here, task=task)
    tasks = [_tasks(ecs, here, found[0])]
    report.claim(len(tasks[0]) > 0, "there is something to wait for")

    def empty():
        tasks.append(_tasks(ecs, here, found[0]))
        return not tasks[-1]

    report.claim(_until(empty), f"the last task ends: {tasks[-1]}")


def _tasks(ecs, here, container_instance):
    """The tasks whose last status is not STOPPED."""
    arns = [
        arn
        for status in ("RUNNING", "STOPPED")
        for arn in ecs.list_tasks(**here, containerInstance=container_instance, desiredStatus=status)["taskArns"]
    ]
    described = ecs.describe_tasks(**here, tasks=arns)["tasks"] if arns else []
    return [task["taskArn"] for task in described if task["lastStatus"] != "STOPPED"]


def _state(groups, instance):
    shown = groups.describe_auto_scaling_instances(InstanceIds=[instance])["AutoScalingInstances"]
    return shown[0]["LifecycleState"] if shown else None


def _until(holds):
    """Whether it holds before long."""
    for _ in range(TRIES):
        if holds():
            return True
        time.sleep(0.1)
    return False
