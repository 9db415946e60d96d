"""The same requests to the simulator and to moto: the members and types of the answers, and the errors. Where the two
differ, `moto-differences.toml` says who is right, and why."""

import json
import tomllib
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from pathlib import Path

import asks_auto_scaling
import asks_ecs
import asks_services
import asks_sqs
import names
import render
import world_of_moto
from account import Account
from shapes import PREPARING

TABLE = Path(__file__).parent / "moto-differences.toml"

# Who is right: the simulator, moto, both (what differs is optional, or follows from another world), or nobody knows.
RIGHT = ["here", "moto", "both", "open"]


def check(account, report, _operations):
    """Asks both, and holds the differences against the table, both ways."""
    ours = _asked(account, names.found(account))
    with world_of_moto.served() as endpoint:
        moto = Account(endpoint)
        theirs = _asked(moto, world_of_moto.build(endpoint))
    found = differences(ours, theirs)
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["difference"]
    lines = [(row["operation"], what) for row in rows for what in row["what"]]
    listed = set(lines)
    for row in rows:
        missing = {"operation", "what", "right", "source"} - row.keys()
        report.claim(not missing, f"a row of the table lacks {missing}: {row}")
        report.claim(row["right"] in RIGHT, f"{row['right']} is none of {RIGHT}")
    report.claim(len(listed) == len(lines), "a difference stands in the table twice")
    for operation, what in sorted(found - listed):
        report.fail(f"not in moto-differences.toml: {operation}: {what}")
    for operation, what in sorted(listed - found):
        report.fail(f"in moto-differences.toml, and no longer seen: {operation}: {what}")
    report.claim(render.is_written(), "README.md has another table: run render.py")
    report.figures["requests compared"] = sum(not a.missing for a in theirs)
    report.figures["differences"] = len(lines)
    report.figures["rows"] = len(rows)


class Asked:
    """One answer, as far as it is compared."""

    def __init__(self, answer):
        self.operation = f"{answer.service}:{answer.operation}"
        self.label = answer.label
        self.code = answer.code
        self.missing = answer.code.startswith("HTTP 5")
        self.members = members_of(answer) if answer.code == "ok" else set()
        # Of what was sent, which is the same; what is received depends on what else happened.
        self.digests = _digests(answer.parsed) if "Send" in self.operation else []


def _asked(account, known):
    """Everything is asked, whatever became of what was asked before."""
    before = len(account.answers)
    for asks in (asks_ecs, asks_auto_scaling, asks_sqs, asks_services):
        asks.everything(account, known)
    return [Asked(a) for a in account.answers[before:] if a.label not in PREPARING]


def differences(ours, theirs):
    """Operation and what differs, a line each: members by operation, outcomes by request."""
    found = set()
    answers = {(a.operation, a.label): a for a in theirs}
    known = {a.operation for a in theirs if not a.missing}
    members = defaultdict(lambda: (set(), set()))
    for one in ours:
        other = answers[one.operation, one.label]
        if one.operation not in known:
            found.add((one.operation, "moto does not know the operation"))
        elif one.code != other.code:
            found.add((one.operation, f"{one.label}: {one.code} here, {other.code} in moto"))
        elif one.digests != other.digests:
            found.add((one.operation, f"{one.label}: the MD5 digests {one.digests} here, {other.digests} in moto"))
        elif one.code == "ok":
            members[one.operation][0].update(one.members)
            members[one.operation][1].update(other.members)
    for operation, (here, there) in members.items():
        paths = {path: kind for path, kind in here}, {path: kind for path, kind in there}
        for path in outermost(paths[0].keys() - paths[1].keys()):
            found.add((operation, f"{path} only here"))
        for path in outermost(paths[1].keys() - paths[0].keys()):
            found.add((operation, f"{path} only in moto"))
        for path in paths[0].keys() & paths[1].keys():
            if paths[0][path] != paths[1][path]:
                found.add((operation, f"{path} is {paths[0][path]} here, {paths[1][path]} in moto"))
    return found


def outermost(paths):
    """Without the members of a member that is there itself."""
    return {p for p in paths if not any(p != q and p.startswith((f"{q}.", f"{q}[")) for q in paths)}


def members_of(answer):
    """Paths and kinds of everything that an answer holds."""
    found = set()
    if answer.protocol == "query":
        root = ElementTree.fromstring(answer.body)
        for child in root:
            if child.tag.endswith("Result"):
                _of_xml(child, answer.model.output_shape, "", found)
    else:
        _of_json(json.loads(answer.body or b"{}"), "", found)
    return found


def members_of_json(value):
    """The same, of JSON that is read already."""
    found = set()
    _of_json(value, "", found)
    return found


def _digests(parsed):
    """The MD5 digests in an answer: the same bytes have the same ones, whoever counts."""
    if isinstance(parsed, list):
        return [digest for item in parsed for digest in _digests(item)]
    if not isinstance(parsed, dict):
        return []
    own = [(name, value) for name, value in sorted(parsed.items()) if name.startswith("MD5")]
    return own + [digest for value in parsed.values() for digest in _digests(value)]


def _of_json(value, path, found):
    if isinstance(value, dict):
        for name, member in value.items():
            _of_json(member, f"{path}.{name}".lstrip("."), found)
    elif isinstance(value, list):
        found.add((path, "list"))
        for item in value:
            _of_json(item, f"{path}[]", found)
    else:
        kinds = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}
        found.add((path, kinds[type(value)]))


def _of_xml(element, shape, path, found):
    """Everything in XML is text: the kind is that of the model, and a member without one is unknown to it."""
    kind = shape.type_name if shape is not None else "unknown"
    if path and kind != "structure":
        found.add((path, kind))
    for child in element:
        name = child.tag.split("}")[-1]
        if kind == "list":
            _of_xml(child, shape.member, f"{path}[]", found)
        else:
            member = shape.members.get(name) if kind == "structure" else None
            _of_xml(child, member, f"{path}.{name}".lstrip("."), found)
