"""What the requests are about: the ids of one account's world, found by asking."""

from dataclasses import dataclass, field


@dataclass
class Names:
    """Ids in the cluster `shop`, the group `web` and the queue `asg-lifecycle`."""

    cluster: str = "shop"
    container_instances: list = field(default_factory=list)
    ec2_instances: list = field(default_factory=list)
    standalone: list = field(default_factory=list)
    of_service: list = field(default_factory=list)
    service: str = "api"
    family: str = "report"
    group: str = "web"
    hook: str = "ebb-leave"
    warm_group: str = "batch"
    queue: str = "asg-lifecycle"
    queue_url: str = ""
    target_group: str = ""

    def gone(self, arn):
        """The ARN of something that was never there."""
        return arn.rsplit("/", 1)[0] + "/" + "0" * 32


def found(account):
    """The names of an account whose world is set up."""
    names = Names()
    ask = account.ask
    listed = ask("ecs", "ListContainerInstances", "names", cluster=names.cluster)
    arns = listed["containerInstanceArns"]
    described = ask(
        "ecs", "DescribeContainerInstances", "names", cluster=names.cluster, containerInstances=arns
    )["containerInstances"]
    ids = {i["ec2InstanceId"]: i["containerInstanceArn"] for i in described}
    groups = ask("autoscaling", "DescribeAutoScalingGroups", "names", AutoScalingGroupNames=["web"])
    members = [i["InstanceId"] for i in groups["AutoScalingGroups"][0]["Instances"]]
    names.ec2_instances = members
    names.container_instances = [ids[i] for i in members if i in ids] or arns
    names.standalone = _tasks(account, names, family=names.family)
    names.of_service = _tasks(account, names, serviceName=names.service)
    service = ask("ecs", "DescribeServices", "names", cluster=names.cluster, services=[names.service])["services"][0]
    names.target_group = service["loadBalancers"][0]["targetGroupArn"]
    names.queue_url = ask("sqs", "GetQueueUrl", "names", QueueName=names.queue)["QueueUrl"]
    return names


def _tasks(account, names, **choice):
    return account.ask("ecs", "ListTasks", "names", cluster=names.cluster, **choice)["taskArns"]
