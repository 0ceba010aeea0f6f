"""Options that name a node, a bundler or a relay by its URL."""

from __future__ import annotations

from urllib.parse import urlsplit

import click

from stratc.cli.failures import USAGE, Failure


def url(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """The option's value, where it is a URL that can be asked; it may hold a secret, and is not told.

    Raises:
        Failure: it is none.
    """
    if value is not None and not _is_http(value):
        raise Failure(
            USAGE,
            f"--{option.name} is no URL of http or https",
            "write it out, as http://127.0.0.1:8545; a node's websocket is not asked",
        )
    return value


def _is_http(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
