// Start-up and vectors. Nothing here for the host.
#ifdef __arm__
#include <stddef.h>
#include "board.h"

extern uint32_t tg_stack_bottom[], tg_stack_top[], tg_data_image[], tg_data[], tg_data_end[], tg_bss[], tg_bss_end[];
extern int main(void);
extern void tg_fault(uint32_t exception) __attribute__((noreturn));
extern void tg_tick(void);
extern void tg_line(void);
extern void tg_pulse(void);

__attribute__((section(".noinit"))) static struct tg_retained retained;
struct tg_retained *tg_retained(void) { return &retained; }

// The stack is painted, so that its deepest use can be read afterwards.
__attribute__((noreturn)) void tg_start(void) {
    uint32_t *here = __builtin_frame_address(0);
    for (volatile uint32_t *word = tg_stack_bottom; word < here - 16; word++) *word = 0xA5A5A5A5;
    for (uint32_t *from = tg_data_image, *to = tg_data; to < tg_data_end;) *to++ = *from++;
    for (uint32_t *word = tg_bss; word < tg_bss_end;) *word++ = 0;
    main();
    tg_fault(0);
}

// Fresh stack first: the stack may be what is broken. The exception's number tells a watchdog's warning from a trap.
__attribute__((naked)) static void fault(void) {
    __asm__ volatile("mrs r0, ipsr\n ldr r1, =tg_stack_top\n mov sp, r1\n ldr r1, =tg_fault\n bx r1\n .ltorg");
}

#if defined(BOARD_LM3S6965EVB)
enum { LINE = 5, PULSE = 4 };
#elif defined(BOARD_MPS2AN386)
enum { LINE = 0, PULSE = 31 };
#elif defined(BOARD_RP2040)
enum { LINE = 20, PULSE = 13 };
#endif

// What nobody enables has no handler: the processor would trap on it.
typedef void (*handler)(void);
__attribute__((section(".vectors"), used)) static const handler vectors[16 + 32] = {
    [0] = (handler)tg_stack_top,
    [1] = tg_start,
    [2 ... 14] = fault,
    [15] = tg_tick,
    [16 + LINE] = tg_line,
    [16 + PULSE] = tg_pulse,
};
#endif
