"""Requests to ECS: every operation that the simulator has, used well and used wrongly."""

from functools import partial


def everything(account, names):
    """Asks all of it, reads first."""
    for part in (_clusters, _capacity_providers, _container_instances, _tasks, _protection, _services, _attributes, _changes):
        part(partial(account.ask, "ecs"), names)


def _clusters(ask, names):
    ask("ListClusters", "all")
    page = ask("ListClusters", "the first page", maxResults=1)
    ask("ListClusters", "the next page", maxResults=1, nextToken=page.get("nextToken", "x"))
    ask("ListClusters", "a page of none", maxResults=0)
    ask("ListClusters", "a token that is none", nextToken="nonsense")
    ask("DescribeClusters", "by name and by ARN", clusters=[names.cluster, "nowhere"])
    ask("DescribeClusters", "with everything", clusters=[names.cluster], include=["TAGS", "STATISTICS", "SETTINGS", "ATTACHMENTS"])
    ask("DescribeClusters", "too many", clusters=["a"] * 101)


def _capacity_providers(ask, names):
    ask("DescribeCapacityProviders", "all")
    ask("DescribeCapacityProviders", "of a cluster", cluster=names.cluster)
    ask("DescribeCapacityProviders", "of managed instances", cluster="managed", include=["TAGS"])
    ask("DescribeCapacityProviders", "one and one that is gone", capacityProviders=["web", "nothing"])
    page = ask("DescribeCapacityProviders", "the first page", maxResults=1)
    ask("DescribeCapacityProviders", "the next page", maxResults=1, nextToken=page.get("nextToken", "x"))
    ask("DescribeCapacityProviders", "a page of too many", maxResults=11)
    ask("DescribeCapacityProviders", "nowhere", cluster="nowhere")


def _container_instances(ask, names):
    here = partial(ask, cluster=names.cluster)
    one, missing = names.container_instances[0], names.gone(names.container_instances[0])
    here("ListContainerInstances", "all")
    here("ListContainerInstances", "a page of two", maxResults=2)
    here("ListContainerInstances", "by filter", filter=f"ec2InstanceId == {names.ec2_instances[0]}")
    here("ListContainerInstances", "by status", status="DRAINING")
    here("ListContainerInstances", "by a filter that is none", filter="ec2InstanceId == ==")
    here("ListContainerInstances", "by a status that is none", status="ASLEEP")
    ask("ListContainerInstances", "nowhere", cluster="nowhere")
    ask("ListContainerInstances", "in the default cluster")
    here("DescribeContainerInstances", "one and one that is gone", containerInstances=[one, missing])
    here("DescribeContainerInstances", "by id, with tags", containerInstances=[one.split("/")[-1]], include=["TAGS"])
    here("DescribeContainerInstances", "none", containerInstances=[])
    here("DescribeContainerInstances", "too many", containerInstances=[one] * 101)
    ask("DescribeContainerInstances", "nowhere", cluster="nowhere", containerInstances=[one])


def _tasks(ask, names):
    here = partial(ask, cluster=names.cluster)
    one, missing = names.standalone[0], names.gone(names.standalone[0])
    here("ListTasks", "all")
    here("ListTasks", "of a service", serviceName=names.service, desiredStatus="RUNNING")
    here("ListTasks", "of a container instance", containerInstance=names.container_instances[0])
    here("ListTasks", "of a family, a page", family=names.family, launchType="EC2", maxResults=1)
    here("ListTasks", "stopped", desiredStatus="STOPPED")
    here("ListTasks", "started by", startedBy="cron")
    here("ListTasks", "started by, and more", startedBy="cron", family=names.family)
    here("ListTasks", "of a status that is none", desiredStatus="ASLEEP")
    here("ListTasks", "of a service that is gone", serviceName="nothing")
    ask("ListTasks", "nowhere", cluster="nowhere")
    here("DescribeTasks", "one and one that is gone", tasks=[one, missing])
    here("DescribeTasks", "of a service, with tags", tasks=names.of_service, include=["TAGS"])
    here("DescribeTasks", "none", tasks=[])
    here("DescribeTasks", "too many", tasks=[one] * 101)
    ask("DescribeTasks", "nowhere", cluster="nowhere", tasks=[one])


def _protection(ask, names):
    here = partial(ask, cluster=names.cluster)
    missing = names.gone(names.standalone[0])
    every = [*names.of_service, names.standalone[0], missing]
    here("GetTaskProtection", "of every kind", tasks=every)
    here("GetTaskProtection", "of none", tasks=[])
    ask("GetTaskProtection", "nowhere", cluster="nowhere", tasks=every)


