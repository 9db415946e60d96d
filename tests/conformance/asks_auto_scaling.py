"""Requests to EC2 Auto Scaling: every operation that the simulator has, used well and used wrongly."""

import time
from functools import partial


def everything(account, names):
    """Asks all of it, reads first."""
    ask = partial(account.ask, "autoscaling")
    for part in (_groups, _instances, _hooks, _warm_pool, _tags, _activities, _lifecycle, _capacity):
        part(ask, names)


def _groups(ask, names):
    ask("DescribeAutoScalingGroups", "all")
    ask("DescribeAutoScalingGroups", "one and one that is gone", AutoScalingGroupNames=[names.group, "nothing"])
    ask("DescribeAutoScalingGroups", "without instances", AutoScalingGroupNames=[names.group], IncludeInstances=False)
    page = ask("DescribeAutoScalingGroups", "a page", MaxRecords=1)
    ask("DescribeAutoScalingGroups", "the next page", MaxRecords=1, NextToken=page.get("NextToken", "x"))
    ask("DescribeAutoScalingGroups", "a token that is none", NextToken="nonsense")
    ask("DescribeAutoScalingGroups", "a page of too many", MaxRecords=101)


def _instances(ask, names):
    ask("DescribeAutoScalingInstances", "all")
    some = [names.ec2_instances[0], "i-00000000000000000"]
    ask("DescribeAutoScalingInstances", "one and one that is gone", InstanceIds=some)
    ask("DescribeAutoScalingInstances", "a page", MaxRecords=1)
    ask("DescribeAutoScalingInstances", "a token that is none", NextToken="nonsense")
    ask("DescribeAutoScalingInstances", "too many", InstanceIds=[names.ec2_instances[0]] * 51)


def _hooks(ask, names):
    ask("DescribeLifecycleHooks", "all of a group", AutoScalingGroupName=names.group)
    hooks = [names.hook]
    ask("DescribeLifecycleHooks", "one", AutoScalingGroupName=names.group, LifecycleHookNames=hooks)
    ask("DescribeLifecycleHooks", "of nothing", AutoScalingGroupName="nothing")
    ask("DescribeLifecycleHooks", "without a group")


def _warm_pool(ask, names):
    ask("DescribeWarmPool", "of a group with one", AutoScalingGroupName=names.warm_group)
    ask("DescribeWarmPool", "a page", AutoScalingGroupName=names.warm_group, MaxRecords=1)
    ask("DescribeWarmPool", "of a group without", AutoScalingGroupName=names.group)
    ask("DescribeWarmPool", "of nothing", AutoScalingGroupName="nothing")
    ask("DescribeWarmPool", "a token that is none", AutoScalingGroupName=names.warm_group, NextToken="nonsense")


def _tags(ask, names):
    ask("DescribeTags", "all")
    filters = [{"Name": "auto-scaling-group", "Values": [names.group]}, {"Name": "key", "Values": ["team"]}]
    ask("DescribeTags", "by filters", Filters=filters)
    ask("DescribeTags", "a page", MaxRecords=1)
    ask("DescribeTags", "a token that is none", NextToken="nonsense")


def _activities(ask, names):
    ask("DescribeScalingActivities", "all")
    ask("DescribeScalingActivities", "of a group", AutoScalingGroupName=names.group)
    ask("DescribeScalingActivities", "a page", MaxRecords=1)
    ask("DescribeScalingActivities", "of nothing", AutoScalingGroupName="nothing")
    ask("DescribeScalingActivities", "a token that is none", NextToken="nonsense")


def _lifecycle(ask, names):
    leaving = names.ec2_instances[2]
    terminate = partial(ask, "TerminateInstanceInAutoScalingGroup")
    terminate("one", InstanceId=leaving, ShouldDecrementDesiredCapacity=True)
    terminate("one that is gone", InstanceId="i-00000000000000000", ShouldDecrementDesiredCapacity=True)
    terminate("without saying whether to decrement", InstanceId=leaving)
    _wait_until_it_waits(ask, leaving)
    ask("DescribeAutoScalingGroups", "one with an instance that waits", AutoScalingGroupNames=[names.group])
    ask("DescribeScalingActivities", "of a group with an instance that waits", AutoScalingGroupName=names.group)
    action = {"AutoScalingGroupName": names.group, "LifecycleHookName": names.hook}
    held = {**action, "InstanceId": leaving}
    ask("RecordLifecycleActionHeartbeat", "by instance", **held)
    ask("RecordLifecycleActionHeartbeat", "of nothing", **action, InstanceId="i-00000000000000000")
    ask("RecordLifecycleActionHeartbeat", "of a hook that is none", **{**held, "LifecycleHookName": "nothing"})
    ask("CompleteLifecycleAction", "with a result that is none", **held, LifecycleActionResult="PERHAPS")
    ask("CompleteLifecycleAction", "of a token that is none", **action, LifecycleActionToken="nonsense", LifecycleActionResult="CONTINUE")
    ask("CompleteLifecycleAction", "by instance", **held, LifecycleActionResult="CONTINUE")
    ask("CompleteLifecycleAction", "it again", **held, LifecycleActionResult="CONTINUE")


def _wait_until_it_waits(ask, instance):
    """Auto Scaling takes seconds of its own time to come to the hook; moto never does."""
    for _ in range(150):
        shown = ask("DescribeAutoScalingInstances", "one that is to wait", InstanceIds=[instance])
        states = [i["LifecycleState"] for i in shown.get("AutoScalingInstances", [])]
        if states != ["InService"] and states != ["Terminating"]:
            return
        time.sleep(0.1)


def _capacity(ask, names):
    wanted = partial(ask, "SetDesiredCapacity")
    wanted("one more", AutoScalingGroupName=names.warm_group, DesiredCapacity=3)
    wanted("above the maximum", AutoScalingGroupName=names.warm_group, DesiredCapacity=4)
    wanted("of nothing", AutoScalingGroupName="nothing", DesiredCapacity=1)
    several = [names.ec2_instances[0], names.ec2_instances[1]]
    ask("TerminateInstanceInAutoScalingGroup", "several", AutoScalingGroupName=names.group,
        InstanceIds=several, ShouldDecrementDesiredCapacity=False)
