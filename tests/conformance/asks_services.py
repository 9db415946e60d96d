"""Requests about services: their changes, their scaling, their targets, the parameters that record an operation, and the
caller. Every operation that the simulator has beside those of asks_ecs.py, used well and used wrongly."""

from functools import partial

NAMESPACE = "ecs"
DIMENSION = "ecs:service:DesiredCount"


def everything(account, names):
    """Asks all of it, reads before changes."""
    _protection(partial(account.ask, "ecs"), names)
    _updates(partial(account.ask, "ecs"), names)
    _deployments(partial(account.ask, "ecs"), names)
    _scaling(partial(account.ask, "application-autoscaling"), names)
    _parameters(partial(account.ask, "ssm"))
    _targets(partial(account.ask, "elbv2"), names)
    account.ask("sts", "GetCallerIdentity", "of everyone")


def _protection(ask, names):
    here = partial(ask, "UpdateTaskProtection", cluster=names.cluster, protectionEnabled=True)
    one, missing = names.of_service[0], names.gone(names.of_service[0])
    here("of one for ten minutes", tasks=[one], expiresInMinutes=10)
    here("of every kind", tasks=[one, names.standalone[0], missing])
    here("of none", tasks=[])
    here("of too many", tasks=[one] * 11)
    here("for too long", tasks=[one], expiresInMinutes=2881)
    ask("UpdateTaskProtection", "nowhere", cluster="nowhere", protectionEnabled=True, tasks=[one])
    ask("UpdateTaskProtection", "to none", cluster=names.cluster, protectionEnabled=False, tasks=[one])


def _updates(ask, names):
    here = partial(ask, "UpdateService", cluster=names.cluster)
    percentages = {"minimumHealthyPercent": 50, "maximumPercent": 150}
    here("the desired count", service=names.service, desiredCount=3)
    here("the deployment configuration", service=names.service, deploymentConfiguration=percentages)
    here("with a new deployment", service=names.service, forceNewDeployment=True)
    here("the desired count of a daemon", service="agent", desiredCount=3)
    here("to nothing", service=names.service, taskDefinition="nothing")
    here("of nothing", service="nothing", desiredCount=1)
    here("of one that is deleted", service="old", desiredCount=1)
    ask("UpdateService", "nowhere", cluster="nowhere", service=names.service)


def _deployments(ask, names):
    here = partial(ask, "ListServiceDeployments", cluster=names.cluster)
    listed = here("all", service=names.service).get("serviceDeployments", [])
    here("those that ended, a page", service=names.service, status=["SUCCESSFUL"], maxResults=1)
    here("a page of none", service=names.service, maxResults=0)
    here("of nothing", service="nothing")
    ask("ListServiceDeployments", "nowhere", cluster="nowhere", service=names.service)
    known = [one["serviceDeploymentArn"] for one in listed]
    revisions = [one["targetServiceRevisionArn"] for one in listed]
    missing = [arn.rsplit("/", 1)[0] + "/nothing" for arn in (*known[:1], *revisions[:1])]
    ask("DescribeServiceDeployments", "all and one that is gone", serviceDeploymentArns=known + missing[:1])
    ask("DescribeServiceDeployments", "none", serviceDeploymentArns=[])
    ask("DescribeServiceDeployments", "too many", serviceDeploymentArns=known[:1] * 21)
    ask("DescribeServiceRevisions", "all and one that is gone", serviceRevisionArns=revisions + missing[1:])
    ask("DescribeServiceRevisions", "none", serviceRevisionArns=[])
    ask("DescribeServiceRevisions", "too many", serviceRevisionArns=revisions[:1] * 21)


