"""The AWS CLI as a function: input and output are those of the API."""

import json
import re
import shlex
import subprocess
import time


class Refused(Exception):
    """An error that AWS returned: its code and its message."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


class Aws:
    """The AWS CLI with the Region and the credentials of the environment."""

    def __init__(self, command):
        self._command = shlex.split(command)

    def __call__(self, service, operation, **members):
        """Calls an operation, such as `aws("ecs", "describe-clusters", clusters=["web"])`."""
        given = ["--cli-input-json", json.dumps(members)] if members else []
        text = self.run(service, operation, *given, "--output", "json")
        return json.loads(text) if text.strip() else {}

    def run(self, *arguments):
        """Runs a command, and returns what it prints."""
        done = subprocess.run([*self._command, *arguments], capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout
        found = re.search(r"An error occurred \((\w+)\) when calling .*?: (.*)", done.stderr, re.DOTALL)
        if found:
            raise Refused(found.group(1), found.group(2).strip())
        raise RuntimeError(f"aws {' '.join(arguments[:2])}: {done.stderr.strip()}")


def until(holds, within, every=2.0):
    """Waits until a function returns something true. Returns it and the seconds, or None and the seconds after the limit."""
    begun = time.monotonic()
    while True:
        found = holds()
        passed = time.monotonic() - begun
        if found or passed > within:
            return found or None, passed
        time.sleep(every)
