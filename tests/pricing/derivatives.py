"""Greeks by finite differences, for models whose Greeks are derived and not differenced."""

from collections.abc import Callable

import numpy as np

from stratc.runtime.pricing.vector import GreekArrays

Price = Callable[..., np.ndarray]


def agree(greeks: GreekArrays, price: Price, spot: float, t_years: float, rate: float) -> None:
    """delta, gamma, theta and rho are the derivatives of `price(spot, t_years, rate)`, to what differences see."""
    bump = 1e-3
    up, mid, down = (
        price(spot + bump, t_years, rate),
        price(spot, t_years, rate),
        price(spot - bump, t_years, rate),
    )
    small = 1e-4
    older, younger = price(spot, t_years - small, rate), price(spot, t_years + small, rate)
    high, low = price(spot, t_years, rate + small), price(spot, t_years, rate - small)
    np.testing.assert_allclose(greeks.price, mid, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(greeks.delta, (up - down) / (2 * bump), atol=1e-6)
    np.testing.assert_allclose(greeks.gamma, (up - 2 * mid + down) / bump**2, atol=2e-6)
    np.testing.assert_allclose(greeks.theta, (older - younger) / (2 * small), rtol=1e-5, atol=2e-4)
    np.testing.assert_allclose(greeks.rho, (high - low) / (2 * small), rtol=1e-6, atol=1e-4)
