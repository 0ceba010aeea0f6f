"""Black implied volatility, elementwise: the one formula of the numpy and the numba backend.

Everything is in normalised terms: s = vol sqrt(t), a = |ln(forward / strike)|, and b = out-of-the-money
price / sqrt(forward strike), undiscounted. An explicit guess within 13 % of s at any a up to 40 (Stefanica
and Radoičić, 2017), then two Householder steps of fourth order on ln b (the logarithms follow Jäckel, 2015)
reach the last bits.
"""

import math

from stratc.runtime.pricing.elementary import Flags, Values, exp, expm1, log, log1p, select, sqrt
from stratc.runtime.pricing.formula import INV_SQRT_2PI

# Mills ratio M(y) = N(-y) / n(y) = P(y) / Q(y), -0.35 <= y < inf, lowest power first: relative minimax with
# weight 1 / (1 + y²), fitted in 60 digits; error 5e-19, of M' 1e-16. All coefficients are positive, so
# nothing cancels for y >= 0.
_P = (
    3166165.465926104632, 5106312.255496628762, 4089818.806531538811, 2097411.413927417730,
    754825.5657552479572, 198126.9805546426551, 38329.45760150256915, 5397.884704609394499,
    530.8687008326156251, 33.08211201229977572, 1.000000000000194058,
)  # fmt: skip
_Q = (
    2526234.542209649550, 6089891.249495190301, 6859116.216048574008, 4773210.669013184324,
    2285074.072460267584, 792103.2532688555414, 203458.7023413036690, 38858.32626403437305,
    5430.966817398728317, 531.8687008226259570, 33.08211201236997602, 1.0,
)  # fmt: skip

_POLYA = 1.0 - 2.0 / math.pi  # of Pólya's (1945) N(z) ~ 1/2 + sign(z)/2 sqrt(1 - exp(-2 z² / pi))
_FAR = 40.0  # |ln(forward / strike)| beyond which the guess fails
_NOTHING = 1e-300  # a normalised time value below this counts as none
_DIRECT = -0.3  # h - t from which b is computed as such, below as its distance to the upper bound


def implied_volatility(
    call: Flags, price: Values, spot: Values, strike: Values, t_years: Values, rate: Values, dividend: Values
) -> Values:
    """Volatility per root year at which the option is worth ``price``, NaN where there is none.

    0.0 where the price is the intrinsic value of the forward, NaN outside [intrinsic, bound), with t <= 0, a
    non-positive spot or strike, anything non-finite, or the strike a factor e^40 from the forward.
    """
    fwd = spot * exp(-dividend * t_years)
    cash = strike * exp(-rate * t_years)
    itm = fwd - cash
    a = log1p(abs(itm) / select(itm < 0.0, fwd, cash))
    intrinsic = select(call, itm, -itm)
    per_root = 1.0 / sqrt(fwd * cash)
    b = (price - select(intrinsic > 0.0, intrinsic, 0.0)) * per_root
    room = (select(call, fwd, cash) - price) * per_root

    value_scale = INV_SQRT_2PI / b
    room_scale = INV_SQRT_2PI / room
    s = _guess(b, room, a)
    s = _householder(s, a, value_scale, room_scale)
    s = _householder(s, a, value_scale, room_scale)

    vol = select(b > _NOTHING, s / sqrt(t_years), 0.0)
    vol = select(b >= 0.0, vol, math.nan)
    vol = select(room > 0.0, vol, math.nan)
    vol = select(t_years > 0.0, vol, math.nan)
    vol = select(spot > 0.0, vol, math.nan)
    vol = select(strike > 0.0, vol, math.nan)
    vol = select(a <= _FAR, vol, math.nan)
    return vol + (price + spot + strike + t_years + rate + dividend) * 0.0


