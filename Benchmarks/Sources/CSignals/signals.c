#include "signals.h"

#include <math.h>

/* SplitMix64's last step: well mixed, and no state to keep. */
static uint64_t mixed(uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static uint64_t chance(uint32_t point, int64_t second) { return mixed(mixed(point) + (uint64_t)second); }

/* 5.0 either way in an hour; the sensor's own unrest flips the last digit near its edge. */
static int64_t temperature(uint32_t point, int64_t second) {
    double unrest = ((double)(chance(point, second) % 1000) / 1000 - 0.5) * 0.3;
    return llround(200 + 50 * sin((double)(second + point * 97) * 2 * M_PI / 3600) + unrest);
}

/* 10 to 70 a second, 40 on average, never back. */
static int64_t counter(uint32_t point, int64_t second) { return 40 * second + (int64_t)(chance(point, second) % 31); }

/* Bell-shaped about 50.00 with a deviation of 3.00: the sum of four even chances. */
static int64_t noise(uint32_t point, int64_t second) {
    uint64_t bits = chance(point, second);
    int64_t sum = 0;
    for (int part = 0; part < 4; part++) sum += (int64_t)(bits >> (16 * part) & 0xFFFF);
    return 5000 + (sum - 131070) * 300 / 37837;
}

enum signal_kind signal_kind_of(uint32_t point) { return (enum signal_kind)(point % 4); }

int signal_decimals(uint32_t point) {
    static const int decimals[] = {1, 0, 2, 1};
    return decimals[signal_kind_of(point)];
}

int64_t signal_scaled(uint32_t point, int64_t second) {
    switch (signal_kind_of(point)) {
    case SIGNAL_TEMPERATURE: return temperature(point, second);
    case SIGNAL_COUNTER: return counter(point, second);
    case SIGNAL_NOISE: return noise(point, second);
    default: return 100 + point % 400;
    }
}

double signal_value(uint32_t point, int64_t second) {
    static const double power[] = {1, 10, 100};
    return (double)signal_scaled(point, second) / power[signal_decimals(point)];
}
