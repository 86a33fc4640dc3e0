#pragma once
#include <stdint.h>

/// Allocations this thread has made since it began (malloc, calloc, realloc and their aligned kin).
uint64_t allocations_of_this_thread(void);
