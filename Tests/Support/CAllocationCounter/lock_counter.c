// Counts what each thread locks, by standing before the C library in the program that links this. The library's own
// functions are looked up at the first call: a lookup takes a lock of the loader's by an inner name that is not counted.
#define _GNU_SOURCE
#include "allocation_counter.h"
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <time.h>

static _Thread_local uint64_t count;

uint64_t locks_of_this_thread(void) { return count; }

#define COUNTED(name, parameters, arguments) \
    int name parameters { \
        static int (*next) parameters; \
        count++; \
        if (next == NULL) next = (int (*) parameters)dlsym(RTLD_NEXT, #name); \
        return next arguments; \
    }

COUNTED(pthread_mutex_lock, (pthread_mutex_t *m), (m))
COUNTED(pthread_mutex_trylock, (pthread_mutex_t *m), (m))
COUNTED(pthread_mutex_timedlock, (pthread_mutex_t *m, const struct timespec *t), (m, t))
COUNTED(pthread_rwlock_rdlock, (pthread_rwlock_t *l), (l))
COUNTED(pthread_rwlock_wrlock, (pthread_rwlock_t *l), (l))
COUNTED(pthread_cond_wait, (pthread_cond_t *c, pthread_mutex_t *m), (c, m))
COUNTED(pthread_cond_timedwait, (pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *t), (c, m, t))
COUNTED(pthread_cond_signal, (pthread_cond_t *c), (c))
COUNTED(pthread_cond_broadcast, (pthread_cond_t *c), (c))
COUNTED(sem_wait, (sem_t *s), (s))
COUNTED(sem_timedwait, (sem_t *s, const struct timespec *t), (s, t))
COUNTED(sem_post, (sem_t *s), (s))

long syscall(long number, ...) {
    static long (*next)(long, ...);
    if (number == SYS_futex) count++;
    if (next == NULL) next = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    va_list list;
    va_start(list, number);
    long a = va_arg(list, long), b = va_arg(list, long), c = va_arg(list, long);
    long d = va_arg(list, long), e = va_arg(list, long), f = va_arg(list, long);
    va_end(list);
    return next(number, a, b, c, d, e, f);
}
