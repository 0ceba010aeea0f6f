from __future__ import annotations

import gzip
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from stratc.runtime.market.open import open_market
from stratc.runtime.market.problems import DataError
from stratc.runtime.market.realised import PRIOR, trailing_vol
from stratc.runtime.market.replay import replay

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(text: str) -> Path:
        path = tmp_path / "prices.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return put


def _spots(path: Path, **options: object) -> list[tuple[float, float | None]]:
    return [(tick.t, tick.signals["spot"]) for tick in replay(path, **options)]  # type: ignore[arg-type]


BARS = "time,open,high,low,close,volume\n" + "".join(
    f"2026-01-01T0{hour}:00:00Z,{100 + hour},{103 + hour},{99 + hour},{101 + hour},7\n" for hour in range(5)
)
HOUR_0 = 1_767_225_600.0


def test_a_close_is_known_when_its_bar_ends(write: Write) -> None:
    expected = [(HOUR_0 + 3_600.0 * (hour + 1), 101.0 + hour) for hour in range(5)]
    assert _spots(write(BARS)) == expected


def test_a_path_visits_the_extreme_nearer_to_the_open_first(write: Write) -> None:
    assert _spots(write(BARS), ohlc="path")[:5] == [
        (HOUR_0 + 900.0, 100.0),
        (HOUR_0 + 1_800.0, 99.0),
        (HOUR_0 + 2_700.0, 103.0),
        (HOUR_0 + 3_600.0, 101.0),
        (HOUR_0 + 4_500.0, 101.0),
    ]


def test_a_signal_of_a_bar_is_not_known_before_its_close(write: Write) -> None:
    path = write("time,open,high,low,close,alpha\n0,1,1,1,1,7\n60,1,1,1,1,8\n")
    alphas = [tick.signals["alpha"] for tick in replay(path, signals=("alpha",), ohlc="path")]
    assert alphas == [None, None, None, 7.0, 7.0, 7.0, 7.0, 8.0]


def test_bars_stamped_by_their_close_are_not_moved(write: Write) -> None:
    path = write("close_time,open,high,low,close\n60,1,1,1,1\n120,1,1,1,1\n180,1,1,1,2\n")
    assert _spots(path)[-1] == (180.0, 2.0)


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [
        ("time", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"),
        ("Date", "2026-01-01 00:00:00", "2026-01-01 00:01:00"),
        ("Timestamp", "2026-01-01T01:00:00+01:00", "2026-01-01T01:01:00+01:00"),
        ("ts", "1767225600", "1767225660"),
        ("open time", "1767225600000", "1767225660000"),
        ("unix", "1767225600000000", "1767225660000000"),
        ("t", "1767225600000000000", "1767225660000000000"),
    ],
)
def test_times_in_every_spelling(write: Write, column: str, first: str, second: str) -> None:
    market = replay(write(f"{column};price\n{first};100\n{second};101\n"))
    assert [tick.t for tick in market] == [HOUR_0, HOUR_0 + 60.0]


def test_what_a_file_lacks_is_assumed_and_said(write: Write) -> None:
    market = replay(write(BARS), signals=("alpha", "iv(30 d)"))
    tick = next(iter(market))
    assert tick.signals["iv"] == tick.signals["iv(30 d)"] == pytest.approx(1.1 * PRIOR)
    assert tick.signals["funding_rate"] == 0.0
    assert tick.signals["gas_cost"] == pytest.approx(300_000 * 10e-9 * 101.0)
    assert "alpha" not in tick.signals
    for said in ("no implied volatility in the file: 1.1 x", "no funding", "10 gwei", "no column for alpha"):
        assert said in market.describe()
    assert {tick.signals["iv"] for tick in replay(write(BARS), iv=0.5)} == {0.5}


def test_other_columns_by_name_and_unit(write: Write) -> None:
    path = write(
        "time,spot,implied_vol,funding_rate,gas_gwei,block,alpha,mark\n"
        "0,100,80,0.0001,20,7,1.5,101\n60,101,,0.0002,30,9,,102\n"
    )
    first, second = replay(path, signals=("alpha",))
    assert first.block == 7
    assert second.block == 9
    assert first.signals == {
        "spot": 100.0, "mark": 101.0, "iv": 0.8, "funding_rate": pytest.approx(0.0001 / 28_800),
        "gas_price": pytest.approx(20e-9), "alpha": 1.5, "gas_cost": pytest.approx(0.6),
    }  # fmt: skip
    assert second.signals["iv"] is None
    assert second.signals["alpha"] is None


