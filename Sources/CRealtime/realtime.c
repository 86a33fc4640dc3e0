#define _GNU_SOURCE
#include "realtime.h"

#include <errno.h>
#include <malloc.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static int64_t read_clock(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t tg_boottime_ns(void) { return read_clock(CLOCK_BOOTTIME); }
int64_t tg_monotonic_ns(void) { return read_clock(CLOCK_MONOTONIC); }
int64_t tg_realtime_ns(void) { return read_clock(CLOCK_REALTIME); }

void tg_sleep_until_boottime(int64_t ns) {
    struct timespec t = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
    while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &t, NULL) == EINTR) {}
}

int tg_schedule_fifo(int priority) {
    struct sched_param param = { .sched_priority = priority };
    return sched_setscheduler(0, SCHED_FIFO, &param) == 0 ? 0 : errno;
}

void tg_spare_memory(void) {
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 64 * 1024);
    mallopt(M_TRIM_THRESHOLD, 128 * 1024);
}

int tg_lock_memory(void) {
    malloc_trim(0);
    return mlockall(MCL_CURRENT | MCL_ONFAULT) == 0 ? 0 : errno;
}

int tg_stay_awake(void) {
    int32_t latency = 0;
    int held = open("/dev/cpu_dma_latency", O_WRONLY | O_CLOEXEC);
    if (held < 0 || write(held, &latency, sizeof latency) == sizeof latency) return held;
    close(held);
    return -1;
}

void tg_name_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}

void tg_return_memory(void) { malloc_trim(0); }

void tg_prefault_stack(void) {
    volatile unsigned char page[64 * 1024];
    for (unsigned i = 0; i < sizeof page; i += 4096) page[i] = 0;
    /* The thread is younger than the locking of the process. Without the right to, it stays as it is. */
    mlock((const void *)page, sizeof page);
}

int tg_clock_is_synchronized(void) {
    struct timex query = { .modes = 0 };
    int state = adjtimex(&query);
    return state >= 0 && state != TIME_ERROR && !(query.status & STA_UNSYNC);
}
