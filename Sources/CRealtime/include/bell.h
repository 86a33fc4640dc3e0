/* A bell between threads: who rings it never waits, not even for a lock that the sleeper holds, so the scan may. */
#ifndef TIDEGATE_BELL_H
#define TIDEGATE_BELL_H

#include <stdint.h>

/* A new bell: a descriptor, to be closed by its owner; -1 with errno. */
int tg_bell_make(void);
/* Wakes who waits, or who comes to wait next. One system call. Several rings before a wait count as one. */
void tg_bell_ring(int bell);
/* Waits for a ring and takes it. A negative time: without end. 1 when it rang, 0 when the time has passed. */
int tg_bell_wait(int bell, int64_t timeout_ns);

#endif
