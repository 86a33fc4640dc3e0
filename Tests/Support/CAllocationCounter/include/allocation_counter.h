#pragma once
#include <stdint.h>

/// Allocations this thread has made since it began (malloc, calloc, realloc and their aligned kin).
uint64_t allocations_of_this_thread(void);

/// Calls of this thread since it began that take a lock, or wait for or wake another thread through one: mutexes,
/// read-write locks, conditions, semaphores of the C library, and futex(2) through syscall(3).
/// An uncontended `Synchronization.Mutex` is two atomic instructions and is not seen; one that has to wait is.
uint64_t locks_of_this_thread(void);