def _services(ask, names):
    here = partial(ask, cluster=names.cluster)
    here("ListServices", "all")
    here("ListServices", "replicas, a page", schedulingStrategy="REPLICA", launchType="EC2", maxResults=1)
    here("ListServices", "a page of too many", maxResults=101)
    ask("ListServices", "nowhere", cluster="nowhere")
    here("DescribeServices", "two and one that is gone", services=[names.service, "agent", "nothing"])
    here("DescribeServices", "none", services=[])
    here("DescribeServices", "too many", services=[names.service] * 11)
    ask("DescribeServices", "nowhere", cluster="nowhere", services=[names.service])
    ask("DescribeTaskDefinition", "by family", taskDefinition=names.service)
    ask("DescribeTaskDefinition", "by revision, with tags", taskDefinition=f"{names.family}:1", include=["TAGS"])
    ask("DescribeTaskDefinition", "of nothing", taskDefinition="nothing")
    ask("DescribeTaskDefinition", "without a name", taskDefinition="")


def _attributes(ask, names):
    here = partial(ask, cluster=names.cluster)
    target, gone = names.container_instances[0], names.gone(names.container_instances[0])
    by_id = {"targetType": "container-instance", "targetId": target.split("/")[-1]}
    here("PutAttributes", "by ARN and by id", attributes=[
        {"name": "color", "value": "red", "targetId": target},
        {"name": "shape", **by_id},
    ])
    many = [{"name": f"a{n}", "value": "x", **by_id} for n in range(10)]
    here("PutAttributes", "more than there may be", attributes=many)
    here("PutAttributes", "too many at once", attributes=[*many, {"name": "b", "value": "x", **by_id}])
    here("PutAttributes", "to what is gone", attributes=[{"name": "color", "targetId": gone}])
    here("PutAttributes", "with a bad name", attributes=[{"name": "?", **by_id}])
    ask("PutAttributes", "nowhere", cluster="nowhere", attributes=[{"name": "color", **by_id}])
    listed = partial(here, targetType="container-instance")
    listed("ListAttributes", "all of the instances")
    listed("ListAttributes", "by name and value, a page", attributeName="color", attributeValue="red", maxResults=1)
    here("ListAttributes", "of a target that is none", targetType="cluster")
    ask("ListAttributes", "nowhere", cluster="nowhere", targetType="container-instance")
    here("DeleteAttributes", "of one", attributes=[{"name": "color", **by_id}])
    here("DeleteAttributes", "of none", attributes=[])
    here("DeleteAttributes", "of what is gone", attributes=[{"name": "color", "targetId": gone}])
    ask("DeleteAttributes", "nowhere", cluster="nowhere", attributes=[{"name": "color", **by_id}])


def _changes(ask, names):
    here = partial(ask, cluster=names.cluster)
    instance = names.container_instances[1]
    gone = names.gone(instance)
    tags = [{"key": "ebb:standalone", "value": "stop"}]
    here("RunTask", "two", taskDefinition=names.family, count=2, startedBy="us", group="by-hand", tags=tags)
    here("RunTask", "of nothing", taskDefinition="nothing")
    here("RunTask", "too many", taskDefinition=names.family, count=11)
    ask("RunTask", "nowhere", cluster="nowhere", taskDefinition=names.family)
    ask("RunTask", "without container instances", cluster="empty-1", taskDefinition=names.family)
    here("StartTask", "on one and one that is gone", taskDefinition=names.family, containerInstances=[instance, gone])
    here("StartTask", "of nothing", taskDefinition="nothing", containerInstances=[instance])
    here("StartTask", "on none", taskDefinition=names.family, containerInstances=[])
    ask("StartTask", "nowhere", cluster="nowhere", taskDefinition=names.family, containerInstances=[instance])
    here("UpdateContainerInstancesState", "to DRAINING", status="DRAINING", containerInstances=[instance, gone])
    here("UpdateContainerInstancesState", "to DRAINING again", status="DRAINING", containerInstances=[instance])
    here("ListContainerInstances", "that drain", status="DRAINING")
    here("DescribeContainerInstances", "one that drains", containerInstances=[instance])
    here("UpdateContainerInstancesState", "to ACTIVE", status="ACTIVE", containerInstances=[instance])
    here("UpdateContainerInstancesState", "to a status that is none", status="ASLEEP", containerInstances=[instance])
    here("UpdateContainerInstancesState", "of too many", status="ACTIVE", containerInstances=[instance] * 11)
    ask("UpdateContainerInstancesState", "nowhere", cluster="nowhere", status="ACTIVE", containerInstances=[instance])
    here("StopTask", "one", task=names.standalone[0], reason="a test")
    here("DescribeTasks", "one that is being stopped", tasks=[names.standalone[0]])
    here("StopTask", "it again", task=names.standalone[0])
    here("StopTask", "one that is gone", task=names.gone(names.standalone[0]))
    ask("StopTask", "nowhere", cluster="nowhere", task=names.standalone[0])