def test_trades_that_share_a_time_are_one_tick_at_the_last(write: Write) -> None:
    assert _spots(write("time,price,size\n1,100,1\n2,101,1\n2,102,3\n9000,103,1\n")) == [
        (1.0, 100.0), (2.0, 102.0), (9_000.0, 103.0),
    ]  # fmt: skip


def test_a_declared_signal_may_have_the_name_of_a_known_column(write: Write) -> None:
    path = write("time,open,high,low,close,Volume\n0,1,1,1,1,5\n60,1,1,1,2,6\n")
    assert [tick.signals["volume"] for tick in replay(path, signals=("volume",))] == [5.0, 6.0]


def test_volatility_uses_the_past_only(write: Write) -> None:
    rows = [f"{60 * i},{100 + (i * 7919) % 13}" for i in range(200)]
    whole = [tick.signals["iv"] for tick in replay(write("time,price\n" + "\n".join(rows) + "\n"))]
    part = [tick.signals["iv"] for tick in replay(write("time,price\n" + "\n".join(rows[:120]) + "\n"))]
    assert whole[:120] == part
    later = replay(write("time,price\n" + "\n".join(rows) + "\n"), start=6_000.0)
    assert [tick.signals["iv"] for tick in later] == whole[100:], "what came before the span still counts"


