"""An answer as it came over the wire, held against botocore's model of the service."""

import base64
import binascii
import json
import xml.etree.ElementTree as ElementTree
from datetime import datetime

# Errors of every operation, which the models leave out: the "Common errors" page of each API reference; for throttling
# ECS API reference, request-throttling. InvalidParameterValue and MissingParameter are what SQS answers to a value out
# of range (API reference, SQS, CommonErrors).
COMMON = {
    "ecs": {"ThrottlingException", "UnknownOperationException", "SerializationException"},
    "autoscaling": {"ValidationError", "Throttling", "InvalidAction", "MissingAction"},
    "sqs": {
        "InvalidParameterValue",
        "MissingParameter",
        "UnknownOperationException",
        "SerializationException",
    },
    "events": {"ValidationException", "UnknownOperationException", "SerializationException"},
    "application-autoscaling": {"ThrottlingException", "UnknownOperationException", "SerializationException"},
    "ssm": {"ValidationException", "ThrottlingException", "UnknownOperationException", "SerializationException"},
    "elbv2": {"ValidationError", "Throttling", "InvalidAction", "MissingAction"},
    "sts": {"Throttling", "InvalidAction", "MissingAction"},
    "lambda": {"AccessDeniedException", "UnknownOperationException", "SerializationException"},
    "scheduler": {"AccessDeniedException", "UnknownOperationException", "SerializationException"},
    "sns": {"Throttling", "InvalidAction", "MissingAction"},
    "secretsmanager": {"ThrottlingException", "UnknownOperationException", "SerializationException"},
}


def problems(answer):
    """What about an answer the model does not allow, a line each."""
    found = []
    if not answer.headers.get("x-amzn-requestid") and not answer.headers.get("x-amzn-RequestId"):
        found.append("no x-amzn-requestid header")
    check = _query if answer.protocol == "query" else _json
    check(answer, found)
    if answer.code != "ok":
        _error(answer, found)
    return found


def errors_of(model):
    """The errors that the model of an operation names, by their code, with their shapes."""
    return {shape.metadata.get("error", {}).get("code", shape.name): shape for shape in model.error_shapes}


def _error(answer, found):
    modelled = errors_of(answer.model)
    if answer.code not in modelled and answer.code not in COMMON[answer.service]:
        found.append(f"{answer.code} is none of the operation's errors: {sorted(modelled)}")
        return
    shape = modelled.get(answer.code)
    status = shape.metadata.get("error", {}).get("httpStatusCode", 400) if shape else 400
    if answer.status != status:
        found.append(f"{answer.code} has HTTP status {answer.status} and not {status}")
    if not answer.parsed.get("Error", {}).get("Message"):
        found.append(f"{answer.code} comes without a message")


def _json(answer, found):
    version = answer.model.service_model.metadata.get("jsonVersion")
    content_type = answer.headers.get("content-type", "")
    if content_type != (f"application/x-amz-json-{version}" if version else "application/json"):
        found.append(f"content-type is {content_type}")
    if answer.code == "ok" and answer.status != answer.model.http.get("responseCode", 200):
        found.append(f"the HTTP status is {answer.status}")
    body = json.loads(answer.body or b"null")
    if answer.code == "ok":
        json_problems(body, answer.model.output_shape, answer.operation, found)
        return
    shape = errors_of(answer.model).get(answer.code)
    known = {"__type", "message"} | (set(shape.members) if shape else set())
    found.extend(f"the error has the member {name}" for name in body.keys() - known)


def json_problems(value, shape, path, found):
    """Adds what a JSON value has that its shape has not, and the other way round."""
    if shape is None:
        if value:
            found.append(f"{path} has no output, and got {value}")
    elif shape.type_name == "structure":
        if not isinstance(value, dict):
            found.append(f"{path} is no structure: {value!r}")
            return
        found.extend(f"{path} lacks {name}" for name in shape.required_members if name not in value)
        for name, member in value.items():
            if name not in shape.members:
                found.append(f"{path} has the unknown member {name}")
            else:
                json_problems(member, shape.members[name], f"{path}.{name}", found)
    elif shape.type_name == "list":
        if not isinstance(value, list):
            found.append(f"{path} is no list: {value!r}")
            return
        for item in value:
            json_problems(item, shape.member, f"{path}[]", found)
    elif shape.type_name == "map":
        for key, item in value.items():
            json_problems(key, shape.key, f"{path} key", found)
            json_problems(item, shape.value, f"{path}{{}}", found)
    else:
        _leaf(value, shape, path, found)


def _leaf(value, shape, path, found):
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    fits = {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "integer": number and isinstance(value, int),
        "long": number and isinstance(value, int),
        "float": number,
        "double": number,
        "timestamp": number,
        "blob": isinstance(value, str) and _is_base64(value),
    }[shape.type_name]
    if not fits:
        found.append(f"{path} is no {shape.type_name}: {value!r}")
    elif getattr(shape, "enum", None) and value not in shape.enum:
        found.append(f"{path} is none of {shape.enum}: {value!r}")


def _is_base64(text):
    try:
        base64.b64decode(text, validate=True)
        return True
    except binascii.Error:
        return False


def _query(answer, found):
    namespace = "{" + answer.model.service_model.metadata["xmlNamespace"] + "}"
    root = ElementTree.fromstring(answer.body)
    if answer.headers.get("content-type", "").split(";")[0] != "text/xml":
        found.append(f"content-type is {answer.headers.get('content-type')}")
    if any(not element.tag.startswith(namespace) for element in root.iter()):
        found.append(f"an element is not in the namespace {namespace}")
        return
    tags = [element.tag.removeprefix(namespace) for element in root]
    if answer.code != "ok":
        if root.tag != f"{namespace}ErrorResponse" or tags != ["Error", "RequestId"]:
            found.append(f"the error is {root.tag} of {tags}")
        return
    output = answer.model.output_shape
    wrapper = [output.serialization["resultWrapper"]] if output else []
    if root.tag != f"{namespace}{answer.operation}Response" or tags != wrapper + ["ResponseMetadata"]:
        found.append(f"the answer is {root.tag} of {tags}")
    elif output:
        xml_problems(root[0], output, answer.operation, found, namespace)


def xml_problems(element, shape, path, found, namespace):
    """Adds what an element has that its shape has not, and the other way round."""
    if shape.type_name == "structure":
        members = {m.serialization.get("name", name): m for name, m in shape.members.items()}
        names = [child.tag.removeprefix(namespace) for child in element]
        found.extend(f"{path} has {n} more than once" for n in set(names) if names.count(n) > 1)
        found.extend(f"{path} lacks {name}" for name in shape.required_members if name not in names)
        for name, child in zip(names, element):
            if name not in members:
                found.append(f"{path} has the unknown member {name}")
            else:
                xml_problems(child, members[name], f"{path}.{name}", found, namespace)
    elif shape.type_name == "list":
        for child in element:
            if child.tag != f"{namespace}member":
                found.append(f"{path} holds {child.tag} and not member")
            xml_problems(child, shape.member, f"{path}[]", found, namespace)
    else:
        _text(element.text or "", shape, path, found)


def _text(text, shape, path, found):
    readers = {
        "string": str,
        "boolean": {"true": True, "false": False}.__getitem__,
        "integer": int,
        "long": int,
        "float": float,
        "double": float,
        "timestamp": datetime.fromisoformat,
    }
    try:
        readers[shape.type_name](text)
    except (ValueError, KeyError):
        found.append(f"{path} is no {shape.type_name}: {text!r}")
    if getattr(shape, "enum", None) and text not in shape.enum:
        found.append(f"{path} is none of {shape.enum}: {text!r}")
