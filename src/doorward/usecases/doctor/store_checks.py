"""Checks of a store itself: that it answers, is whole, and opens with the keys."""

from __future__ import annotations

import http.client
import re
import threading
from itertools import islice

from doorward.credentials.sealing import SealBroken, Sealer, master_key_id
from doorward.errors import ConfigurationError, StoreDamaged, StoreError
from doorward.model.schema import SCHEMAS
from doorward.model.snapshot import Snapshot
from doorward.store import inspection
from doorward.store.database import Store
from doorward.usecases.config import METRICS_ADDRESS, METRICS_PATH, OFF, address
from doorward.usecases.doctor.finding import Finding, Patient, failed, passed, unknown
from doorward.usecases.doctor.references import dangling
from doorward.usecases.master_keys import master_keys
from doorward.usecases.sealed import values

SHOWN = 5
"""How many of many things are named."""

LOOKS, PAUSE = 10, 1.0
"""How often a server is asked how far it is, and the seconds between: it counts each five."""

_AHEAD = re.compile(r"^doorward_directory_version_(?:min|max) ([0-9.e+]+)$", re.MULTILINE)


def reachable(patient: Patient) -> Finding:
    """The store answers, with this program's schema."""
    if patient.settings is not None and patient.store is None:
        return failed("store", patient.why, "see that it is there and that it may be used")
    if patient.snapshot is None and not patient.damage:
        patient.sure_store()
        return failed("store", patient.why, "use the version of Doorward that serves it")
    schema = patient.sure_store().look(inspection.revision)
    return passed("store", f"it answers, and has this program's schema, {schema}")


def integrity(patient: Patient) -> Finding:
    """The database's pages are whole, and the rows are those that were written."""
    name, store = "integrity", patient.sure_store()
    try:
        damage = store.look(inspection.damage)
    except StoreError as error:
        if not patient.sure_settings().store.startswith("sqlite:"):
            raise
        damage = str(error)  # so damaged that SQLite cannot even look
    if found := damage or patient.damage:
        return failed(name, found, "keep a copy, stop the server and restore a backup")
    patient.sure_snapshot()
    rows = "the rows that decisions are made from are as they were written"
    if damage is None:
        seen = f"{rows}; the database's data checksums are off: it does not look at its pages"
        return unknown(name, seen, "see pg_checksums in PostgreSQL's documentation")
    return passed(name, f"the database finds no damage in its pages, and {rows}")


def keys(patient: Patient) -> Finding:
    """The master keys open every secret."""
    name, snapshot = "master keys", patient.sure_snapshot()
    try:
        held = master_keys(patient.sure_settings())
    except ConfigurationError as error:
        return failed(name, str(error), "bring the master keys back from where they are kept")
    sealer, shut, count = Sealer(held), set(), 0
    for value in values(snapshot):
        count += 1
        try:
            sealer.unseal(value.sealed, context=value.context)
        except SealBroken:
            shut.add(_key_of(value.sealed))
    if shut:
        seen = f"some of {count} secrets do not open; they are sealed by {', '.join(sorted(shut))}"
        return failed(name, seen, "add the master keys that are missing to the file")
    return passed(name, f"they open all of {count} secrets")


def _key_of(sealed: bytes) -> str:
    """Return the id of the master key that a value names."""
    try:
        return master_key_id(sealed).decode("ascii", "replace")
    except SealBroken:
        return "no key"


def feed(patient: Patient) -> Finding:
    """Who follows the changes from the beginning comes to what is in the store."""
    name, store = "changes", patient.sure_store()
    do = "keep a copy of the store and report this: processes may decide on different states"
    if gaps := store.look(inspection.gaps):
        return failed(name, f"the changes of {', '.join(gaps[:SHOWN])} are not all there", do)
    for _ in range(3):
        whole = store.load()
        try:
            changes, versions = store.changes_since(Snapshot.empty())
        except StoreDamaged as error:
            return failed(name, str(error), do)
        except StoreError:
            return unknown(name, "the first changes are not kept any more")
        if dict(versions) != dict(whole.versions):
            continue  # somebody wrote in between
        followed = Snapshot.empty().apply(changes, versions)
        differ = [kind.__name__ for kind in SCHEMAS if followed.all(kind) != whole.all(kind)]
        if differ:
            return failed(name, f"they do not lead to every {', '.join(differ)} that is there", do)
        return passed(name, f"{sum(versions.values())} changes lead to what is in the store")
    return unknown(name, "the store was written to all the time", "try again")


def references(patient: Patient) -> Finding:
    """Everything that is referred to is there."""
    found = list(islice(dangling(patient.sure_snapshot()), SHOWN + 1))
    if found:
        shown = "; ".join(found[:SHOWN]) + ("; and more" if len(found) > SHOWN else "")
        do = "keep a copy of the store and report this: no call leaves such a thing behind"
        return failed("references", shown, do)
    return passed("references", "everything that is referred to is there")


def server(patient: Patient) -> Finding:
    """The processes of the server that runs here are at the store's newest state."""
    name, store = "server", patient.sure_store()
    where = patient.sure_settings().metrics or METRICS_ADDRESS
    if where in {OFF, METRICS_PATH}:
        return unknown(name, "its metrics are not told at an address of their own")
    seen: list[float] = []
    after = 0
    for _ in range(LOOKS):
        before = _changes(store)
        try:
            seen = _told(where)
        except (OSError, http.client.HTTPException, ValueError):
            return unknown(name, f"no server tells its metrics at {where}", "start it")
        after = _changes(store)
        if seen and before <= min(seen) and max(seen) <= after:
            return passed(name, f"every process knows of all {after} changes")
        threading.Event().wait(PAUSE)
    return failed(
        name,
        f"after {LOOKS} looks a process knew of {min(seen, default=0):.0f} of {after} changes",
        "restart it, unless it serves another store",
    )


def _changes(store: Store) -> int:
    """Return how many changes the store ever had."""
    with store.read() as directory:
        return sum(directory.versions().values())


def _told(where: str) -> list[float]:
    """Return of how many changes the processes know that are behind and ahead of the others."""
    host, port = address("metrics", where)
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", METRICS_PATH)
        text = connection.getresponse().read().decode()
    finally:
        connection.close()
    return [float(value) for value in _AHEAD.findall(text)]