def _guess(b: Values, room: Values, a: Values) -> Values:
    """s within 13 %, by inverting Black with Pólya's N: Stefanica and Radoičić (2017), section 3.

    Their quadratic in hyperbolic functions, so that nothing cancels near the money or for small s.
    ``room`` is exp(-a/2) - b, the distance to the upper bound.
    """
    e_minus_1 = expm1(0.5 * a)
    e = e_minus_1 + 1.0
    sinh_half = 0.5 * e_minus_1 * (e_minus_1 + 2.0) / e
    sinh_a = 2.0 * sinh_half * (sinh_half + 1.0 / e)
    g_minus_1 = expm1(0.5 * _POLYA * a)
    g = g_minus_1 + 1.0
    sinh_g = 0.5 * g_minus_1 * (g_minus_1 + 2.0) / g
    q = 2.0 * sinh_g * (sinh_g + 1.0 / g)

    value = b * (b + 2.0 * sinh_half)
    m = value + sinh_half * sinh_half
    quad = q * q
    lin = 4.0 * (1.0 + 2.0 * sinh_g * sinh_g) * m - 2.0 * sinh_a * q
    const = 4.0 * value * room * (b + e)
    rest = (
        quad
        + 4.0 * sinh_half * sinh_half
        + 8.0 * sinh_g * sinh_g * m
        - 2.0 * sinh_a * q
        + 4.0 * value * value
    )
    root = sqrt(lin * lin + 4.0 * quad * const)
    near_one = 2.0 * rest / (2.0 * quad + lin + root)  # 1 - beta, for beta near one
    beta = 2.0 * const / (lin + root)
    is_near = near_one < 0.5
    y = select(is_near, 1.0 - near_one, beta)
    gamma = -0.5 * math.pi * (log(y) + select(is_near, ((1.0 - y) - near_one) / y, 0.0))

    ratio = g / e
    eps = (ratio * ratio) * (ratio * ratio)
    not_eps = 1.0 - eps
    at_inflection = 0.5 * (1.0 / e - e * eps / (1.0 + sqrt(select(not_eps > 0.0, not_eps, 0.0))))
    plus = sqrt(gamma + a)
    gap = gamma - a
    minus = sqrt(select(gap > 0.0, gap, 0.0))
    return select(b < at_inflection, 2.0 * a / (plus + minus), plus + minus)


def _householder(s: Values, a: Values, value_scale: Values, room_scale: Values) -> Values:
    """One step of Householder's method of order four on ln b(s), or on ln(exp(-a/2) - b(s)) for large s.

    With h = a/s, t = s/2: b = n(h) e^(-t²/2) (M(h - t) - M(h + t)), its slope n(h) e^(-t²/2). The difference
    of the Mills ratios is 2t times their divided difference, so that small t costs no digits.
    """
    h = a / s
    t = 0.5 * s
    x = h + t
    y = h - t
    far_up = y < _DIRECT
    y = select(far_up, -y, y)
    p_y, p_dd = _polynomial_p(x, y)
    q_y, q_dd = _polynomial_q(x, y)
    p_x = p_y + p_dd * (x - y)
    q_x = q_y + q_dd * (x - y)
    per_slope = select(far_up, p_y * q_x + p_x * q_y, s * (p_y * q_dd - p_dd * q_y)) / (q_y * q_x)

    miss = log(per_slope * select(far_up, room_scale, value_scale)) - 0.5 * (h * h + t * t)
    n = select(far_up, -1.0, 1.0) / per_slope
    newton = -miss * select(far_up, -per_slope, per_slope)
    bend = (h * h - t * t) / s
    twist = bend * bend - 3.0 * (h / s) * (h / s) - 0.25
    second = bend - n
    third = twist - 3.0 * bend * n + 2.0 * n * n
    return s + newton * (1.0 + 0.5 * second * newton) / (1.0 + newton * (second + third * newton / 6.0))


def _polynomial_p(x: Values, y: Values) -> tuple[Values, Values]:
    """(P(y), divided difference P[x, y]); unrolled, since LLVM vectorises only innermost loops."""
    v, d = _horner(_P[10], 0.0, x, y, _P[9])
    v, d = _horner(v, d, x, y, _P[8])
    v, d = _horner(v, d, x, y, _P[7])
    v, d = _horner(v, d, x, y, _P[6])
    v, d = _horner(v, d, x, y, _P[5])
    v, d = _horner(v, d, x, y, _P[4])
    v, d = _horner(v, d, x, y, _P[3])
    v, d = _horner(v, d, x, y, _P[2])
    v, d = _horner(v, d, x, y, _P[1])
    return _horner(v, d, x, y, _P[0])


def _polynomial_q(x: Values, y: Values) -> tuple[Values, Values]:
    """(Q(y), divided difference Q[x, y])."""
    v, d = _horner(_Q[11], 0.0, x, y, _Q[10])
    v, d = _horner(v, d, x, y, _Q[9])
    v, d = _horner(v, d, x, y, _Q[8])
    v, d = _horner(v, d, x, y, _Q[7])
    v, d = _horner(v, d, x, y, _Q[6])
    v, d = _horner(v, d, x, y, _Q[5])
    v, d = _horner(v, d, x, y, _Q[4])
    v, d = _horner(v, d, x, y, _Q[3])
    v, d = _horner(v, d, x, y, _Q[2])
    v, d = _horner(v, d, x, y, _Q[1])
    return _horner(v, d, x, y, _Q[0])


def _horner(
    v: Values | float, d: Values | float, x: Values, y: Values, coefficient: float
) -> tuple[Values, Values]:
    """One step of Horner's scheme at y, and of the synthetic division's quotient at x."""
    return v * y + coefficient, d * x + v