def _scaling(ask, names):
    mail = f"service/{names.cluster}/mail"
    of_mail = {"ServiceNamespace": NAMESPACE, "ResourceId": mail, "ScalableDimension": DIMENSION}
    suspended = {
        "DynamicScalingInSuspended": True,
        "DynamicScalingOutSuspended": True,
        "ScheduledScalingSuspended": True,
    }
    register = partial(ask, "RegisterScalableTarget")
    register("to suspend", **of_mail, SuspendedState=suspended)
    register("with other bounds", **of_mail, MinCapacity=3, MaxCapacity=6)
    register("with bounds that cross", **of_mail, MinCapacity=7, MaxCapacity=6)
    describe = partial(ask, "DescribeScalableTargets")
    describe("all", ServiceNamespace=NAMESPACE)
    describe("of one and of one without", ServiceNamespace=NAMESPACE, ResourceIds=[mail, "service/shop/none"])
    describe("without a namespace")
    describe("a token that is none", ServiceNamespace=NAMESPACE, NextToken="nonsense")
    for operation, label in (("DescribeScheduledActions", "of one"), ("DescribeScalingActivities", "of one")):
        ask(operation, label, **of_mail)
        ask(operation, "without a namespace")
        ask(operation, "a token that is none", ServiceNamespace=NAMESPACE, NextToken="nonsense")
    register("a new one without bounds", **{**of_mail, "ResourceId": f"service/{names.cluster}/agent"})


def _parameters(ask):
    put = partial(ask, "PutParameter", Type="String")
    put("a new one", Name="/ops/shop/api/before", Value="one")
    put("it again", Name="/ops/shop/api/before", Value="two")
    put("over it", Name="/ops/shop/api/before", Value="three", Overwrite=True)
    put("another", Name="/ops/shop/mail/before", Value="one")
    put("too long", Name="/ops/long", Value="x" * 4097)
    put("with a bad name", Name="a b", Value="one")
    put("too deep", Name="/a" * 16, Value="one")
    ask("PutParameter", "of a kind that is none", Name="/ops/kind", Value="one", Type="Number")
    ask("GetParameter", "one", Name="/ops/shop/api/before")
    ask("GetParameter", "one that is gone", Name="/ops/nothing")
    ask("GetParameters", "one and one that is gone", Names=["/ops/shop/api/before", "/ops/nothing"])
    ask("GetParameters", "too many", Names=[f"/ops/{n}" for n in range(11)])
    below = partial(ask, "GetParametersByPath")
    below("all", Path="/ops", Recursive=True)
    page = below("a page", Path="/ops", Recursive=True, MaxResults=1)
    below("the next page", Path="/ops", Recursive=True, MaxResults=1, NextToken=page.get("NextToken", "x"))
    below("a token that is none", Path="/ops", NextToken="nonsense")
    below("of a path that is none", Path="ops")
    ask("DeleteParameter", "one", Name="/ops/shop/api/before")
    ask("DeleteParameter", "it again", Name="/ops/shop/api/before")
    ask("DeleteParameters", "one and one that is gone", Names=["/ops/shop/mail/before", "/ops/nothing"])
    ask("DeleteParameters", "too many", Names=[f"/ops/{n}" for n in range(11)])


def _targets(ask, names):
    group = names.target_group
    missing = group.rsplit("/", 1)[0] + "/nothing"
    health = ask("DescribeTargetHealth", "all", TargetGroupArn=group)["TargetHealthDescriptions"]
    unknown = [{"Id": "i-0123456789abcdef0", "Port": 80}]
    ask("DescribeTargetHealth", "of one that is not registered", TargetGroupArn=group, Targets=unknown)
    ask("DescribeTargetHealth", "of nothing", TargetGroupArn=missing)
    ask("DescribeTargetGroupAttributes", "of one", TargetGroupArn=group)
    ask("DescribeTargetGroupAttributes", "of nothing", TargetGroupArn=missing)
    ask("DeregisterTargets", "one", TargetGroupArn=group, Targets=[health[0]["Target"]])
    ask("DeregisterTargets", "of nothing", TargetGroupArn=missing, Targets=unknown)
