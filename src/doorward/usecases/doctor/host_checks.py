"""Checks of what surrounds a store: configuration, certificate, clock, files, disk."""

from __future__ import annotations

import os
import re
import shutil
import stat
from datetime import timedelta
from pathlib import Path

from doorward.credentials.certificates import certificate
from doorward.errors import ConfigurationError, InvalidInput
from doorward.store import inspection
from doorward.store.address import parse_address
from doorward.usecases import tls
from doorward.usecases.doctor.finding import Finding, Patient, failed, passed, unknown
from doorward.usecases.master_keys import key_file

CLOCKS_APART = timedelta(seconds=30)
"""How far this clock may be from the database's, and the newest record ahead of it."""

SOON = timedelta(days=14)
"""How long before its end a certificate should have been renewed."""

LEAST_FREE_BYTES = 256 << 20
LEAST_FREE_FILES = 1000

_FIRST = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def configuration(patient: Patient) -> Finding:
    """Settings can be read, and go with each other."""
    if patient.settings is None:
        return failed("configuration", patient.why, "correct the setting that it names")
    return passed("configuration", "every setting is known and can be used")


def tls_certificate(patient: Patient) -> Finding:
    """Certificate and key can be used, and hold for some time yet."""
    name, settings = "certificate", patient.sure_settings()
    if settings.tls_certificate is None:
        return passed(name, "none is set: the server speaks plain HTTP")
    try:
        tls.context(settings)
        found = _FIRST.search(Path(settings.tls_certificate).read_text("utf-8"))
        ends = certificate(found.group() if found else "").not_after
    except (ConfigurationError, InvalidInput, OSError, UnicodeDecodeError) as error:
        return failed(name, str(error), "give a certificate and its key, both in PEM")
    seen = f"it holds until {ends.isoformat(timespec='minutes')}"
    if ends < patient.now + SOON:
        return failed(name, seen, "renew it, then send the server SIGHUP")
    return passed(name, seen)


def clock(patient: Patient) -> Finding:
    """The clock agrees with the database's, and nothing was recorded in the future."""
    name, store = "clock", patient.sure_store()
    newest = store.look(inspection.newest_event)
    theirs = store.look(inspection.clock)
    do = "set this machine's clock by NTP: signatures and sessions hang on it"
    if newest is not None and newest > patient.now + CLOCKS_APART:
        return failed(name, f"it is behind the newest recorded call, of {newest.isoformat()}", do)
    if theirs is not None:
        apart = abs(theirs - patient.now)
        seen = f"it is {apart.total_seconds():.1f} s from the database's"
        return passed(name, seen) if apart <= CLOCKS_APART else failed(name, seen, do)
    if newest is None:
        return unknown(name, "nothing is recorded to compare it with")
    return passed(name, "it is not behind the newest recorded call; no time server was asked")


def files(patient: Patient) -> Finding:
    """Files that hold secrets are their owner's alone."""
    name, settings = "files", patient.sure_settings()
    database = parse_address(settings.store).file
    found = [] if database is None else [Path(f"{database}{end}") for end in ("", "-wal", "-shm")]
    found += [file for file in (key_file(settings),) if file is not None]
    found += [Path(settings.tls_key)] if settings.tls_key else []
    there = [file for file in found if file.exists()]
    open_ = [file for file in there if stat.S_IMODE(file.stat().st_mode) & 0o077]
    if open_:
        shown = ", ".join(f"{file} is {stat.S_IMODE(file.stat().st_mode):03o}" for file in open_)
        return failed(name, shown, f"chmod 600 {' '.join(str(file) for file in open_)}")
    shown = ", ".join(str(file) for file in there) or "there are none"
    return passed(name, f"only their owner can read them: {shown}")


def disk(patient: Patient) -> Finding:
    """There is room for writes."""
    name = "disk"
    database = parse_address(patient.sure_settings().store).file
    if database is None:
        return unknown(name, "the database is elsewhere", "look at its disk there")
    free = shutil.disk_usage(database.parent).free
    inodes = os.statvfs(database.parent).f_favail
    kept = database.with_name(database.name + ".ballast").exists()
    seen = (
        f"{free >> 20} MiB are free beside {database}; the room for revocations is"
        f" {'kept' if kept else 'not kept: its server makes it'}"
    )
    if free < LEAST_FREE_BYTES or 0 < inodes < LEAST_FREE_FILES:
        return failed(name, seen, "make room: a full disk stops every write but revocations")
    return passed(name, seen)
