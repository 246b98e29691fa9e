"""The command ``leitong``: ``python -m leitong`` is the same."""

import sys

from leitong import _native


def main() -> int:
    """Run the command with the arguments of the process; return its exit code."""
    return _native.command(["leitong", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
