"""An installation examined from outside, while its servers may run: what is well, and what not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from doorward.errors import ConfigurationError, DoorwardError, StoreDamaged, StoreError
from doorward.store import inspection
from doorward.store.address import parse_address
from doorward.store.database import Store
from doorward.usecases.config import Reread
from doorward.usecases.doctor import host_checks, store_checks
from doorward.usecases.doctor.finding import (
    Check,
    Finding,
    NotKnown,
    Patient,
    State,
    closing,
    unknown,
)

__all__ = ["CHECKS", "Finding", "State", "examine"]

CHECKS: dict[str, Check] = {
    "configuration": host_checks.configuration,
    "store": store_checks.reachable,
    "integrity": store_checks.integrity,
    "master keys": store_checks.keys,
    "changes": store_checks.feed,
    "references": store_checks.references,
    "server": store_checks.server,
    "clock": host_checks.clock,
    "certificate": host_checks.tls_certificate,
    "files": host_checks.files,
    "disk": host_checks.disk,
}
"""Every check, by the name that its finding has, in the order in which they are made."""


def examine(read: Reread, clock: Callable[[], datetime]) -> tuple[Finding, ...]:
    """Make every check of the installation whose settings ``read`` gives; never raises.

    Nothing is made and nothing is changed.
    """
    with closing(_admitted(read, clock())) as patient:
        return tuple(_made(name, check, patient) for name, check in CHECKS.items())


def _made(name: str, check: Check, patient: Patient) -> Finding:
    """Make one check; what keeps it from being made is not known to be well."""
    try:
        return check(patient)
    except (NotKnown, DoorwardError, OSError) as error:
        return unknown(name, str(error))


def _admitted(read: Reread, now: datetime) -> Patient:
    """Open what can be opened."""
    try:
        settings = read()
        address = parse_address(settings.store)
    except ConfigurationError as error:
        return Patient(None, str(error), now)
    patient = Patient(settings, "", now)
    if address.in_memory:
        patient.why = "a store in memory is its server's alone"
        return patient
    if address.file is not None and not address.file.exists():
        patient.why = f"{address.file} does not exist"
        return patient
    try:
        store = Store.open(settings.store)
        patient.store = store
        if store.look(inspection.is_newest):
            patient.snapshot = store.load()
        else:
            patient.why = f"its schema is {store.look(inspection.revision)}, not this program's"
    except StoreDamaged as error:
        patient.damage = str(error)
    except (StoreError, ConfigurationError) as error:
        patient.why = str(error)
    return patient
