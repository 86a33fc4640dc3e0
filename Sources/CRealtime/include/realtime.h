/* What the kernel offers for real-time work, in the few calls Swift cannot make well. Nothing here allocates. */
#ifndef TIDEGATE_REALTIME_H
#define TIDEGATE_REALTIME_H

#include <stdint.h>

#include "bell.h"
#include "linux_calls.h"

/* Nanoseconds since the machine started, counted through suspend (CLOCK_BOOTTIME). */
int64_t tg_boottime_ns(void);
/* Nanoseconds since the machine started, without suspend (CLOCK_MONOTONIC): the clock of the kernel's GPIO events. */
int64_t tg_monotonic_ns(void);
/* Nanoseconds since 1970 by the wall clock. */
int64_t tg_realtime_ns(void);
/* Sleeps until a moment of CLOCK_BOOTTIME; returns at once when it has passed. Signals do not cut it short. */
void tg_sleep_until_boottime(int64_t ns);

/* Puts the calling thread under SCHED_FIFO. 0, or the errno (EPERM without the right). */
int tg_schedule_fifo(int priority);
/* Keeps the heap small: few arenas, big pieces given back as soon as they are free. Call first of all. */
void tg_spare_memory(void);
/* Gives back what the start left free, then locks what the process has: what it takes later is not locked, so that it
   can be given back. Pages nobody has touched are not brought in, so that the unused part of big libraries costs no
   memory. 0, or the errno. */
int tg_lock_memory(void);
/* Keeps the processors out of the idle states that they are slow to leave, as long as the descriptor is open (and costs
   power as long). -1 without the right to. */
int tg_stay_awake(void);
/* Names the calling thread in ps and top; 15 characters count. */
void tg_name_thread(const char *name);
/* Gives free pieces of the heap back to the system. Takes a moment; not for a real-time thread. */
void tg_return_memory(void);
/* Touches and locks the stack below the caller so that its pages are there before they are needed. */
void tg_prefault_stack(void);

/* 1 when the kernel's clock is disciplined by a time source now, 0 when not. One system call. */
int tg_clock_is_synchronized(void);

#endif
