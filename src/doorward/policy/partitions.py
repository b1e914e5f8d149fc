"""AWS's partitions: groups of Regions with accounts, ARNs and IAM of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COMMERCIAL: Final = "aws"
"""The partition of the commercial Regions, of which a directory that is served is."""

PARTITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    COMMERCIAL: (
        "us-east-1",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    ),
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
    "aws-eusc": ("eusc-de-east-1",),
    "aws-iso": ("us-iso-east-1", "us-iso-west-1"),
    "aws-iso-b": ("us-isob-east-1", "us-isob-west-1"),
    "aws-iso-e": ("eu-isoe-west-1",),
    "aws-iso-f": ("us-isof-east-1", "us-isof-south-1"),
    "aws-us-gov": ("us-gov-east-1", "us-gov-west-1"),
}
"""The Regions of each that every account may use.

Of ``aws`` they are the 17 that were opened before 20 March 2019, all there will ever be; the same
are what ``account:ListRegions`` answered for an account that had opted into none (recorded in
mondoohq/mql pull request 5143). Of the others nothing is known to need opting in: they are those
of the SDKs' endpoint data (botocore's ``partitions.json``).
"""


_IN_CHINA: Final = ".amazonaws.com.cn"


def service(name: str) -> str:
    """Return the name that a service principal has elsewhere: in China some end in ``.cn``.

    Source: IAM User Guide, "AWS JSON policy elements: Principal", on service principals by Region.
    """
    return name.removesuffix(".cn") if name.endswith(_IN_CHINA) else name


def spellings(name: str, partition: str) -> tuple[str, ...]:
    """Return what policies of a partition may call a service by."""
    return (name, f"{name}.cn") if partition == "aws-cn" else (name,)
