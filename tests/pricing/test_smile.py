"""Greeks on a smile: derivatives with the smile held by strike and carried along by delta."""

import numpy as np
import pytest

from stratc.runtime.pricing import sabr, smile, svi, vector
from stratc.runtime.pricing.smile import Curve

SPOT, STRIKES, T, RATE, DIVIDEND = 100.0, np.linspace(60.0, 160.0, 11), 0.5, 0.03, 0.01
SMILES = {
    "svi": svi.smile(svi.Svi(0.04, 0.1, -0.4, 0.05, 0.2), T),
    "sabr": sabr.smile(sabr.Sabr(0.5, 1.0, -0.4, 1.2), SPOT, T),
}


@pytest.mark.parametrize("call", [True, False])
@pytest.mark.parametrize("sticky", ["strike", "delta"])
@pytest.mark.parametrize("name", SMILES)
def test_delta_and_gamma_are_the_derivatives(name, sticky, call):
    curve = SMILES[name]

    def price(spot):
        held = SPOT if sticky == "strike" else spot
        vol = curve(np.log(STRIKES / (held * np.exp((RATE - DIVIDEND) * T)))).value
        return vector.price(call, spot, STRIKES, T, vol, RATE, DIVIDEND)

    greeks = smile.greeks(call, SPOT, STRIKES, T, curve, RATE, DIVIDEND, sticky=sticky)
    up, mid, down = price(SPOT + 1e-2), price(SPOT), price(SPOT - 1e-2)
    np.testing.assert_allclose(greeks.price, mid, rtol=1e-13)
    np.testing.assert_allclose(greeks.delta, (up - down) / 2e-2, atol=5e-8)
    np.testing.assert_allclose(greeks.gamma, (up - 2.0 * mid + down) / 1e-4, atol=5e-8)


def test_a_falling_smile_makes_the_sticky_delta_larger():
    by_strike, by_delta = (
        smile.greeks(True, SPOT, 90.0, T, SMILES["svi"], RATE, DIVIDEND, sticky=s).delta
        for s in ("strike", "delta")
    )
    assert by_delta > by_strike + 0.01


def test_on_a_flat_smile_both_are_black_scholes():
    def flat(k):
        return Curve(np.full_like(k, 0.3), np.zeros_like(k), np.zeros_like(k))

    plain = vector.greeks(True, SPOT, STRIKES, T, 0.3, RATE, DIVIDEND)
    for sticky in ("strike", "delta"):
        found = smile.greeks(True, SPOT, STRIKES, T, flat, RATE, DIVIDEND, sticky=sticky)
        for got, wanted in zip(found, plain, strict=True):
            np.testing.assert_allclose(got, wanted, rtol=1e-14, atol=1e-15)
    assert smile.butterfly(flat, T, -2.0, 2.0).value == pytest.approx(1.0)


def test_another_word_is_refused():
    with pytest.raises(ValueError, match="sticky is 'gamma'; it must be 'strike' or 'delta'"):
        smile.greeks(True, SPOT, 90.0, T, SMILES["svi"], sticky="gamma")
