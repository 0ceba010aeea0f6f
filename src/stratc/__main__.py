"""Entry point of `stratc` and of `python -m stratc`."""

from __future__ import annotations


def main() -> None:
    """Run the command line; it ends the process with the exit code of the command."""
    # Imported here so that `import stratc.__main__` stays free of click.
    from stratc.cli.main import main as cli

    cli()


if __name__ == "__main__":
    main()
