"""Questions that no page of AWS answers, and for which the simulator has a switch or a choice."""

import time
from dataclasses import dataclass
from typing import Callable

from cli import Refused, until


@dataclass(frozen=True)
class Question:
    """A question, the answer of the simulator, and the function that asks."""

    name: str
    # A field of `Switches` in the simulator. Empty where it has a fixed answer.
    switch: str
    simulator_says: str
    ask: Callable


def _answer(call):
    """What a call returns, in words: accepted, the reasons of its failures, or the error."""
    try:
        failures = call() or []
    except Refused as error:
        return f"refused: {error.code}"
    reasons = [failure.get("reason", "no reason") for failure in failures]
    return f"failure: {', '.join(reasons)}" if reasons else "accepted"


def _draining_twice(world, container):
    world.set_state(container, "DRAINING")
    answer = _answer(lambda: world.set_state(container, "DRAINING"))
    world.set_state(container, "ACTIVE")
    return answer


def _unknown_container_instance(world, container):
    unknown = container[:-4] + ("0000" if not container.endswith("0000") else "1111")
    return _answer(lambda: world.set_state(unknown, "DRAINING"))


def _attributes(world, container, count):
    named = [{"name": f"ebb.test{n}", "targetType": "container-instance", "targetId": container} for n in range(count)]
    return [{**attribute, "value": "x"} for attribute in named], named


def _attribute_while_draining(world, container):
    written, named = _attributes(world, container, 1)
    world.set_state(container, "DRAINING")
    answer = _answer(lambda: world.aws("ecs", "put-attributes", cluster=world.cluster, attributes=written) and None)
    if answer == "accepted":
        world.aws("ecs", "delete-attributes", cluster=world.cluster, attributes=named)
    world.set_state(container, "ACTIVE")
    return answer


def _eleventh_attribute(world, container):
    written, named = _attributes(world, container, 11)
    world.aws("ecs", "put-attributes", cluster=world.cluster, attributes=written[:10])
    last = written[10:]
    answer = _answer(lambda: world.aws("ecs", "put-attributes", cluster=world.cluster, attributes=last) and None)
    for part in (named[:10], named[10:]):
        _answer(lambda: world.aws("ecs", "delete-attributes", cluster=world.cluster, attributes=part) and None)
    return answer


def _group_of_a_service(world, _container):
    definition = world.aws("ecs", "describe-services", cluster=world.cluster, services=[world.service])
    definition = definition["services"][0]["taskDefinition"]
    started = []

    def run():
        answer = world.aws(
            "ecs", "run-task", cluster=world.cluster, taskDefinition=definition, group=f"service:{world.service}"
        )
        started.extend(answer["tasks"])
        return answer["failures"]

    answer = _answer(run)
    for task in started:
        world.aws("ecs", "stop-task", cluster=world.cluster, task=task["taskArn"])
    return answer


def _scheduler(world, container):
    world.set_state(container, "DRAINING")
    before = len(world.tasks(container))
    found, seconds = until(lambda: len(world.tasks(container)) < before, 300)
    answer = f"{round(seconds)} s" if found else "not within 300 s"
    until(lambda: not world.tasks(container), 300)
    world.set_state(container, "ACTIVE")
    return answer if before else "no task was there"


def _protection(world, container):
    tasks = [task["taskArn"] for task in world.tasks(container)]
    if not tasks:
        return "no task was there"
    protected = {"cluster": world.cluster, "tasks": tasks}
    answer = _answer(
        lambda: world.aws("ecs", "update-task-protection", **protected, protectionEnabled=True, expiresInMinutes=10)[
            "failures"
        ]
    )
    if answer != "accepted":
        return answer
    world.set_state(container, "DRAINING")
    time.sleep(120)
    left = len(world.tasks(container))
    world.aws("ecs", "update-task-protection", **protected, protectionEnabled=False)
    world.set_state(container, "ACTIVE")
    return "left alone" if left == len(tasks) else f"{len(tasks) - left} of {len(tasks)} stopped"


def _managed_hook(world, _container):
    group = world.aws("autoscaling", "describe-auto-scaling-groups", AutoScalingGroupNames=[world.group])
    provider = {"autoScalingGroupArn": group["AutoScalingGroups"][0]["AutoScalingGroupARN"], "managedDraining": "ENABLED"}
    name = f"{world.cluster}-provider"
    world.aws("ecs", "create-capacity-provider", name=name, autoScalingGroupProvider=provider)
    world.aws(
        "ecs",
        "put-cluster-capacity-providers",
        cluster=world.cluster,
        capacityProviders=[name],
        defaultCapacityProviderStrategy=[],
    )

    def hook():
        hooks = world.aws("autoscaling", "describe-lifecycle-hooks", AutoScalingGroupName=world.group)["LifecycleHooks"]
        return next((it for it in hooks if it["LifecycleHookName"].startswith("ecs-managed-draining")), None)

    found, _ = until(hook, 180)
    world.aws(
        "ecs",
        "put-cluster-capacity-providers",
        cluster=world.cluster,
        capacityProviders=[],
        defaultCapacityProviderStrategy=[],
    )
    until(lambda: _answer(lambda: world.aws("ecs", "delete-capacity-provider", capacityProvider=name) and None) == "accepted", 180, 10)
    return f"{found['HeartbeatTimeout']} s, {found['DefaultResult']}" if found else "no hook within 180 s"


# The order matters: the first ones leave the tasks where they are.
QUESTIONS = [
    Question("DRAINING of a container instance that is DRAINING", "draining_twice_fails", "accepted", _draining_twice),
    Question("DRAINING of an unknown container instance", "", "failure: MISSING", _unknown_container_instance),
    Question("PutAttributes while DRAINING", "", "accepted", _attribute_while_draining),
    Question("the eleventh custom attribute", "", "refused: AttributeLimitExceededException", _eleventh_attribute),
    Question("RunTask with the group of a service", "", "accepted", _group_of_a_service),
    Question("protected service tasks on a DRAINING instance", "draining_honours_protection", "1 of 1 stopped", _protection),
    Question("DRAINING to the first stop of a service task", "scheduler", "2 s to 15 s, then the start of its replacement and 40 s", _scheduler),
    Question("hook of managed instance draining", "", "3600 s, CONTINUE", _managed_hook),
]
