/* What every program here needs: options, clocks, its own cost, percentiles. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdint.h>

/* The value of `--name VALUE` or `fallback`. */
long option(int argc, char **argv, const char *name, long fallback);
const char *option_text(int argc, char **argv, const char *name, const char *fallback);
bool option_set(int argc, char **argv, const char *name);

int64_t monotonic_ns(void);
void sleep_until(int64_t monotonic_ns);
/* CPU of this process so far, user and system. */
double cpu_seconds(void);
long resident_kb(void);

/* FIFO 80 with locked memory. Returns false without the right to it. */
bool become_realtime(void);

/* A descriptor from which the signals that drive a player are read: USR1, USR2, TERM, INT, ALRM. */
int open_signals(void);

struct sample_set {
    double *values;
    long count, room;
};
void keep(struct sample_set *set, double value);
/* The value that `part` (0…1) of the samples do not exceed; -1 without samples. Sorts the set. */
double percentile(struct sample_set *set, double part);

_Noreturn void fail(const char *what);

#endif
