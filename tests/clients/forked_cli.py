"""Runs AWS CLI commands, each in a fork of a process that has loaded the CLI already.

`python -m tests.clients.forked_cli`: a line of JSON in for each command (``arguments``,
``environment``, ``folder``, ``input``), a line out (``code``, ``out``, ``err``). A fork does what
the program ``aws`` does; that it need not import it again saves most of a second each.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from tempfile import TemporaryFile
from typing import IO, Any

import awscli.clidriver
import awscli.handlers


def main() -> None:
    """Serve commands until stdin ends."""
    for line in sys.stdin:
        with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
            said = _run(json.loads(line), given, out, err)
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


def _run(asked: dict[str, Any], given: IO[bytes], out: IO[bytes], err: IO[bytes]) -> Any:
    given.write(asked["input"].encode())
    given.seek(0)
    pid = os.fork()
    if not pid:
        _become(asked, [given.fileno(), out.fileno(), err.fileno()])
    _, status = os.waitpid(pid, 0)
    texts = {}
    for name, file in (("out", out), ("err", err)):
        file.seek(0)
        texts[name] = file.read().decode()
    return {"code": os.waitstatus_to_exitcode(status), **texts}


def _become(asked: dict[str, Any], streams: list[int]) -> None:
    """Run the command in this process, which is a fork, and end it."""
    code = 70  # what ends by an exception that the CLI does not catch
    try:
        os.setsid()  # without a terminal, so that questions are answered from stdin
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        own = {"AWS_DATA_PATH": os.environ["AWS_DATA_PATH"]}  # the CLI sets it as it is loaded
        os.environ.clear()
        os.environ.update({**own, **asked["environment"]})
        os.chdir(asked["folder"])
        sys.argv = ["aws", *asked["arguments"]]
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (ends with the process)
        code = awscli.clidriver.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 (a fork must not go on as its parent does)
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
