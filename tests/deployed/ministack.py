"""ministack as a process of its own, with the account and the Region of the simulated AWS."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

ACCOUNT = "111122223333"
REGION = "eu-west-1"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
READY_WITHIN = 60


class Ministack:
    """One that has begun. What it starts, it ends with it: it goes as a group of processes."""

    def __init__(self, folder, world):
        self.endpoint = f"http://127.0.0.1:{_free_port()}"
        self.log = folder / "ministack.log"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TMPDIR": str(folder),
            **KEYS,
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": self.endpoint.rsplit(":", 1)[1],
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION,
            # Functions inherit these: ECS and Auto Scaling are the simulator's, all else is here.
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ENDPOINT_URL_ECS": world,
            "AWS_ENDPOINT_URL_AUTO_SCALING": world,
        }
        program = [sys.executable, "-m", "ministack"]
        with open(self.log, "wb") as log:
            self._process = subprocess.Popen(
                program, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
            )

    def __enter__(self):
        end = time.monotonic() + READY_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.__exit__()
                raise RuntimeError(f"ministack does not answer:\n{self.log.read_text()}")
            time.sleep(0.1)
        return self

    def __exit__(self, *_):
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()

    def _answers(self):
        try:
            with urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
