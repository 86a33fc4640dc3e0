// What the compiler calls and no library brings. Nothing here for the host.
#ifdef __arm__
#include <stddef.h>
#include <stdint.h>
#include "board.h"

void *memcpy(void *to, const void *from, size_t count) {
    unsigned char *t = to;
    const unsigned char *f = from;
    while (count--) *t++ = *f++;
    return to;
}

void *memmove(void *to, const void *from, size_t count) {
    unsigned char *t = to;
    const unsigned char *f = from;
    if (t <= f) return memcpy(to, from, count);
    while (count--) t[count] = f[count];
    return to;
}

void *memset(void *to, int value, size_t count) {
    unsigned char *t = to;
    while (count--) *t++ = (unsigned char)value;
    return to;
}

void __aeabi_memcpy(void *to, const void *from, size_t count) { memcpy(to, from, count); }
void __aeabi_memcpy4(void *to, const void *from, size_t count) { memcpy(to, from, count); }
void __aeabi_memcpy8(void *to, const void *from, size_t count) { memcpy(to, from, count); }
void __aeabi_memmove(void *to, const void *from, size_t count) { memmove(to, from, count); }
void __aeabi_memmove4(void *to, const void *from, size_t count) { memmove(to, from, count); }
void __aeabi_memset(void *to, size_t count, int value) { memset(to, value, count); }
void __aeabi_memset4(void *to, size_t count, int value) { memset(to, value, count); }
void __aeabi_memclr(void *to, size_t count) { memset(to, 0, count); }
void __aeabi_memclr4(void *to, size_t count) { memset(to, 0, count); }
void __aeabi_memclr8(void *to, size_t count) { memset(to, 0, count); }

#if __ARM_ARCH == 6
// Globals are filled at their first use by compare-and-exchange, which this core has not: main uses each once before
// interrupts are on.
uint32_t __atomic_load_4(const volatile void *from, int order) { (void)order; return *(const volatile uint32_t *)from; }
void __atomic_store_4(volatile void *to, uint32_t value, int order) { (void)order; *(volatile uint32_t *)to = value; }
_Bool __atomic_compare_exchange_4(volatile void *at, void *expected, uint32_t value, _Bool weak, int success, int failure) {
    (void)weak; (void)success; (void)failure;
    volatile uint32_t *word = at;
    uint32_t *old = expected;
    if (*word != *old) { *old = *word; return 0; }
    *word = value;
    return 1;
}
#endif
#endif
