"""Ansible's IAM modules: asked once, they change something; asked the same again, nothing."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.accounts import allow, policy, trust
from tests.clients.ansible_tasks import HOLDER, OTHER, ROLE, Task, tasks
from tests.clients.environment import of, sealed
from tests.clients.installing import ANSIBLE, install
from tests.clients.outcome import NotMeasured, Step, Steps, at
from tests.clients.world import World
from tests.live import ACCOUNT, LiveServer

SECONDS = 900


def run(world: World) -> Steps:
    """Yield a step for each task."""
    home = install(ANSIBLE)
    prepare(world.server)
    wanted = tasks(world)
    with TemporaryDirectory() as folder:
        results = played(home, Path(folder), wanted, world.server)
    for task in wanted:
        yield Step(task.name, problem(task, results.get(task.name)))


def prepare(server: LiveServer) -> None:
    """Make what the tasks need."""
    iam = server.client("iam")
    for user in (HOLDER, OTHER):
        iam.create_user(UserName=user)
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust({"AWS": ACCOUNT}))
    document = policy(allow("iam:ListUsers"))
    iam.put_role_policy(RoleName=ROLE, PolicyName="lists", PolicyDocument=document)


def played(home: Path, folder: Path, wanted: list[Task], server: LiveServer) -> dict[str, Any]:
    """Play the tasks in one playbook; return their results by name.

    Raises:
        NotMeasured: Ansible told no results at all.
    """
    python = home / "bin" / "python"
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": str(python)},
        "ignore_errors": True,
        "tasks": [
            {"name": task.name, task.module: task.arguments, "register": task.register}
            for task in wanted
        ],
    }
    playbook = folder / "playbook.yml"
    playbook.write_text(json.dumps([play]), "utf-8")
    settings = {
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_HOME": str(folder / "ansible"),
    }
    done = subprocess.run(
        (str(python), str(home / "bin" / "ansible-playbook"), "-i", "localhost,", str(playbook)),
        cwd=folder,
        env=sealed(folder, [*of(server.administrator).items(), *settings.items()]),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    try:
        told = json.loads(done.stdout)
    except ValueError as error:
        raise NotMeasured(f"ansible-playbook told no results: {done.stderr[-500:]}") from error
    return {
        task["task"]["name"]: task["hosts"]["localhost"]
        for play in told["plays"]
        for task in play["tasks"]
    }


def problem(task: Task, result: dict[str, Any] | None) -> str | None:
    """Say what is wrong with a task's result, if anything is."""
    if result is None:
        return "it did not run"
    if result.get("failed"):
        return f"failed: {result.get('msg')}"
    if result["changed"] is not task.changed:
        return f"changed: {result['changed']}, where it should be {task.changed}"
    for path, value in task.returns.items():
        if (found := at(result, path)) != value:
            return f"{path} is {found!r}, not {value!r}"
    return None
