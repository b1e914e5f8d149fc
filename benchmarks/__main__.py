"""``python -m benchmarks [NAME…]``: run the named benchmarks, or all."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = ("engine", "memory", "worst", "server", "large", "writes", "cold", "estate")


def main(arguments: list[str]) -> int:
    """Run; return the exit code."""
    unknown = [name for name in arguments if name not in NAMES]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in arguments or NAMES:
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
