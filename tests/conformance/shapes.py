"""Every answer of the simulator against botocore's model; every error that an operation may have, seen or accounted for."""

import tomllib
from collections import defaultdict
from pathlib import Path

import asks_auto_scaling
import asks_ecs
import asks_services
import asks_sqs
import asks_triggers
import model
import names

HERE = Path(__file__).parent

# Labels of requests that only find out what the others are about, or wait.
PREPARING = {"names", "one that is to wait"}

# Operations without parameters and permissions, which nothing can refuse.
NEVER_REFUSED = {"sts:GetCallerIdentity"}


def check(account, report, operations):
    """Asks everything. `operations` are those of the simulator, as `service:Operation`."""
    known = names.found(account)
    for asks in (asks_ecs, asks_auto_scaling, asks_sqs, asks_services, asks_triggers):
        asks.everything(account, known)
    for answer in account.answers:
        what = f"{answer.service} {answer.operation} ({answer.label})"
        for problem in model.problems(answer):
            report.fail(f"{what}: {problem}")
        report.checked(answer)
    _covered(account.answers, report, operations)
    _errors_covered(account.answers, report)
    _outcomes(account.answers, report)


def _covered(answers, report, operations):
    """Each operation of the simulator was asked, and answered with success and with an error."""
    outcomes = defaultdict(set)
    for answer in answers:
        outcomes[f"{answer.service}:{answer.operation}"].add(answer.code)
    for operation in operations:
        seen = outcomes.pop(operation, set())
        if "ok" not in seen:
            report.fail(f"{operation} was never asked with success")
        if not seen - {"ok"} and operation not in NEVER_REFUSED:
            report.fail(f"{operation} was never refused")
    report.figures["operations"] = len(operations)
    for operation in outcomes:
        report.fail(f"{operation} is asked here and is no operation of the simulator")


def _errors_covered(answers, report):
    """An error of the model is provoked here, or `unreached.toml` says why it cannot be."""
    seen = {(a.service, a.operation, a.code) for a in answers}
    models = {(a.service, a.operation): a.model for a in answers}
    text = (HERE / "unreached.toml").read_text(encoding="utf-8")
    excuses = tomllib.loads(text)["error"]
    used = set()
    for (service, operation), operation_model in sorted(models.items()):
        for code in model.errors_of(operation_model):
            excuse = _excuse(excuses, service, operation, code)
            provoked = (service, operation, code) in seen
            report.figures["errors seen"] += provoked
            if excuse is not None and not provoked:
                used.add(excuse)
            if excuse is None and not provoked:
                report.fail(f"{service} {operation} never answered {code}, and unreached.toml does not say why")
    for n, excuse in enumerate(excuses):
        if n not in used:
            report.fail(f"unreached.toml: {excuse['code']} of {excuse['service']} is reached, or is no error: {excuse}")


def _excuse(excuses, service, operation, code):
    for n, excuse in enumerate(excuses):
        named = operation in excuse.get("operations", [operation])
        if (excuse["service"], excuse["code"]) == (service, code) and named:
            return n
    return None


def _outcomes(answers, report):
    """Each request was answered as `outcomes.toml` says, and each of its lines was asked, once."""
    expected = tomllib.loads((HERE / "outcomes.toml").read_text(encoding="utf-8"))
    open_lines = {
        (service, operation, label): code
        for service, operations in expected.items()
        for operation, labels in operations.items()
        for label, code in labels.items()
    }
    for answer in answers:
        if answer.label in PREPARING:
            continue
        key = (answer.service, answer.operation, answer.label)
        code = open_lines.pop(key, "not in outcomes.toml, or asked twice")
        if answer.code != code:
            report.fail(f"{' '.join(key)}: {answer.code}, and expected was {code}")
    for key in open_lines:
        report.fail(f"{' '.join(key)} stands in outcomes.toml and was not asked")
