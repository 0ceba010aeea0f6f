"""A process that is killed in the middle leaves a journal that reads."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from stratc.runtime.engine.messages import Snapshot
from stratc.runtime.journal import Journal

WRITER = """
import sys, time
from stratc.runtime.journal import Journal
from tests.report.frames import Walk
writer = Journal.open(sys.argv[1]).begin(
    name="x", program="", ir_hash="abc", engine="plan", market="walk", seed=1, compiler="0")
for number, frame in enumerate(Walk(ticks=10**9, step=60.0).frames()):
    writer.on_frame(frame)
    if number % 1000 == 0:
        print(number, flush=True)
"""


def test_killed_in_the_middle(tmp_path: Path) -> None:
    path = tmp_path / "j"
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) >= 20_000:
                break
        time.sleep(0.05)
        writer.send_signal(signal.SIGKILL)
        said = int((writer.stdout.read().split() or [line])[-1])
    with Journal.open(path) as journal:
        (run,) = journal.runs()
        assert run.status == "running"
        assert run.ticks >= 5_000
        times = [event.t for event in journal.read().events() if isinstance(event, Snapshot)]
        # Every tick up to the last is there, none twice, and the count agrees.
        assert times == [times[0] + 60.0 * tick for tick in range(run.ticks)]
        assert run.ticks <= said + 1_001
        assert journal._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
