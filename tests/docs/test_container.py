"""The container recipe, as far as it can be followed where no container can be run.

What it copies is built, and its RUN line installs that; the dependencies are those of the tests.
Its command, health check and stop signal are tried in a mount namespace of their own: the root
read-only, the volumes where the recipe has them, every capability dropped. What is not tried: the
base image, and the user that is made in it.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from typing import Any, NamedTuple

import pytest
import yaml

from doorward.credentials.sealing import format_master_keys, new_master_key
from doorward.usecases.config import SETTINGS
from tests.docs.container import stages

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "production"
BUILD, FINAL = stages(FOLDER / "Containerfile")
DATA, SETTING_FILES, PROGRAM, SOURCE = (
    "/var/lib/doorward", "/etc/doorward", "/opt/doorward", "/source",
)  # fmt: skip
COMPOSED: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
SERVICE: dict[str, Any] = COMPOSED["services"]["doorward"]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
STOP_SECONDS = 20
"""What the page and the composition leave for stopping; the server takes ten at the most."""


# ------------------------------------------------------------------ what it says


def test_both_stages_begin_from_one_pinned_image_of_a_python_that_is_tested() -> None:
    for stage in (BUILD, FINAL):
        image = stage.base.removesuffix(" AS build")
        seen = re.fullmatch(r"docker\.io/library/python:(3\.\d+)-slim-\w+", image)
        assert seen is not None
        assert f"Programming Language :: Python :: {seen[1]}" in PROJECT["classifiers"]


def test_nothing_but_the_package_gets_into_a_layer() -> None:
    """No folder is copied whole that may hold history, keys or a store."""
    taken = [source for sources, _ in BUILD.copied() for source in sources]
    assert taken == ["pyproject.toml", "README.md", "LICENSE", "NOTICE", "src"]
    assert FINAL.copied() == []
    assert FINAL.all("COPY") == [f"--from=build {PROGRAM} {PROGRAM}"]
    assert not BUILD.all("ADD") + FINAL.all("ADD")


def test_its_variables_are_settings_and_none_is_a_secret() -> None:
    by_variable = {f"DOORWARD_{name.upper()}": setting for name, setting in SETTINGS.items()}
    for name in FINAL.environment():
        assert not by_variable[name].secret


def test_it_runs_as_a_user_that_may_nothing() -> None:
    words = [each.word for each in FINAL.instructions]
    user, _, group = FINAL.one("USER").partition(":")
    assert int(user) == int(group) > 0
    assert f"--uid {user} --gid {group}" in FINAL.one("RUN")
    assert words.index("RUN") < words.index("USER") < words.index("ENTRYPOINT")


def test_the_composition_has_what_the_recipe_needs_and_no_more() -> None:
    assert SERVICE["read_only"] is True
    assert SERVICE["cap_drop"] == ["ALL"]
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in SERVICE
    assert "environment" not in SERVICE
    mounts = dict(each.split(":", 1) for each in SERVICE["volumes"])
    assert mounts == {
        "doorward-data": FINAL.one("VOLUME"), "/srv/doorward/etc": f"{SETTING_FILES}:ro"
    }  # fmt: skip
    assert list(COMPOSED["volumes"]) == ["doorward-data"]
    (port,) = SERVICE["ports"]
    assert port == f"127.0.0.1:{FINAL.one('EXPOSE')}:{FINAL.one('EXPOSE')}"
    assert SERVICE["stop_grace_period"] == f"{STOP_SECONDS}s"
    assert (FOLDER / SERVICE["build"]["context"]).resolve() == ROOT
    assert (ROOT / SERVICE["build"]["dockerfile"]) == FOLDER / "Containerfile"


def test_the_page_runs_it_as_the_composition_does() -> None:
    page = (ROOT / "docs" / "how-to" / "run-in-production.md").read_text("utf-8")
    start = page.index("# podman run --name doorward ")
    said = page[start : page.index("```", start)]
    words = said.replace("\\\n", " ").split()
    given = list(pairwise(words))
    assert "--read-only" in words
    expected = [
        ("--cap-drop", "ALL"),
        ("--security-opt", "no-new-privileges"),
        ("--publish", SERVICE["ports"][0]),
        ("--stop-timeout", str(STOP_SECONDS)),
        ("--tmpfs", SERVICE["tmpfs"][0]),
        *(("--volume", each) for each in SERVICE["volumes"]),
    ]
    assert [pair for pair in expected if pair not in given] == []


# ------------------------------------------------------------------ what it does


class Host(NamedTuple):
    """Folders in the place of the container's, and free ports in the place of its own."""

    data: Path
    settings: Path
    program: Path
    source: Path
    temporary: Path
    port: int
    metrics: int

    def there(self, text: str) -> str:
        """Put the folders and the port where the recipe has its own."""
        places = {
            DATA: self.data, SETTING_FILES: self.settings, PROGRAM: self.program,
            SOURCE: self.source, "0.0.0.0:8480": f"127.0.0.1:{self.port}", "8480": self.port,
        }  # fmt: skip
        wanted = re.compile("|".join(map(re.escape, places)))
        return wanted.sub(lambda seen: str(places[seen[0]]), text)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Host:
    """Folders with what the recipe copies and mounts, and the program that its RUN line makes."""
    folder = tmp_path_factory.mktemp("container")
    made = Host(
        data=folder / "data",
        settings=folder / "settings",
        program=folder / "program",
        source=folder / "source",
        temporary=folder / "temporary",
        port=free_port(),
        metrics=free_port(),
    )
    for each in (made.data, made.settings, made.source, made.temporary):
        each.mkdir(0o700)
    keys = made.settings / "master.keys"
    keys.write_text(format_master_keys((new_master_key(os.urandom),)), "utf-8")
    keys.chmod(0o400)
    for sources, target in BUILD.copied():
        for source in sources:
            put(ROOT / source, Path(made.there(target)))
    ran = (sys.executable, "-m", "build", "--wheel", "--outdir", folder, made.source)
    subprocess.run(ran, cwd="/", check=True, capture_output=True)
    (wheel,) = folder.glob("doorward-*.whl")
    steps = BUILD.one("RUN").replace(f"{SOURCE}[postgres]", str(wheel))
    assert str(wheel) in steps
    subprocess.run(
        ("/bin/sh", "-ec", made.there(steps)),
        cwd="/",
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
            "PIP_NO_DEPS": "1",
        },
        check=True,
        capture_output=True,
    )
    (installed,) = made.program.glob("lib/python*/site-packages")
    (installed / "dependencies.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    return made


def put(source: Path, target: Path) -> None:
    """Copy as COPY does: a file into a folder, of a folder what is in it."""
    if source.is_dir():
        copytree(source, target, ignore=ignore_patterns("__pycache__"))
    else:
        copy(source, target / source.name)


def test_what_is_copied_is_what_the_package_is_made_of(host: Host) -> None:
    named = (PROJECT["readme"], *PROJECT["license-files"])
    assert [each for each in named if not (host.source / each).exists()] == []
    seen = subprocess.run(
        (host.program / "bin" / "python", "-c", "import doorward; print(doorward.__file__)"),
        cwd="/", check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert Path(seen.strip()).is_relative_to(host.program)


CONFINED = """
mount --make-rprivate /
for each in "$PROGRAM" "$SETTINGS" "$DATA"; do mount --bind "$each" "$each"; done
mount -t tmpfs tmpfs "$TEMPORARY"
for each in "$PROGRAM" "$SETTINGS" /; do mount -o remount,bind,ro "$each"; done
for each in "$PROGRAM" "$SETTINGS" ""; do
    if touch "$each/x" 2> /dev/null; then echo "$each/ can be written to" >&2; exit 1; fi
done
exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
"""


def confined(host: Host, *command: str) -> tuple[list[str], dict[str, str]]:
    """Return a command as it runs in the container, and its environment."""
    own = {
        "PROGRAM": host.program, "SETTINGS": host.settings, "DATA": host.data,
        "TEMPORARY": host.temporary,
    }  # fmt: skip
    given = {name: host.there(value) for name, value in FINAL.environment().items()}
    environment = {
        **{name: str(path) for name, path in own.items()},
        **given,
        "DOORWARD_METRICS": f"127.0.0.1:{host.metrics}",
        "TMPDIR": str(host.temporary),
        "PATH": os.defpath,
    }
    space = [] if os.geteuid() == 0 else ["--map-root-user"]
    return [
        "unshare",
        *space,
        "--mount",
        "sh",
        "-ec",
        CONFINED,
        "sh",
        *map(host.there, command),
    ], environment


@pytest.fixture(scope="module")
def namespaces(host: Host) -> bool:
    """Skip where this machine lets nobody have a mount namespace."""
    command, environment = confined(host, "true")
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as missing:
        pytest.skip(f"NOT MEASURED: {missing}")
    if done.returncode != 0:
        pytest.skip(f"NOT MEASURED: {done.stderr.strip()}")
    return True


@pytest.fixture
def server(host: Host, namespaces: bool) -> Iterator[subprocess.Popen[str]]:
    """The container's command, running."""
    assert namespaces
    command, environment = confined(host, *FINAL.command("ENTRYPOINT"), *FINAL.command("CMD"))
    process = subprocess.Popen(
        command, cwd=host.data, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def healthy(host: Host) -> bool:
    """Run the health check."""
    check = [host.there(word) for word in FINAL.command("HEALTHCHECK")]
    return subprocess.run(check, capture_output=True, check=False, timeout=10).returncode == 0


def test_it_serves_on_a_read_only_root_without_capabilities_and_stops(
    host: Host, server: subprocess.Popen[str]
) -> None:
    deadline = time.monotonic() + 60
    while not healthy(host):
        assert server.poll() is None, server.communicate()[0]
        assert time.monotonic() < deadline, "it does not become healthy"
        time.sleep(0.2)
    status = Path(f"/proc/{server.pid}/status").read_text("utf-8")
    assert dict(re.findall(r"^(Cap\w+|NoNewPrivs):\s*(\w+)$", status, re.MULTILINE)) == {
        **dict.fromkeys(("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"), "0" * 16),
        "NoNewPrivs": "1",
    }
    assert (host.data / "doorward.db").exists()
    server.send_signal(getattr(signal, FINAL.one("STOPSIGNAL")))
    said, _ = server.communicate(timeout=STOP_SECONDS)
    assert server.returncode == 0, said
    assert not healthy(host)


@pytest.mark.usefixtures("namespaces")
def test_it_does_not_start_without_master_keys(host: Host) -> None:
    """It makes none beside the data, where one volume would hold secrets and what opens them."""
    command, environment = confined(host, *FINAL.command("ENTRYPOINT"), *FINAL.command("CMD"))
    environment["DOORWARD_MASTER_KEY_FILE"] = str(host.settings / "absent")
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode != 0
    assert "absent" in done.stderr
    assert "Traceback" not in done.stderr
