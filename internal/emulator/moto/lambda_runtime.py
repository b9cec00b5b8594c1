"""Runs a Lambda function's executable for one invocation, with the Runtime API that Lambda gives it.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import atexit
import io
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer

from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.settings import moto_server_port

from credentials import credentials_of

API = "/2018-06-01/runtime"
START_SECONDS = 10  # https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
POLL_SECONDS = 0.05  # how often it is looked whether the function has ended or is out of time

running = set()  # the processes of invocations under way

# No process is started while an executable is written: until it executes its own, it would have the file open, which is then busy.
starting = threading.Lock()


@atexit.register
def _end_running():
    for process in list(running):
        _kill(process)


@dataclass
class Result:
    payload: bytes
    failed: bool
    log: bytes


class Invocation:
    """One invocation of a function: a process of its own, which is ended once it has answered and asks for the next event, exits, or
    is out of time."""

    def __init__(self, function, event):
        self.function = function
        self.event = event.encode() if isinstance(event, str) else event
        self.id = str(mock_random.uuid4())
        self.stream = f"{utcnow():%Y/%m/%d}/[{function.version}]{mock_random.get_random_hex(32)}"
        self.allow(START_SECONDS)
        self.process = None
        self.answer = None  # (failed, payload)

    def allow(self, seconds):
        self.seconds = seconds
        self.deadline = time.time() + seconds

    def run(self):
        with tempfile.TemporaryDirectory() as task, tempfile.TemporaryFile() as log, TCPServer(("127.0.0.1", 0), RuntimeAPI) as api:
            api.invocation = self
            api.timeout = POLL_SECONDS
            try:
                self._start(task, log, api.server_address[1])
                self._await(api)
            except (OSError, zipfile.BadZipFile) as error:
                self._fail("Runtime.InvalidEntrypoint", f"{error}; the emulator runs functions built for {os.uname().sysname} "
                           f"{os.uname().machine}")
            finally:
                if self.process:
                    _kill(self.process)
            log.seek(0)
            said = log.read()
        self._log(said)
        failed, payload = self.answer
        return Result(payload, failed, said)

    def _start(self, task, log, port):
        executable, environ = Path(task, "bootstrap"), self._environ(task, port)
        with starting:
            with zipfile.ZipFile(io.BytesIO(self.function.code_bytes)) as code:
                code.extractall(task)
            executable.chmod(0o755)
            # A session of its own, so that what it starts ends with it.
            self.process = subprocess.Popen(str(executable), cwd=task, env=environ, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, start_new_session=True)
        running.add(self.process)

    def _environ(self, task, port):
        """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime"""
        function = self.function
        keys = credentials_of(function.role, function.region, function.function_name)
        environ = {
            "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "LAMBDA_TASK_ROOT": task,
            **function.environment_vars,
            "_HANDLER": function.handler or "bootstrap",
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": str(function.version),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
            "AWS_LAMBDA_LOG_STREAM_NAME": self.stream,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            "AWS_ACCESS_KEY_ID": keys.access_key_id,
            "AWS_SECRET_ACCESS_KEY": keys.secret_access_key,
            "AWS_SESSION_TOKEN": keys.session_token,
            # What is the emulator's own: on AWS there is no such endpoint.
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{moto_server_port()}",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        logging = function.get_configuration()["LoggingConfig"]
        environ["AWS_LAMBDA_LOG_FORMAT"] = logging["LogFormat"]
        if "ApplicationLogLevel" in logging:
            environ["AWS_LAMBDA_LOG_LEVEL"] = logging["ApplicationLogLevel"]
        return environ

    def _await(self, api):
        while self.process.poll() is None:
            if time.time() >= self.deadline:
                return self._fail("Sandbox.Timedout", f"Task timed out after {self.seconds:.2f} seconds")
            api.handle_request()
        status = self.process.returncode
        if status == 0:
            self._fail("Runtime.ExitError", "Runtime exited without providing a reason")
        else:
            how = f"signal: {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
            self._fail("Runtime.ExitError", f"Runtime exited with error: {how}")

    def _fail(self, kind, message):
        """The answer that Lambda gives where the function has given none."""
        if self.answer is None:
            self.answer = True, json.dumps({"errorType": kind, "errorMessage": f"RequestId: {self.id} Error: {message}"}).encode()

    def _log(self, said):
        logs, group = self.function.logs_backend, self.function.logs_group_name
        now = int(time.time() * 1000)
        logs.ensure_log_group(group)
        logs.create_log_stream(group, self.stream)
        events = [{"timestamp": now, "message": line} for line in said.decode(errors="replace").splitlines() if line]
        if events:
            logs.put_log_events(group, self.stream, events)


class RuntimeAPI(BaseHTTPRequestHandler):
    """What the function asks for its event and tells its answer. It is served between two looks at the process, on no thread of its
    own: a function makes one request at a time."""

    timeout = 5  # seconds for a request that was begun

    def do_GET(self):
        invocation = self.server.invocation
        if self.path != f"{API}/invocation/next":
            self._respond(404)
        elif invocation.answer is not None:
            _kill(invocation.process)  # its work is done; on AWS it would be frozen now
        else:
            invocation.allow(invocation.function.timeout)
            self._respond(200, invocation.event, {
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": invocation.id,
                "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": invocation.function.function_arn,
                "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{invocation.id.replace('-', '')[:24]};Sampled=0",
            })

    def do_POST(self):
        invocation = self.server.invocation
        payload = self._body()
        if self.path == f"{API}/invocation/{invocation.id}/response":
            invocation.answer = False, payload
        elif self.path in (f"{API}/invocation/{invocation.id}/error", f"{API}/init/error"):
            invocation.answer = True, payload
        else:
            return self._respond(404)
        self._respond(202, b'{"status":"OK"}', {"Content-Type": "application/json"})

    def _body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():  # trailers
            pass
        return body

    def _respond(self, status, body=b"", headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        pass  # the emulator's log is of calls to AWS


def _kill(process):
    """Ends a function's process and all it started, and waits for its end."""
    if process in running:
        running.remove(process)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
