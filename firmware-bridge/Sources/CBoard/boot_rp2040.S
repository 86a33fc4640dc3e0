// The RP2040's boot ROM copies these 256 bytes from flash to RAM, checks the CRC in the last word (ld/uf2.py puts it
// there) and runs them. They let the flash be read in place, with the plain read command that every chip knows.
#ifdef BOARD_RP2040
    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .section .boot2, "ax"
    .global tg_boot2
    .thumb_func
tg_boot2:
    ldr r3, =0x18000000         // serial flash interface
    movs r0, #0
    str r0, [r3, #8]            // off
    movs r0, #4
    str r0, [r3, #0x14]         // a quarter of the clock
    ldr r0, =0x001F0300         // 32 bits a read, command and address first
    str r0, [r3, #0]
    movs r0, #0
    str r0, [r3, #4]
    ldr r1, =0x03000218         // command 03, 8 bits; address 24 bits; one wire
    ldr r2, =0x180000F4
    str r1, [r2]
    movs r0, #1
    str r0, [r3, #8]            // on
    ldr r0, =0x10000100         // vectors
    ldr r1, =0xE000ED08
    str r0, [r1]
    ldmia r0!, {r1, r2}
    msr msp, r1
    bx r2
    .ltorg
    .org 252
    .word 0
#endif
