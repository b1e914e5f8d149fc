"""Credentials while the database is gone: issued once it is on this machine's disk, or not at all.

Source: DESIGN §7, "Durability" and "Storage": AssumeRole goes on from the last snapshot.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.acceptance.outage.cable import cable_to
from tests.acceptance.outage.outages import unrecorded
from tests.live import ACCOUNT, serving
from tests.store.places import postgresql_database, postgresql_server

pytestmark = pytest.mark.postgres

TRUST = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"


@pytest.mark.parametrize("spooled", [True, False])
def test_row_84_roles_are_assumed_while_the_database_is_gone(
    tmp_path: Path, *, spooled: bool
) -> None:
    with (
        postgresql_server() as server,
        postgresql_database(server) as url,
        cable_to(url) as (way, cable),
        serving(way, {"DOORWARD_SPOOL": str(tmp_path)} if spooled else {}) as live,
    ):
        trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
        live.client("iam").create_role(RoleName="app", AssumeRolePolicyDocument=trust)
        sts = live.client("sts")
        cable.cut()
        if not spooled:
            with pytest.raises(ClientError) as refused:
                sts.assume_role(RoleArn=ROLE, RoleSessionName="one")
            assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
            cable.mend()
            return
        issued = sts.assume_role(RoleArn=ROLE, RoleSessionName="one")
        request = issued["ResponseMetadata"]["RequestId"]
        (file,) = tmp_path.iterdir()
        assert request in file.read_text()
        assert issued["Credentials"]["SecretAccessKey"] not in file.read_text()
        assert issued["Credentials"]["SessionToken"] not in file.read_text()
        cable.mend()
        assert unrecorded(url, [request]) == 0
