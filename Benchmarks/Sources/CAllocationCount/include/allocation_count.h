#ifndef TIDEGATE_ALLOCATION_COUNT_H
#define TIDEGATE_ALLOCATION_COUNT_H

/* Calls of malloc, calloc, realloc and aligned_alloc made so far by the calling thread. */
unsigned long tg_allocations_of_this_thread(void);

#endif
