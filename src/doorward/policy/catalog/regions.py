"""The Regions that every account may use."""

from __future__ import annotations

from typing import Final

ENABLED_BY_DEFAULT: Final = frozenset(
    {
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
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    }
)
"""The Regions of the partition ``aws`` that were opened before 20 March 2019: all there will ever
be. The same 17 are what ``account:ListRegions`` answered for an account that had opted into none
(recorded in mondoohq/mql pull request 5143)."""
