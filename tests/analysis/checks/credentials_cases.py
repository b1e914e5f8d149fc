"""Cases of the checks in ``analysis.checks.credentials``."""

from __future__ import annotations

from doorward.model.evidence import Access, Source
from doorward.results.finding import State
from tests.analysis.checks.case import (
    Case,
    days_ago,
    key,
    password,
    used,
    user,
)
from tests.analysis.checks.seen import accessed, row, signed_in, undated_keys

ANA, BEN = user("ana"), user("ben")
REPORT, LISTED = Source.CREDENTIAL_REPORT, Source.ACCESS_KEYS
NO_REPORT = Case("no report", State.NOT_CHECKED, without=(REPORT,))
NEITHER = Case("neither keys nor report", State.NOT_CHECKED, without=(REPORT, LISTED))


FIRST = {"key-id": key(ANA).id}
"""The answer to what the id of Ana's key is."""


CASES = {
    "user.pw_unused": (
        Case("no password", State.PASS, (ANA,)),
        *(
            Case(
                f"used {days} days ago",
                State.PASS,
                (ANA, password(ANA, changed=400)),
                evidence=signed_in("ana", days_ago(days)),
            )
            for days in (1, 44, 45, 45.9)
        ),
        Case(
            "used 46 days ago",
            State.FAIL,
            (ANA, password(ANA, changed=400)),
            subjects=(ANA.arn,),
            evidence=signed_in("ana", days_ago(46)),
        ),
        Case("never used, set 45 days ago", State.PASS, (ANA, password(ANA, changed=45))),
        Case(
            "never used, set 46 days ago",
            State.FAIL,
            (ANA, password(ANA, changed=46), BEN, password(BEN)),
            subjects=(ANA.arn,),
        ),
        Case(
            "as Security Hub counts",
            State.PASS,
            (ANA, password(ANA, changed=90)),
            thresholds={"password_unused": 90},
        ),
        Case(
            "nobody says when it was set",
            State.UNKNOWN,
            (ANA, password(ANA)),
            subjects=(ANA.arn,),
            evidence=row("ana", password_changed=None, created=None),
        ),
        NO_REPORT,
    ),
    "user.key_unused": (
        Case("no key", State.PASS, (ANA,)),
        Case("an inactive one", State.PASS, (ANA, key(ANA, age=400, active=False))),
        *(
            Case(
                f"used {days} days ago",
                State.PASS,
                (ANA, key(ANA, age=400)),
                (used(key(ANA), days=days),),
            )
            for days in (1, 44, 45)
        ),
        Case(
            "used 46 days ago",
            State.FAIL,
            (ANA, key(ANA, age=400)),
            (used(key(ANA), days=46),),
            subjects=(ANA.arn,),
        ),
        Case("never used, made 45 days ago", State.PASS, (ANA, key(ANA, age=45))),
        Case(
            "never used, made 46 days ago",
            State.FAIL,
            (ANA, key(ANA, age=46)),
            subjects=(ANA.arn,),
        ),
        Case(
            "one of two",
            State.FAIL,
            (ANA, key(ANA, age=400), key(ANA, age=300, number="2")),
            (used(key(ANA), days=1),),
            subjects=(ANA.arn,),
        ),
        Case(
            "the report alone tells of it",
            State.FAIL,
            (ANA, key(ANA, age=400)),
            subjects=(ANA.arn,),
            without=(LISTED,),
            answers=FIRST,
        ),
        Case(
            "two of the same second",
            State.FAIL,
            (ANA, key(ANA, age=400), key(ANA, age=400, number="2")),
            subjects=(ANA.arn, ANA.arn),
            cleared=False,
            why="the report does not tell which of the two keys is which",
        ),
        Case(
            "nobody says when it was made",
            State.UNKNOWN,
            (ANA, key(ANA)),
            subjects=(ANA.arn,),
            evidence=undated_keys("ana"),
        ),
        NO_REPORT,
    ),
    "user.key_never_used": (
        Case("a program's", State.PASS, (ANA, key(ANA, age=400))),
        Case("used", State.PASS, (ANA, password(ANA), key(ANA)), (used(key(ANA), days=5),)),
        Case("inactive", State.PASS, (ANA, password(ANA), key(ANA, active=False))),
        Case(
            "with a password, made today",
            State.FAIL,
            (ANA, password(ANA), key(ANA, age=0)),
            subjects=(ANA.arn,),
        ),
        Case(
            "with a password, of the report alone",
            State.FAIL,
            (ANA, password(ANA), key(ANA)),
            subjects=(ANA.arn,),
            without=(LISTED,),
            answers=FIRST,
        ),
        NO_REPORT,
    ),
    "user.key_age": (
        *(
            Case(f"{days} days", State.PASS, (ANA, key(ANA, age=days)))
            for days in (0, 89, 90, 90.9)
        ),
        Case("91 days", State.FAIL, (ANA, key(ANA, age=91)), subjects=(ANA.arn,)),
        Case("inactive", State.PASS, (ANA, key(ANA, age=400, active=False))),
        Case(
            "the other is young",
            State.FAIL,
            (ANA, key(ANA, age=400), key(ANA, age=3, number="2")),
            subjects=(ANA.arn,),
        ),
        Case(
            "both",
            State.FAIL,
            (ANA, key(ANA, age=400), key(ANA, age=300, number="2")),
            subjects=(ANA.arn, ANA.arn),
        ),
        Case(
            "both, of the same second",
            State.FAIL,
            (ANA, key(ANA, age=400), key(ANA, age=400, number="2")),
            subjects=(ANA.arn, ANA.arn),
        ),
        Case(
            "the report alone",
            State.FAIL,
            (ANA, key(ANA, age=400)),
            subjects=(ANA.arn,),
            without=(LISTED,),
            answers=FIRST,
        ),
        Case(
            "the list of keys alone",
            State.FAIL,
            (ANA, key(ANA, age=400)),
            subjects=(ANA.arn,),
            without=(REPORT,),
        ),
        Case(
            "once a year is enough",
            State.PASS,
            (ANA, key(ANA, age=365)),
            thresholds={"key_age": 365},
        ),
        Case(
            "the report alone, without a date",
            State.UNKNOWN,
            (ANA, key(ANA)),
            subjects=(ANA.arn,),
            without=(LISTED,),
            evidence=undated_keys("ana"),
        ),
        NEITHER,
    ),
    "user.key_inactive_old": (
        Case("active", State.PASS, (ANA, key(ANA, age=400))),
        Case("90 days", State.PASS, (ANA, key(ANA, age=90.5, active=False))),
        Case(
            "91 days",
            State.FAIL,
            (ANA, key(ANA, age=91, active=False)),
            subjects=(ANA.arn,),
        ),
        Case(
            "two of the same second",
            State.FAIL,
            (ANA, key(ANA, age=91, active=False), key(ANA, age=91, active=False, number="2")),
            subjects=(ANA.arn, ANA.arn),
        ),
        Case("the report is not enough", State.NOT_CHECKED, without=(LISTED,)),
    ),
    "user.two_keys": (
        Case("one", State.PASS, (ANA, key(ANA))),
        Case(
            "one of two is active",
            State.PASS,
            (ANA, key(ANA), key(ANA, number="2", active=False)),
        ),
        Case(
            "two, of different use",
            State.FAIL,
            (ANA, key(ANA, age=20), key(ANA, number="2")),
            (used(key(ANA), days=1),),
            subjects=(ANA.arn,),
        ),
        Case(
            "two by the report alone",
            State.FAIL,
            (ANA, key(ANA, age=20), key(ANA, number="2"), BEN, key(BEN)),
            subjects=(ANA.arn,),
            without=(LISTED,),
            answers=FIRST,
        ),
        Case(
            "two of the same second",
            State.FAIL,
            (ANA, key(ANA), key(ANA, number="2")),
            subjects=(ANA.arn,),
            answers=FIRST,
        ),
        NEITHER,
    ),
    "user.pw_and_key": (
        Case("a password", State.PASS, (ANA, password(ANA))),
        Case("a key", State.PASS, (ANA, key(ANA))),
        Case("an inactive key", State.PASS, (ANA, password(ANA), key(ANA, active=False))),
        Case("a person's", State.FAIL, (ANA, password(ANA), key(ANA)), subjects=(ANA.arn,)),
        Case(
            "a person's, with two keys",
            State.FAIL,
            (ANA, password(ANA), key(ANA, age=20), key(ANA, number="2")),
            subjects=(ANA.arn,),
            without=(LISTED,),
            answers={"key-id-1": key(ANA).id, "key-id-2": key(ANA, number="2").id},
        ),
        Case(
            "a program's",
            State.FAIL,
            (ANA, password(ANA), key(ANA)),
            (used(key(ANA), days=1),),
            subjects=(ANA.arn,),
            evidence=signed_in("ana", days_ago(9)),
        ),
        NO_REPORT,
    ),
    "user.long_lived": (
        Case(
            "assumes roles",
            State.PASS,
            (ANA, key(ANA)),
            evidence=accessed(
                ANA.arn, Access("sts", days_ago(1)), Access("iam", days_ago(1)), Access("s3", None)
            ),
        ),
        Case("never did anything", State.PASS, (ANA, key(ANA))),
        Case(
            "with an inactive key",
            State.PASS,
            (ANA, key(ANA, active=False)),
            evidence=accessed(ANA.arn, Access("s3", days_ago(1))),
        ),
        Case(
            "without a key",
            State.PASS,
            (ANA, password(ANA)),
            evidence=accessed(ANA.arn, Access("s3", days_ago(1))),
        ),
        Case(
            "works in S3",
            State.FAIL,
            (ANA, key(ANA)),
            subjects=(ANA.arn,),
            evidence=accessed(ANA.arn, Access("sts", days_ago(1)), Access("s3", days_ago(1))),
        ),
        Case(
            "works in S3, by the report alone",
            State.FAIL,
            (ANA, key(ANA)),
            subjects=(ANA.arn,),
            without=(LISTED,),
            evidence=accessed(ANA.arn, Access("s3", days_ago(100))),
            answers={"key-id-1": key(ANA).id},
        ),
        Case("last accesses are not known", State.NOT_CHECKED, without=(Source.LAST_ACCESSED,)),
        NEITHER,
    ),
}
