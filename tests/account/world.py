"""The cluster and the group that are asked: container instances, tasks, states."""

from cli import until


class World:
    """One cluster and one Auto Scaling group."""

    def __init__(self, aws, cluster, group, service):
        self.aws, self.cluster, self.group, self.service = aws, cluster, group, service

    def container_instances(self):
        """The container instances by their EC2 instances."""
        arns = self.aws("ecs", "list-container-instances", cluster=self.cluster)["containerInstanceArns"]
        if not arns:
            return {}
        described = self.aws("ecs", "describe-container-instances", cluster=self.cluster, containerInstances=arns)
        return {it["ec2InstanceId"]: it for it in described["containerInstances"]}

    def active(self):
        """The EC2 instances whose container instances are ACTIVE with their agent connected."""
        found = self.container_instances().items()
        return [id for id, it in found if it["status"] == "ACTIVE" and it["agentConnected"]]

    def wait_for_active(self, count, within=600):
        """Waits until so many are ACTIVE."""
        found, _ = until(lambda: (found := self.active()) and len(found) >= count and found, within)
        if not found:
            raise RuntimeError(f"fewer than {count} container instances are ACTIVE after {within} s")
        return found

    def lifecycle_state(self, instance):
        """The lifecycle state of an instance. None: it is in no group any more."""
        shown = self.aws("autoscaling", "describe-auto-scaling-instances", InstanceIds=[instance])
        return next((it["LifecycleState"] for it in shown["AutoScalingInstances"]), None)

    def tasks(self, container_instance, desired="RUNNING"):
        """The tasks of a container instance with this desired status."""
        here = {"cluster": self.cluster, "containerInstance": container_instance, "desiredStatus": desired}
        arns = self.aws("ecs", "list-tasks", **here)["taskArns"]
        return self.aws("ecs", "describe-tasks", cluster=self.cluster, tasks=arns)["tasks"] if arns else []

    def set_state(self, container_instance, status):
        """UpdateContainerInstancesState of one container instance. Returns its failures."""
        here = {"cluster": self.cluster, "containerInstances": [container_instance], "status": status}
        return self.aws("ecs", "update-container-instances-state", **here)["failures"]
