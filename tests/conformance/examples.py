"""The examples that AWS itself gives (botocore's examples-1.json): what they answer, the simulator answers too."""

import time
import tomllib
from collections import defaultdict
from pathlib import Path

from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader

import asks_auto_scaling
import asks_ecs
import asks_services
import asks_sqs
import names
from against_moto import members_of, members_of_json, outermost

TABLE = Path(__file__).parent / "examples-left-out.toml"


def check(account, report, _operations):
    """Every member of an example's output is in some answer, or stands in the table; none stands there in vain."""
    known = names.found(account)
    for asks in (asks_ecs, asks_auto_scaling, asks_sqs, asks_services):
        asks.everything(account, known)
    _with_events(account, known)
    ours, services = defaultdict(set), {}
    for answer in account.answers:
        services[answer.service] = answer.model.service_model
        if answer.code == "ok":
            ours[answer.service, answer.operation].update(path for path, _ in members_of(answer))
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["left_out"]
    listed = {(row["operation"], member) for row in rows for member in row["members"]}
    found = set()
    for service, model in services.items():
        for operation, examples in _examples(service, model).items():
            for example in examples if (service, operation) in ours else []:
                report.figures["examples"] += 1
                members = {path for path, _ in members_of_json(example.get("output", {}))}
                lacking = outermost(members - ours[service, operation])
                found.update((f"{service}:{operation}", member) for member in lacking)
    for operation, member in sorted(found - listed):
        report.fail(f"AWS's example of {operation} answers {member}, the simulator never does")
    for operation, member in sorted(listed - found):
        report.fail(f"in examples-left-out.toml, and not left out: {operation}: {member}")
    report.claim(all(row.get("why") for row in rows), "each row has a reason")


def _examples(service, model):
    """The examples of a service by operation; EventBridge has none."""
    try:
        found = Loader().load_service_model(service, "examples-1", model.api_version)
    except (DataNotFoundError, UnknownServiceError):
        return {}
    return found["examples"]


def _with_events(account, known):
    """A service has events only once something happened to it."""
    drain = {"cluster": known.cluster, "status": "DRAINING", "containerInstances": known.container_instances}
    account.ask("ecs", "UpdateContainerInstancesState", "names", **drain)
    for _ in range(200):
        shown = account.ask("ecs", "DescribeServices", "names", cluster=known.cluster, services=[known.service])
        if shown["services"][0]["events"]:
            return
        time.sleep(0.05)
