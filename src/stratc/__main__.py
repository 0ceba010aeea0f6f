"""Entry point of `stratc` and of `python -m stratc`."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line; it ends the process with the exit code of the command."""
    try:
        from stratc.cli.main import main as cli  # noqa: PLC0415 - importing this module loads no click
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    cli()


if __name__ == "__main__":
    main()
