"""moto's server, and in it the like of `world.toml`, built out of API calls."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from functools import partial

import boto3

from account import REGION
from names import Names


@contextmanager
def served():
    """moto on a port that is free; its endpoint."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-B", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _wait(endpoint, process)
        yield endpoint
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(endpoint, process):
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"moto ended with {process.returncode}")
        try:
            urllib.request.urlopen(f"{endpoint}/moto-api/data.json", timeout=5).close()
            return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError("moto did not begin to listen within a minute")


def build(endpoint):
    """The names of the world that it builds."""
    session = boto3.session.Session(region_name=REGION, aws_access_key_id="any", aws_secret_access_key="any")
    client = partial(session.client, endpoint_url=endpoint)
    ecs, groups, queues = (client(service) for service in ("ecs", "autoscaling", "sqs"))
    names = Names()
    for cluster in ("empty-1", "empty-2", names.cluster):
        ecs.create_cluster(clusterName=cluster)
    _groups(groups, names)
    members = groups.describe_auto_scaling_instances()["AutoScalingInstances"]
    own = [m["InstanceId"] for m in members if m["AutoScalingGroupName"] == names.group]
    others = [m["InstanceId"] for m in members if m["AutoScalingGroupName"] != names.group]
    arns = [_register(ecs, names, instance) for instance in own + others]
    names.ec2_instances, names.container_instances = own, arns[: len(own)]
    _tasks(ecs, names)
    _scaling(client("application-autoscaling"), names)
    names.target_group = _target_group(client("elbv2"), client("ec2"), own[0])
    names.queue_url = _queue(queues, names.queue)
    return names


def _groups(groups, names):
    groups.create_launch_configuration(LaunchConfigurationName="any", ImageId="ami-12345678", InstanceType="m6i.large")
    common = {"LaunchConfigurationName": "any", "MinSize": 0, "AvailabilityZones": ["eu-west-1a", "eu-west-1b"]}
    tags = [{"Key": k, "Value": v, "PropagateAtLaunch": False} for k, v in {"team": "shop", "ebb:drain-timeout": "25m"}.items()]
    groups.create_auto_scaling_group(AutoScalingGroupName=names.group, MaxSize=6, DesiredCapacity=3, Tags=tags, **common)
    groups.create_auto_scaling_group(AutoScalingGroupName=names.warm_group, MaxSize=3, DesiredCapacity=2, CapacityRebalance=True, **common)
    groups.put_warm_pool(AutoScalingGroupName=names.warm_group, MaxGroupPreparedCapacity=4, PoolState="Stopped",
                         InstanceReusePolicy={"ReuseOnScaleIn": True})
    hook = {"AutoScalingGroupName": names.group, "HeartbeatTimeout": 3600}
    terminating, launching = "autoscaling:EC2_INSTANCE_TERMINATING", "autoscaling:EC2_INSTANCE_LAUNCHING"
    groups.put_lifecycle_hook(LifecycleHookName=names.hook, LifecycleTransition=terminating, DefaultResult="CONTINUE", **hook)
    groups.put_lifecycle_hook(LifecycleHookName="other-leave", LifecycleTransition=terminating, **hook)
    groups.put_lifecycle_hook(LifecycleHookName="ebb-launch", LifecycleTransition=launching, **hook)


def _register(ecs, names, instance):
    document = json.dumps({"instanceId": instance, "region": REGION, "accountId": "123456789012"})
    registered = ecs.register_container_instance(cluster=names.cluster, instanceIdentityDocument=document)
    return registered["containerInstance"]["containerInstanceArn"]


def _tasks(ecs, names):
    for family in ("api", "agent", "mail", "old", "report", "import"):
        containers = [{"name": "app", "image": "app:latest", "memory": 256, "cpu": 0}]
        ecs.register_task_definition(family=family, containerDefinitions=containers)
    for service, strategy in {"api": "REPLICA", "mail": "REPLICA", "old": "REPLICA", "agent": "DAEMON"}.items():
        more = {"desiredCount": 2} if strategy == "REPLICA" else {}
        ecs.create_service(cluster=names.cluster, serviceName=service, taskDefinition=service, launchType="EC2",
                           schedulingStrategy=strategy, **more)
    ecs.delete_service(cluster=names.cluster, service="old", force=True)
    run = {"cluster": names.cluster, "launchType": "EC2"}
    of_service = ecs.run_task(taskDefinition="api", count=2, group="service:api", **run)
    standalone = ecs.run_task(taskDefinition=names.family, count=3, startedBy="cron", **run)
    names.of_service = [t["taskArn"] for t in of_service["tasks"]]
    names.standalone = [t["taskArn"] for t in standalone["tasks"]]


def _scaling(scaling, names):
    target = {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{names.cluster}/mail",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    scaling.register_scalable_target(MinCapacity=1, MaxCapacity=6, **target)
    scaling.put_scheduled_action(
        ScheduledActionName="evening", Schedule="at(2030-01-01T00:00:00)",
        ScalableTargetAction={"MinCapacity": 2, "MaxCapacity": 4}, **target,
    )


def _target_group(balancers, ec2, instance):
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    made = balancers.create_target_group(Name="api", Protocol="HTTP", Port=80, VpcId=vpc)
    group = made["TargetGroups"][0]["TargetGroupArn"]
    balancers.register_targets(TargetGroupArn=group, Targets=[{"Id": instance, "Port": 80}])
    return group


def _queue(queues, name):
    dead = queues.create_queue(QueueName=f"{name}-dead-letters")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
    attributes = {"RedrivePolicy": redrive, "VisibilityTimeout": "180"}
    return queues.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
