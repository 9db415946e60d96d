"""boto3's waiters: they read what they wait for out of the answers, and end."""

import botocore.exceptions

import names

# The waiters ask every 6 or 15 seconds: with virtual time so much faster, many times a second is as often.
OFTEN = {"Delay": 0.1, "MaxAttempts": 200}


def check(account, report, _operations):
    """Tasks that begin and end, a service that is moved, and tasks that never were."""
    known = names.found(account)
    ecs = account.clients["ecs"]
    run = ecs.run_task(cluster="shop", taskDefinition=known.family, count=2)
    started = [task["taskArn"] for task in run["tasks"]]
    report.claim({t["lastStatus"] for t in run["tasks"]} <= {"PROVISIONING", "PENDING"}, "new tasks do not run yet")
    _ends(report, ecs, "tasks_running", cluster="shop", tasks=started)
    report.claim(_statuses(ecs, started) == {"RUNNING"}, "tasks_running ended, and they run")
    for task in started:
        ecs.stop_task(cluster="shop", task=task)
    report.claim(_statuses(ecs, started) != {"STOPPED"}, "a task takes its time to stop")
    _ends(report, ecs, "tasks_stopped", cluster="shop", tasks=started)
    report.claim(_statuses(ecs, started) == {"STOPPED"}, "tasks_stopped ended, and they are")
    _fails(report, ecs, "tasks_running", cluster="shop", tasks=started)
    _drained(report, ecs, known)
    _fails(report, ecs, "tasks_running", cluster="shop", tasks=[known.gone(started[0])])
    _fails(report, ecs, "services_stable", cluster="shop", services=["nothing"])
    _fails(report, ecs, "services_inactive", cluster="shop", services=["nothing"])


def _drained(report, ecs, known):
    """A service whose tasks have to leave a container instance is stable again, with all tasks elsewhere."""
    _ends(report, ecs, "services_stable", cluster="shop", services=["api", "mail", "agent"])
    drained = known.container_instances[1]
    ecs.update_container_instances_state(cluster="shop", status="DRAINING", containerInstances=[drained])
    for _ in range(100):
        here = ecs.list_tasks(cluster="shop", containerInstance=drained, serviceName="api")["taskArns"]
        _ends(report, ecs, "services_stable", cluster="shop", services=["api"])
        if not here:
            break
    report.claim(not here, "the tasks of a service leave a container instance that drains")
    service = ecs.describe_services(cluster="shop", services=["api"])["services"][0]
    report.claim(service["runningCount"] == service["desiredCount"] == 4, "and run elsewhere")


def _statuses(ecs, tasks):
    return {task["lastStatus"] for task in ecs.describe_tasks(cluster="shop", tasks=tasks)["tasks"]}


def _ends(report, ecs, waiter, **what):
    try:
        ecs.get_waiter(waiter).wait(**what, WaiterConfig=OFTEN)
        report.claim(True, waiter)
    except botocore.exceptions.WaiterError as error:
        report.claim(False, f"{waiter} of {what}: {error}")


def _fails(report, ecs, waiter, **what):
    """A waiter that can only be in vain ends at once."""
    try:
        ecs.get_waiter(waiter).wait(**what, WaiterConfig={"Delay": 0.1, "MaxAttempts": 3})
        report.claim(False, f"{waiter} of {what} ended well")
    except botocore.exceptions.WaiterError as error:
        report.claim("terminal failure" in str(error), f"{waiter} of {what}: {error}")