def test_trailing_volatility_finds_the_true_one() -> None:
    import numpy as np

    true = 0.6
    step = np.random.default_rng(1).standard_normal(20_000) * true * math.sqrt(600 / (365 * 86_400))
    found = trailing_vol(600.0 * np.arange(20_000), 100.0 * np.exp(np.cumsum(step)))
    assert found[-5_000:].mean() == pytest.approx(true, rel=0.05)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty"),
        ("time,price\n", "a header line and no rows"),
        ("time,price\n\n\n", "a header line and no rows"),
        ("time,high\n1,2\n", ":1: no column of prices among time, high; name it one of price, spot, close"),
        ("when,price\n1,2\n", ":1: no column of times among when, price; name the column of times one of time"),
        ("1767225600,100\n1767225660,101\n", ":1: the first line holds values, not column names"),
        ("time,price\n1,100\n2,\n3,100\n", ":3: price is missing"),
        ("time,price\n1,100\n2,nan\n3,100\n", ":3: price is missing"),
        ("time,price\n1,100\n2,inf\n3,100\n", ":3: price is inf"),
        ("time,price\n1,100\n\n2,-5\n3,100\n", ":4: price is -5"),
        ("time,price\n1,100\n2,0\n3,100\n", ":3: price is 0"),
        ("time,price\n1,100\n2,1e2x\n", ":3: price is '1e2x'; write a number"),
        ("time,price\n1,100\nyesterday,100\n", ":3: time is 'yesterday'; write it as ISO-8601"),
        ("time,price\n1,100\n2\n3,100\n", ":3: 1 cell where the header names 2"),
        ("time,price\n1,100\n3,100\n2,100\n", ":4: time goes back from 1970-01-01T00:00:03Z"),
        ("time,price\n3,100\n2,100\n1,100\n", "rows run from the newest to the oldest"),
        ("time,price\n1,100\n1,101\n2,100\n", ":3: another row for 1970-01-01T00:00:01Z, which line 2 gives"),
        ("time,price\n1,100\n2,1500\n3,100\n", ":3: price is 1500, next to 100: more than 10 times apart"),
        ("time,price\n1,5\n2,100\n3,100\n", ":2: price is 5, next to 100"),
        ("time,price\n1,100\n2,100\n3,5\n", ":4: price is 5, next to 100"),
        ("time,open,high,low,close\n1,5,4,6,5\n2,5,5,5,5\n", ":2: high 4 is below low 6"),
        ("time,price,iv\n1,100,-0.5\n", ":2: iv is -0.5"),
        ("time,price,iv\n1,100,90000\n", "iv is about 90,000, which is no volatility"),
        ("time,price,block\n1,100,5\n2,100,4\n", ":3: block goes back from 5 to 4"),
        ("time,price,block\n1,100,5.5\n", ":2: block is 5.5"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_by_line_with_a_fix(write: Write, text: str, told: str) -> None:
    with pytest.raises(DataError) as caught:
        replay(write(text))
    assert told in str(caught.value)
    assert all(problem.fix for problem in caught.value.problems)


def test_several_problems_are_told_together_in_order(write: Write) -> None:
    rows = [f"{i},{'x' if i % 2 else '-1'}" for i in range(100)]
    with pytest.raises(DataError) as caught:
        replay(write("time,price\n" + "\n".join(rows)))
    assert [problem.line for problem in caught.value.problems] == list(range(2, 22))
    assert caught.value.more == 80
    assert str(caught.value).endswith("and 80 more")


def test_gaps_and_repeated_rows_are_warnings(write: Write) -> None:
    market = replay(write("time,price\n0,100\n60,101\n60,101\n120,100\n420,100\n480,99\n540,98\n"))
    assert [tick.t for tick in market] == [0.0, 60.0, 120.0, 420.0, 480.0, 540.0]
    assert [(p.severity, p.line) for p in market.problems] == [("warning", 4), ("warning", 6)]
    assert "the same row as line 3" in market.problems[0].cause
    assert "300 s without a row" in market.problems[1].cause


def test_a_lasting_change_of_level_is_a_warning(write: Write) -> None:
    market = replay(write("time,price\n0,100\n60,101\n120,2000\n180,2001\n"))
    assert "goes from 101 to 2000 and stays there" in market.problems[0].cause


def test_files_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    for content, told in (
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary file"),
        ("time,price\n".encode("utf-16"), "UTF-16"),
        (b"time,price\n1,\xff\xfe\n", "not UTF-8"),
        (gzip.compress(b"time,price\n1,100\n" * 5_000)[:-30], "breaks off"),
        (b"\x1f\x8b\x08garbage", "breaks off"),
        (b"PAR1garbage", "not readable as Parquet"),
    ):
        path.write_bytes(content)
        with pytest.raises(DataError, match=told):
            replay(path)
    with pytest.raises(DataError, match="cannot be read"):
        replay(tmp_path)
    with pytest.raises(DataError, match="No such file"):
        replay(tmp_path / "absent.csv")


def test_gzip_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_bytes(gzip.compress(BARS.encode()))
    assert len(replay(path)) == 5


def test_parquet_is_the_same_market(tmp_path: Path, write: Write) -> None:
    polars = pytest.importorskip("polars", reason="the extra `parquet` is not installed")
    plain = write(BARS)
    frame = polars.read_csv(plain)
    for name, times in (("text", frame["time"]), ("times", frame["time"].str.to_datetime())):
        frame.with_columns(times).write_parquet(tmp_path / f"{name}.parquet")
        assert list(replay(tmp_path / f"{name}.parquet")) == list(replay(plain))
    frame.with_columns(polars.lit(None, polars.Float64).alias("close")).write_parquet(
        tmp_path / "bad.parquet"
    )
    with pytest.raises(DataError, match=r"bad\.parquet:1: close is missing"):
        replay(tmp_path / "bad.parquet")


def test_open_market_takes_a_file_and_a_span(write: Write) -> None:
    market = open_market(str(write(BARS)), start=HOUR_0 + 7_200.0, end=HOUR_0 + 14_400.0)
    assert [tick.signals["spot"] for tick in market] == [102.0, 103.0]
    with pytest.raises(ValueError, match="choose close or path"):
        replay(write(BARS), ohlc="median")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "ticks", "low"),
    [
        ("ethusd_10min_2020-03-12.csv", 144, 95.0),
        ("ethusdt_1h_2019-08_2020-01.csv", 4_404, 115.0),
        ("ethusdt_1h_2020-02_2020-04.csv", 1_769, 90.0),
        ("ethusdt_perp_1min_2024-12-19_2025-01-18.csv.gz", 43_199, 2_900.0),
    ],
)
def test_recorded_markets_load(shared: Path, name: str, ticks: int, low: float) -> None:
    market = replay(shared / "data" / name)
    assert len(market) == ticks
    assert low < market.table.columns["spot"].min() < 1.3 * low
    assert all(problem.severity == "warning" for problem in market.problems)
    assert 0.30 <= market.table.columns["iv"].min() <= market.table.columns["iv"].max() <= 3.00


def test_the_march_2020_crash_is_seen_in_the_volatility(shared: Path) -> None:
    columns = replay(shared / "data/ethusd_10min_2020-03-12.csv").table.columns
    assert columns["spot"].min() < 0.6 * columns["spot"][0]
    assert columns["iv"].max() == 3.0


def test_a_file_of_gas_prices_is_no_market(shared: Path) -> None:
    with pytest.raises(DataError, match="no column of prices among time, n_tx, avg_gwei"):
        replay(shared / "data/eth_gas_1min_2020-03-12.csv")
