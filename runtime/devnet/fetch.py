"""Fetches the packages of the local chain with npm, once: `python -m stratc.runtime.devnet.fetch`.

Archives are taken one by one (`npm pack`), held against their hashes and unpacked; nothing is installed and no
package's script is run.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from stratc.runtime.devnet.cache import cache_folder
from stratc.runtime.devnet.packages import CONTRACTS, Package, anvil_package
from stratc.runtime.devnet.problems import DevnetError

ROUND_SECONDS = 300
"""How long npm may take for one request."""
SETTINGS = "check npm's registry settings"


def fetched(package: Package, cache: Path | None = None) -> Path:
    """The folder of a package that is here.

    Raises:
        DevnetError: it is not.
    """
    folder = (cache or cache_folder()) / package.folder
    if not folder.is_dir():
        raise DevnetError(f"{package.name} {package.version} has not been fetched", FETCH)
    return folder


OWN = "install Foundry's anvil by other means and set STRATC_ANVIL to its program file"
FETCH = "python -m stratc.runtime.devnet.fetch (needs Node's npm)"


def fetch(
    packages: Iterable[Package], cache: Path | None = None, tell: Callable[[str], None] = lambda line: None
) -> None:
    """Have all of them in the cache; `tell` gets a line for each one that was not.

    Raises:
        DevnetError: there is no npm, it does not deliver, or an archive is not what it must be.
    """
    kept = cache or cache_folder()
    for package in packages:
        if not (kept / package.folder).is_dir():
            tell(f"fetching {package.name} {package.version}")
            _fetch(package, kept)


def needed() -> list[Package]:
    """The node for this machine, unless `STRATC_ANVIL` names one, and all contracts.

    Raises:
        DevnetError: the node does not exist for this machine.
    """
    if os.environ.get("STRATC_ANVIL"):
        return list(CONTRACTS)
    anvil = anvil_package()
    if anvil is None:
        raise DevnetError(f"there is no local node (anvil) for {sys.platform} on this processor", OWN)
    return [anvil, *CONTRACTS]


def _fetch(package: Package, cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".fetching-") as place:
        archive = _packed(package, Path(place))
        _hold(package, archive)
        unpacked = Path(place) / "unpacked"
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked, filter="data")
        settle(next(unpacked.iterdir()), cache / package.folder)


def settle(folder: Path, target: Path) -> None:
    """Move it into place in one step; whoever fetched it at the same time may have been first."""
    try:
        os.rename(folder, target)
    except OSError:
        if not target.is_dir():
            raise


def _packed(package: Package, place: Path) -> Path:
    wanted = f"{package.name} {package.version}"
    npm(
        wanted,
        "pack",
        "--silent",
        "--pack-destination",
        str(place),
        f"{package.name}@{package.version}",
        at=place,
    )
    archives = list(place.glob("*.tgz"))
    if len(archives) != 1:
        raise DevnetError(f"npm delivered {len(archives)} archives of {wanted} instead of one", SETTINGS)
    return archives[0]


def npm(wanted: str, *words: str, at: Path) -> None:
    """Run npm in a folder; `wanted` names in errors what it is asked for.

    Raises:
        DevnetError: there is no npm, or it does not deliver.
    """
    program = shutil.which("npm")
    if program is None:
        raise DevnetError(
            f"npm is not here, and {wanted} comes with it", "install Node.js 20 or later, which brings npm"
        )
    try:
        done = subprocess.run(
            [program, *words], cwd=at, capture_output=True, text=True, timeout=ROUND_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise DevnetError(f"npm did not deliver {wanted} within {ROUND_SECONDS} s", "try again") from None
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise DevnetError(f"npm could not deliver {wanted}: {said}", SETTINGS)


def _hold(package: Package, archive: Path) -> None:
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.integrity:
        raise DevnetError(
            f"the archive of {package.name} {package.version} is not the one expected: its sha512 is {found}",
            "check which registry npm is set up to use",
        )


def main() -> int:
    """Fetch all that is missing; says what it does, and nothing when all is here."""
    return told(lambda tell: fetch(needed(), tell=tell))


def told(work: Callable[[Callable[[str], None]], None]) -> int:
    """Do it on a terminal; the exit code, 3 where it fails."""
    try:
        work(lambda line: print(line, flush=True))  # noqa: T201 - a script's own words
    except DevnetError as error:
        print(f"error: {error.message}\n  fix: {error.fix}", file=sys.stderr)  # noqa: T201 - likewise
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
