#define _GNU_SOURCE
#include "bell.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

int tg_bell_make(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void tg_bell_ring(int bell) {
    uint64_t one = 1;
    /* A full counter means that it rings already. */
    ssize_t written = write(bell, &one, sizeof one);
    (void)written;
}

int tg_bell_wait(int bell, int64_t timeout_ns) {
    struct timespec timeout = { .tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000 };
    struct pollfd waited = { .fd = bell, .events = POLLIN };
    if (ppoll(&waited, 1, timeout_ns < 0 ? NULL : &timeout, NULL) <= 0) return 0;
    uint64_t rings;
    return read(bell, &rings, sizeof rings) == sizeof rings;
}
