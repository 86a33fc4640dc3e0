#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>

static const char *find(int argc, char **argv, const char *name) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0) return i + 1 < argc ? argv[i + 1] : "";
    return NULL;
}

long option(int argc, char **argv, const char *name, long fallback) {
    const char *text = find(argc, argv, name);
    return text ? strtol(text, NULL, 10) : fallback;
}

const char *option_text(int argc, char **argv, const char *name, const char *fallback) {
    const char *text = find(argc, argv, name);
    return text ? text : fallback;
}

bool option_set(int argc, char **argv, const char *name) { return find(argc, argv, name) != NULL; }

int64_t monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void sleep_until(int64_t at) {
    struct timespec moment = {at / 1000000000, at % 1000000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL) == EINTR) {}
}

double cpu_seconds(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return use.ru_utime.tv_sec + use.ru_stime.tv_sec + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

long resident_kb(void) {
    char line[128];
    long kb = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmRSS: %ld", &kb) == 1) break;
    if (file) fclose(file);
    return kb;
}

bool become_realtime(void) {
    struct sched_param priority = {.sched_priority = 80};
    bool locked = mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
    return sched_setscheduler(0, SCHED_FIFO, &priority) == 0 && locked;
}

void keep(struct sample_set *set, double value) {
    if (set->count == set->room) {
        set->room = set->room ? 2 * set->room : 1024;
        set->values = realloc(set->values, set->room * sizeof *set->values);
        if (!set->values) fail("memory");
    }
    set->values[set->count++] = value;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double percentile(struct sample_set *set, double part) {
    if (set->count == 0) return -1;
    qsort(set->values, set->count, sizeof *set->values, ascending);
    long at = (long)(part * set->count);
    return set->values[at < set->count ? at : set->count - 1];
}

int open_signals(void) {
    sigset_t set;
    int numbers[] = {SIGUSR1, SIGUSR2, SIGTERM, SIGINT, SIGALRM};
    sigemptyset(&set);
    for (int i = 0; i < 5; i++) sigaddset(&set, numbers[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

void fail(const char *what) {
    perror(what);
    exit(1);
}
