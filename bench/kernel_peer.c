/* The benchmark's rule by hand: deltas of one call for all ticks first, vectorised with libmvec, then the scan. */
#include <math.h>

long run(long n, const double *t, const double *spot, const double *iv, double strike, double expiry, double units,
         double band, double fee, double *delta, double *result) {
    for (long i = 0; i < n; i++) {
        double years = (expiry - t[i]) / 31536000.0, deviation = iv[i] * sqrt(years);
        double d1 = log(spot[i] / strike) / deviation + 0.5 * deviation;
        delta[i] = units * 0.5 * erfc(-0.70710678118654752440 * d1);
    }
    double position = 0.0, money = 0.0;
    long trades = 0;
    for (long i = 0; i < n; i++) {
        double now = position + delta[i];
        if (fabs(now) > band) {
            position -= now;
            money += now * spot[i] - fabs(now) * spot[i] * fee;
            trades++;
        }
    }
    result[0] = position;
    result[1] = money;
    return trades;
}
