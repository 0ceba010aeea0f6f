"""Where fetched packages are kept."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """`.cache/chain` of a checkout; installed, `stratc/chain` in the user's cache."""
    root = Path(__file__).resolve().parents[2]
    if (root / "pyproject.toml").is_file() and (root / "runtime").is_dir():
        return root / ".cache" / "chain"
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path.home() / ".cache") / "stratc" / "chain"
