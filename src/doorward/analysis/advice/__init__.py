"""What would change a decision: ``advise`` finds it, ``applied`` carries it out on values."""

from doorward.analysis.advice.advise import advise
from doorward.analysis.advice.applied import applied

__all__ = ["advise", "applied"]
