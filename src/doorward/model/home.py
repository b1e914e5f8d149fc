"""Where an account is: its id and its partition, of which every ARN in it is made.

Source: IAM User Guide, "IAM identifiers": the partition "aws", "aws-cn" for the Regions in China,
"aws-us-gov" for those of GovCloud; no principal of one may be given access in another.
"""

from __future__ import annotations

import msgspec

from doorward.model.directory import Directory
from doorward.model.organization import Account
from doorward.policy.partitions import COMMERCIAL, PARTITIONS


class Home(msgspec.Struct, frozen=True):
    """An account in its partition."""

    account: str
    partition: str = COMMERCIAL

    def iam(self, resource: str) -> str:
        """Return the ARN of something of the account's in IAM: ``role/Name``."""
        return f"arn:{self.partition}:iam::{self.account}:{resource}"

    @property
    def root(self) -> str:
        """The ARN of the root user, which also stands for the account."""
        return self.iam("root")

    def aws_policy(self, name: str) -> str:
        """Return the ARN of one of AWS's own managed policies, by its path and name."""
        return f"arn:{self.partition}:iam::aws:policy/{name}"

    @property
    def region(self) -> str:
        """A Region that the account may have something in."""
        return self.regions[0]

    @property
    def regions(self) -> tuple[str, ...]:
        """The Regions that every account of the partition may use."""
        return PARTITIONS[self.partition]

    def at(self, template: str, name: str, account: str = "", region: str = "") -> str:
        """Fill a template of ARNs: ``{p}`` partition, ``{r}`` Region, ``{a}`` account, ``{n}``."""
        return template.format(
            p=self.partition, r=region or self.region, a=account or self.account, n=name
        )


def home_of(directory: Directory, account: str) -> Home:
    """Return where an account is; one that is not known is taken to be in ``aws``."""
    found = directory.get(Account, account)
    return Home(account) if found is None else Home(account, found.partition)
