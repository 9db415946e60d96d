"""One drain by ebb: what happens to an instance that is terminated in its group, and after how many seconds."""

import time

from cli import until

WITHIN = 900


def drain(world, instance):
    """Terminates an instance in its group. Returns the rows of the table: what, and after how many seconds."""
    begun = time.monotonic()
    world.aws(
        "autoscaling",
        "terminate-instance-in-auto-scaling-group",
        InstanceId=instance,
        ShouldDecrementDesiredCapacity=False,
    )
    seen = {}

    def note(what):
        seen.setdefault(what, round(time.monotonic() - begun))

    def ended():
        state = world.lifecycle_state(instance)
        container = world.container_instances().get(instance)
        if state == "Terminating:Wait":
            note("Terminating:Wait")
        if container and container["status"] == "DRAINING":
            note("DRAINING")
            if container["runningTasksCount"] + container["pendingTasksCount"] == 0:
                note("no task counted")
        if state != "Terminating:Wait" and "Terminating:Wait" in seen:
            note("completed")
        if not container and "DRAINING" in seen:
            note("container instance gone")
        return not state and not container

    found, _ = until(ended, WITHIN)
    if not found:
        note(f"not over after {WITHIN} s")
    return seen
