"""``python -m doorward.cli``: the command line where no script is installed."""

from __future__ import annotations

from doorward.cli import main

main()
