#ifndef TIDEGATE_SIGNALS_H
#define TIDEGATE_SIGNALS_H

#include <stdint.h>

/* The one mix of signals every measurement uses: a quarter each of slow temperature in steps of 0.1, energy counter,
   noisy analogue in steps of 0.01, and a constant. Each is a function of point and second alone, so that the fleet, the
   floors and our own parts see the same values whatever moment they ask for. */

enum signal_kind { SIGNAL_TEMPERATURE = 0, SIGNAL_COUNTER = 1, SIGNAL_NOISE = 2, SIGNAL_CONSTANT = 3 };

enum signal_kind signal_kind_of(uint32_t point);

/* Decimals of the point's scaled integer: 1, 0, 2, 1. */
int signal_decimals(uint32_t point);

/* The value as a scaled integer. second: any count of seconds, from 0. */
int64_t signal_scaled(uint32_t point, int64_t second);

/* The value as a meter shows it. */
double signal_value(uint32_t point, int64_t second);

#endif
