"""boto3's paginators over small pages: every item is seen once, in the order of one large page."""

import names

# Paginator, key of its items, parameters, size of a page, how many items there must be at least.
PAGES = [
    ("ecs", "list_clusters", "clusterArns", {}, 2, 3),
    ("ecs", "list_container_instances", "containerInstanceArns", {"cluster": "shop"}, 2, 5),
    ("ecs", "list_tasks", "taskArns", {"cluster": "shop"}, 3, 12),
    ("ecs", "list_tasks", "taskArns", {"cluster": "shop", "serviceName": "api"}, 1, 4),
    ("ecs", "list_services", "serviceArns", {"cluster": "shop"}, 1, 3),
    ("ecs", "list_attributes", "attributes", {"cluster": "shop", "targetType": "container-instance"}, 4, 5),
    ("ssm", "get_parameters_by_path", "Parameters", {"Path": "/ops", "Recursive": True}, 2, 12),
    ("lambda", "list_event_source_mappings", "EventSourceMappings", {}, 1, 2),
    ("scheduler", "list_schedules", "Schedules", {}, 1, 2),
    ("events", "list_rules", "Rules", {}, 2, 4),
    ("application-autoscaling", "describe_scalable_targets", "ScalableTargets", {"ServiceNamespace": "ecs"}, 1, 2),
    ("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", {}, 1, 2),
    ("autoscaling", "describe_auto_scaling_instances", "AutoScalingInstances", {}, 2, 7),
    ("autoscaling", "describe_tags", "Tags", {}, 1, 2),
    ("autoscaling", "describe_scaling_activities", "Activities", {}, 1, 2),
    ("autoscaling", "describe_warm_pool", "Instances", {"AutoScalingGroupName": "batch"}, 1, 2),
]


def check(account, report, _operations):
    """All of the paginators. The scaling activities, the attributes, the parameters and a target are made first."""
    known = names.found(account)
    for instance in known.ec2_instances[:2]:
        account.ask("autoscaling", "TerminateInstanceInAutoScalingGroup", "for an activity",
                    InstanceId=instance, ShouldDecrementDesiredCapacity=True)
    targets = [{"name": "color", "value": "red", "targetId": i} for i in known.container_instances]
    account.ask("ecs", "PutAttributes", "for pages", cluster="shop", attributes=targets)
    for number in range(12):
        account.ask("ssm", "PutParameter", "for pages", Name=f"/ops/shop/s{number}", Value="x", Type="String")
    account.ask("application-autoscaling", "RegisterScalableTarget", "for pages", ServiceNamespace="ecs",
                ResourceId="service/shop/api", ScalableDimension="ecs:service:DesiredCount", MinCapacity=1, MaxCapacity=9)
    for service, paginator, key, parameters, size, least in PAGES:
        _pages(account, report, service, paginator, key, parameters, size, least)
    hooks = account.clients["autoscaling"].describe_lifecycle_hooks(AutoScalingGroupName="web")
    report.claim(len(hooks["LifecycleHooks"]) == 3, "describe_lifecycle_hooks has no pages, and shows all three")
    report.claim("NextToken" not in hooks, "describe_lifecycle_hooks has no token")


def _pages(account, report, service, paginator, key, parameters, size, least):
    what = f"{paginator} of {parameters}, {size} on a page"
    pages = account.clients[service].get_paginator(paginator)
    few = [page[key] for page in pages.paginate(**parameters, PaginationConfig={"PageSize": size})]
    whole = pages.paginate(**parameters).build_full_result()[key]
    items = [item for page in few for item in page]
    report.figures["pages"] += len(few)
    report.claim(len(items) >= least, f"{what}: {len(items)} items, and not {least}")
    report.claim(_ids(items) == _ids(whole), f"{what}: not the items of one large page")
    report.claim(len(set(_ids(items))) == len(items), f"{what}: an item twice")
    report.claim(all(len(page) == size for page in few[:-1]), f"{what}: pages of {[len(p) for p in few]}")
    # Without these, a page size that is passed over would go unnoticed.
    report.claim(len(few) > 1, f"{what}: one page only")


IDS = ["AutoScalingGroupName", "InstanceId", "Key", "ActivityId", "Name", "ResourceId", "UUID"]


def _ids(items):
    """What tells items apart."""
    def of(item):
        if isinstance(item, str):
            return item
        if "targetId" in item:
            return item["targetId"] + item["name"]
        return "/".join(str(item[name]) for name in IDS if name in item)

    return [of(item) for item in items]
