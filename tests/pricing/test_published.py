"""Against printed figures: Haug's (1998, 2007) and Hull's examples, to the digits they print."""

import csv
from pathlib import Path

import pytest

from stratc.runtime.pricing.scalar import black76_greeks, black76_price, bs_greeks, bs_price

# E. G. Haug, The Complete Guide to Option Pricing Formulas, 1998 (2nd ed. 2007), chapters 1 and 2.
HAUG = [
    ("price", True, 60.0, 65.0, 0.25, 0.30, 0.08, 0.0, 2.1334),  # 1.1.1 Black-Scholes
    ("price", False, 100.0, 95.0, 0.5, 0.20, 0.10, 0.05, 2.4648),  # 1.1.2 Merton
    ("price", True, 19.0, 19.0, 0.75, 0.28, 0.10, 0.10, 1.7011),  # 1.1.3 Black-76
    ("price", False, 19.0, 19.0, 0.75, 0.28, 0.10, 0.10, 1.7011),
    ("price", True, 1.56, 1.6, 0.5, 0.12, 0.06, 0.08, 0.0291),  # 1.1.5 Garman-Kohlhagen
    ("delta", True, 105.0, 100.0, 0.5, 0.36, 0.10, 0.10, 0.5946),  # 2.1.1
    ("delta", False, 105.0, 100.0, 0.5, 0.36, 0.10, 0.10, -0.3566),
    ("gamma", True, 55.0, 60.0, 0.75, 0.30, 0.10, 0.0, 0.0278),
    ("vega", True, 55.0, 60.0, 0.75, 0.30, 0.10, 0.0, 18.9358),
    ("theta", False, 430.0, 405.0, 1 / 12, 0.20, 0.07, 0.05, -31.1924),
    ("rho", True, 72.0, 75.0, 1.0, 0.19, 0.09, 0.0, 38.7325),
]

# J. C. Hull, Options, Futures, and Other Derivatives, 8th ed., example 14.6 and examples 18.1 to 18.7.
HULL = [
    ("price", True, 42.0, 40.0, 0.5, 0.20, 0.10, 4.76, 0.005),
    ("price", False, 42.0, 40.0, 0.5, 0.20, 0.10, 0.81, 0.005),
    ("delta", True, 49.0, 50.0, 0.3846, 0.20, 0.05, 0.522, 0.0005),
    ("theta", True, 49.0, 50.0, 0.3846, 0.20, 0.05, -4.31, 0.005),
    ("gamma", True, 49.0, 50.0, 0.3846, 0.20, 0.05, 0.066, 0.0005),
    ("vega", True, 49.0, 50.0, 0.3846, 0.20, 0.05, 12.1, 0.05),
    ("rho", True, 49.0, 50.0, 0.3846, 0.20, 0.05, 8.91, 0.005),
]


@pytest.mark.parametrize(("kind", "call", "spot", "strike", "t", "vol", "rate", "dividend", "printed"), HAUG)
def test_haug(kind, call, spot, strike, t, vol, rate, dividend, printed):
    greeks = bs_greeks(call, spot, strike, t, vol, rate, dividend)
    assert getattr(greeks, kind) == pytest.approx(printed, abs=1e-4)
    assert bs_price(call, spot, strike, t, vol, rate, dividend) == pytest.approx(greeks.price, rel=1e-13)


@pytest.mark.parametrize(("kind", "call", "spot", "strike", "t", "vol", "rate", "printed", "tolerance"), HULL)
def test_hull(kind, call, spot, strike, t, vol, rate, printed, tolerance):
    assert getattr(bs_greeks(call, spot, strike, t, vol, rate), kind) == pytest.approx(printed, abs=tolerance)


def test_black_76():
    assert black76_price(True, 19.0, 19.0, 0.75, 0.28, 0.10) == pytest.approx(1.7011, abs=1e-4)
    bump = 1e-5
    up, down = (black76_price(True, 19.0, 19.0, 0.75, 0.28, 0.10 + b) for b in (bump, -bump))
    assert black76_greeks(True, 19.0, 19.0, 0.75, 0.28, 0.10).rho == pytest.approx(
        (up - down) / (2 * bump), rel=1e-8
    )


def test_every_row_of_the_shared_table(shared: Path):
    path = shared / "data" / "haug_european_prices_greeks.csv"
    if not path.is_file():
        pytest.skip(f"no {path.name} in the shared data")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 50
    wrong = [row for row in rows if abs(_value(row) - float(row["expected"])) > float(row["tol"])]
    assert wrong == []


def _value(row: dict[str, str]) -> float:
    spot, strike, t, vol, rate, dividend = (float(row[k]) for k in ("spot", "strike", "t", "vol", "r", "q"))
    greeks = bs_greeks(row["type"] == "call", spot, strike, t, vol, rate, dividend)
    match row["kind"]:
        case "theta_per_year":
            return greeks.theta
        case "theta_per_day":
            return greeks.theta / 365.0
        case "elasticity":
            return greeks.delta * spot / greeks.price
        case "dividend_rho":  # d price / d dividend, from the homogeneity of the price in spot
            return -t * spot * greeks.delta
        case kind:
            return float(getattr(greeks, kind))
