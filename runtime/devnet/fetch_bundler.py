"""Fetches the bundler alto with all it depends on, once: `python -m stratc.runtime.devnet.fetch_bundler`.

It is under the GPL, takes 350 MB and serves the tests alone. `alto/package-lock.json` holds each of its packages to a
hash; no package's script is run. After a change of `alto/package.json`, write the lock anew in that folder with
`npm install --package-lock-only --omit-lockfile-registry-resolved`.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from stratc.runtime.devnet.cache import cache_folder
from stratc.runtime.devnet.fetch import npm, settle, told
from stratc.runtime.devnet.problems import DevnetError

LOCKED = Path(__file__).parent / "alto"
SMALL = ("--omit=optional", "--omit=peer")
FETCH = "python -m stratc.runtime.devnet.fetch_bundler (needs Node's npm)"


def fetched_bundler(cache: Path | None = None) -> Path:
    """The folder with the bundler that the lock names.

    Raises:
        DevnetError: it is not here.
    """
    folder = _folder(cache)
    if not folder.is_dir():
        raise DevnetError("the bundler, alto, has not been fetched", FETCH)
    return folder


def fetch_bundler(cache: Path | None = None, tell: Callable[[str], None] = lambda line: None) -> None:
    """Have it in the cache; `tell` gets a line when it was not.

    Raises:
        DevnetError: there is no npm, or it does not deliver what the lock names.
    """
    folder = _folder(cache)
    if folder.is_dir():
        return
    tell("fetching the bundler, alto, with the packages it depends on")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as place:
        made = Path(place) / "alto"
        shutil.copytree(LOCKED, made)
        npm("the bundler, alto,", "ci", "--ignore-scripts", "--no-audit", "--no-fund", *SMALL, at=made)
        settle(made, folder)


def _folder(cache: Path | None) -> Path:
    lock = hashlib.sha256((LOCKED / "package-lock.json").read_bytes()).hexdigest()
    return (cache or cache_folder()) / f"alto-{lock[:12]}"


if __name__ == "__main__":
    sys.exit(told(lambda tell: fetch_bundler(tell=tell)))
