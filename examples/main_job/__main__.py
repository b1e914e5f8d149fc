"""Start Doorward, load the example organization, play the story, keep serving.

Run by ``python3 dev.py start``. Data stays in a folder, so that a second start finds it again.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

from examples.main_job import estate
from examples.main_job.clients import REGION, Identity
from examples.main_job.story import Scene, Story

ACCOUNT = "111122223333"
PROFILE = "administrator"


def main() -> int:
    """Run; return the exit code: 0 when every decision was the one that the story tells."""
    arguments = _arguments()
    data: Path = arguments.data
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    credentials = data / "credentials"
    key, secret = _administrator(credentials)
    with _server(data, arguments.listen, key, secret) as (process, endpoint):
        administrator = Identity(endpoint, key, secret)
        held = estate.load(administrator, data / "estate.json")
        print(
            f"Example organization: {ACCOUNT} (management), {held.data_account} (A),"
            f" {held.apps_account} (B); outside it {held.outside_account} (C)\n"
        )
        story = Story(administrator, held, _show)
        well = story.play()
        good = sum(scene.as_expected for scene in story.scenes)
        print(f"{good} of {len(story.scenes)} decisions as the story tells them.")
        if not arguments.once:
            print(f"Any again: {_why(endpoint, credentials, story.scenes[0].request_id)}\n")
            _serve_on(process, endpoint, credentials)
    return 0 if well else 1


def _arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="dev.py start", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the story")
    parser.add_argument("--data", type=Path, default=Path(".doorward"), help="data folder")
    parser.add_argument("--listen", default="127.0.0.1:8480", metavar="HOST:PORT")
    return parser.parse_args()


def _administrator(file: Path) -> tuple[str, str]:
    """Return the administrator's key, made at the first start, in an AWS credentials file."""
    parser = ConfigParser()
    if not file.exists():
        parser[PROFILE] = {
            "aws_access_key_id": "AKIA" + "".join(secrets.choice(_LETTERS) for _ in range(16)),
            "aws_secret_access_key": secrets.token_urlsafe(30),
        }
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            parser.write(out)
    parser.read(file)
    return parser[PROFILE]["aws_access_key_id"], parser[PROFILE]["aws_secret_access_key"]


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@contextmanager
def _server(
    data: Path, listen: str, key: str, secret: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``doorward serve`` on the data folder; yield the process and its endpoint."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("DOORWARD_")
    } | {
        "DOORWARD_BOOTSTRAP_ACCOUNT_ID": ACCOUNT,
        "DOORWARD_BOOTSTRAP_ACCESS_KEY_ID": key,
        "DOORWARD_BOOTSTRAP_SECRET_ACCESS_KEY": secret,
        "PYTHONUNBUFFERED": "1",
    }
    store = f"sqlite:///{(data / 'doorward.db').resolve()}"
    command = [sys.executable, "-m", "doorward.cli", "serve", "--store", store, "--listen", listen]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process, _endpoint(process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _endpoint(process: subprocess.Popen[str]) -> str:
    """Return the endpoint that the server announces, once it answers."""
    assert process.stdout is not None  # noqa: S101 - asked for above
    for line in process.stdout:
        print(line, end="")
        if " at http" in line:
            endpoint = line.split()[-1]
            with urllib.request.urlopen(f"{endpoint}/healthz", timeout=10) as answer:  # noqa: S310
                answer.read()
            return endpoint
    raise SystemExit("the server ended before it was ready; its message is above")


def _show(scene: Scene) -> None:
    """Print one scene with its decision."""
    mark = "as expected" if scene.as_expected else f"EXPECTED {scene.expected}"
    print(f"── {scene.title}\n   {scene.outcome}, {mark}  (request {scene.request_id})")
    print("\n".join(f"   {line}" for line in scene.text.rstrip().splitlines()) + "\n")


def _why(endpoint: str, credentials: Path, request_id: str) -> str:
    """Return the command that explains a request."""
    return (
        f"AWS_SHARED_CREDENTIALS_FILE={credentials} .venv/bin/doorward why"
        f" --profile {PROFILE} --endpoint {endpoint} --request-id {request_id}"
    )


def _serve_on(process: subprocess.Popen[str], endpoint: str, credentials: Path) -> None:
    """Say how to go on, and wait until somebody stops the server."""
    print(f"Serving at {endpoint} until Ctrl-C. Try:\n")
    print(
        f"  AWS_SHARED_CREDENTIALS_FILE={credentials} .venv/bin/aws --profile {PROFILE}"
        f" --region {REGION} --endpoint-url {endpoint} sts get-caller-identity\n"
    )
    try:
        process.wait()
    except KeyboardInterrupt:
        print("stopping")


if __name__ == "__main__":
    sys.exit(main())
