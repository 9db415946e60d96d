"""What a check found, as the Rust test reads it."""

import json
from collections import Counter


class Report:
    """Failures, and figures."""

    def __init__(self):
        self.failures = []
        self.figures = Counter()

    def fail(self, what):
        """A claim does not hold."""
        self.failures.append(what)

    def claim(self, holds, what):
        """A claim that holds, or not."""
        self.figures["claims"] += 1
        if not holds:
            self.fail(what)

    def checked(self, answer):
        """An answer was held against the model."""
        self.figures["answers checked"] += 1
        self.figures["of them errors"] += answer.code != "ok"

    def text(self):
        """The report as JSON."""
        return json.dumps({"failures": self.failures, "figures": dict(self.figures)}, indent=1)
