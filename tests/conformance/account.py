"""An account at an endpoint, asked through boto3; every answer is also kept as it came over the wire."""

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

import boto3
import botocore.exceptions
import botocore.parsers
from botocore.config import Config

REGION = "eu-west-1"
SERVICES = [
    "ecs", "autoscaling", "sqs", "events", "application-autoscaling", "ssm", "elbv2", "sts",
    "lambda", "scheduler", "sns", "secretsmanager",
]

# No retries: each request is one answer. No validation: mistakes are to reach the service.
CONFIG = Config(
    parameter_validation=False,
    retries={"total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=30,
)


@dataclass
class Answer:
    """An answer as it came over the wire, and what botocore made of it."""

    label: str
    service: str
    operation: str
    status: int
    headers: dict
    body: bytes
    model: object = None
    parsed: dict = field(default_factory=dict)

    @property
    def protocol(self):
        return self.model.service_model.metadata["protocol"]

    @property
    def code(self):
        """"ok", or the code of the error as the body has it, without its namespace."""
        if self.status < 300:
            return "ok"
        if self.protocol == "query":
            try:
                root = ElementTree.fromstring(self.body)
            except ElementTree.ParseError:
                return f"HTTP {self.status}"
            return next((e.text for e in root.iter() if e.tag.endswith("Code")), "no code")
        if self.protocol == "rest-json":
            return self.headers.get("x-amzn-errortype", f"HTTP {self.status}")
        try:
            return json.loads(self.body).get("__type", "no code").split("#")[-1]
        except ValueError:
            return f"HTTP {self.status}"


class Account:
    """Clients of the services at one endpoint; `answers` holds everything that was answered."""

    def __init__(self, endpoint):
        session = boto3.session.Session(
            region_name=REGION, aws_access_key_id="any", aws_secret_access_key="any"
        )
        self.answers = []
        self.clients = {
            name: session.client(name, endpoint_url=endpoint, config=CONFIG) for name in SERVICES
        }
        for name, client in self.clients.items():
            client.meta.events.register("before-parse", self._keeps(name))
        self._label = ""

    def _keeps(self, service):
        def keep(operation_model, response_dict, **_):
            self.answers.append(
                Answer(
                    label=self._label,
                    service=service,
                    operation=operation_model.name,
                    status=response_dict["status_code"],
                    headers=dict(response_dict["headers"]),
                    body=response_dict["body"],
                    model=operation_model,
                )
            )

        return keep

    def ask(self, service, operation, label, /, **parameters):
        """Asks once. The parsed answer; an error is an answer as well, with its code in `answers[-1].code`."""
        self._label = label
        before = len(self.answers)
        try:
            parsed = self.clients[service]._make_api_call(operation, parameters)
        except botocore.exceptions.ClientError as error:
            parsed = error.response
        except botocore.parsers.ResponseParserError:
            parsed = {}
        if len(self.answers) != before + 1:
            raise AssertionError(f"{service} {operation} ({label}): not one answer")
        self.answers[-1].parsed = parsed
        return parsed
