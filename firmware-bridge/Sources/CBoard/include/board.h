#ifndef TG_BOARD_H
#define TG_BOARD_H
#include <stdint.h>

// Registers of the chip: every read and write reaches the hardware, in order.
static inline uint32_t tg_read(uint32_t address) { return *(volatile uint32_t *)(uintptr_t)address; }
static inline void tg_write(uint32_t address, uint32_t value) { *(volatile uint32_t *)(uintptr_t)address = value; }

// What outlives a warm reset: start-up neither clears nor fills it. Volatile, so that a store right before an endless
// loop is not dropped.
struct tg_retained {
    volatile uint32_t magic;
    volatile uint16_t boot_count;
    volatile uint16_t safe_levels;
    volatile uint16_t cause;
    volatile uint16_t crc;
};
struct tg_retained *tg_retained(void);

#ifdef __arm__
static inline void tg_mask_interrupts(void) { __asm__ volatile("cpsid i" ::: "memory"); }
static inline void tg_unmask_interrupts(void) { __asm__ volatile("cpsie i" ::: "memory"); }
// Returns when an interrupt is pending, also while interrupts are masked.
static inline void tg_wait(void) { __asm__ volatile("wfi" ::: "memory"); }
#endif
#endif
