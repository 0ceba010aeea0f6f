"""Entry point of `stratc` and of `python -m stratc`."""

from __future__ import annotations


def main() -> None:
    """Run the command line; it ends the process with the exit code of the command."""
    from stratc.cli.main import main as cli  # noqa: PLC0415 - importing this module loads no click

    cli()


if __name__ == "__main__":
    main()
