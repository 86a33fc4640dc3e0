/* A serial line with devices on it, on a pseudo-terminal, at the pace of a wire.

   rtu_line --baud 9600 [--units 1] [--registers 20] [--dead UNIT] [--chunks] [--link PATH] [--seconds 0]

   A character takes 11 bits (8N2). A request written by the master is on the wire as long as its characters take; the
   device then keeps one silence of 3.5 characters (1.75 ms above 19200 baud) and answers. The answer appears whole at
   its end or, with --chunks, 8 characters at a time as from the FIFO of a UART. SIGUSR1 brings the dead unit to life and
   prints the account; SIGUSR2 sets it to nought; SIGTERM, SIGINT, --seconds print and end. The first line of output is
   the path of the terminal. */
#define _GNU_SOURCE
#include "bench.h"
#include "signals.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

enum { FIFO = 8 };

static struct {
    int master;
    int64_t character, silence, began, window;
    int units, registers, dead;
    bool chunks;
    int64_t free_at;               /* the last character of the last answer has left */
    int64_t revived, first_after_revival;
    uint64_t requests, answers, foreign, too_soon;
    uint64_t asked[256];
} line;

static uint16_t crc16(const uint8_t *bytes, int count) {
    uint16_t crc = 0xFFFF;
    for (int i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xA001 : crc >> 1;
    }
    return crc;
}

static int make_answer(const uint8_t *request, uint8_t *answer, int64_t now) {
    int count = request[4] << 8 | request[5], address = request[2] << 8 | request[3];
    int64_t second = (now - line.began) / 1000000000;
    answer[0] = request[0];
    answer[1] = request[1];
    answer[2] = (uint8_t)(2 * count);
    for (int i = 0; i < count; i++) {
        uint16_t value = (uint16_t)signal_scaled((uint32_t)((request[0] - 1) * line.registers + address + i), second);
        answer[3 + 2 * i] = value >> 8;
        answer[4 + 2 * i] = value & 0xFF;
    }
    int length = 3 + 2 * count;
    uint16_t crc = crc16(answer, length);
    answer[length] = crc & 0xFF;
    answer[length + 1] = crc >> 8;
    return length + 2;
}

static void write_at(int64_t when, const uint8_t *bytes, int count) {
    sleep_until(when);
    if (write(line.master, bytes, count) != count) fail("write");
}

/* The bytes as a receiver sees them. The last piece comes after a pause of no characters, as a UART's timeout would. */
static void send_answer(const uint8_t *answer, int length, int64_t starts) {
    int sent = 0;
    while (line.chunks && length - sent > FIFO) {
        write_at(starts + (sent + FIFO) * line.character, answer + sent, FIFO);
        sent += FIFO;
    }
    line.free_at = starts + length * line.character;
    write_at(line.free_at, answer + sent, length - sent);
}

static bool is_alive(int unit) { return unit >= 1 && unit <= line.units && unit != line.dead; }

static void serve(const uint8_t *request, int64_t arrived) {
    uint8_t answer[300];
    int count = request[4] << 8 | request[5];
    line.requests++;
    line.asked[request[0]]++;
    if (arrived < line.free_at + line.silence) line.too_soon++;
    if (!is_alive(request[0]) || request[1] != 3 || count < 1 || count > 125) { line.foreign++; return; }
    if (line.revived && !line.first_after_revival && request[0] == line.units) line.first_after_revival = arrived;
    int length = make_answer(request, answer, arrived);
    send_answer(answer, length, arrived + 8 * line.character + line.silence);
    line.answers++;
}

/* Bytes of the master; whole requests of 8 are served, anything else is thrown away. */
static void hear(void) {
    static uint8_t held[512];
    static int count = 0;
    int64_t now = monotonic_ns();
    ssize_t got = read(line.master, held + count, sizeof held - count);
    if (got < 0) { usleep(1000); return; }           /* nobody has the terminal open */
    count += got;
    while (count >= 8) {
        uint16_t crc = crc16(held, 6);
        int used = held[6] == (crc & 0xFF) && held[7] == crc >> 8 ? 8 : 1;
        if (used == 8) serve(held, now);
        memmove(held, held + used, count -= used);
    }
}

static void print_account(void) {
    double seconds = (monotonic_ns() - line.window) / 1e9;
    printf("{\"seconds\": %.3f, \"requests\": %lu, \"answers\": %lu, \"answers_per_s\": %.3f, \"unanswered\": %lu, "
           "\"too_soon\": %lu, \"back_after_s\": %.3f}\n",
           seconds, line.requests, line.answers, line.answers / seconds, line.foreign, line.too_soon,
           line.first_after_revival ? (line.first_after_revival - line.revived) / 1e9 : -1);
    fflush(stdout);
}

static void reset_account(void) {
    line.window = monotonic_ns();
    line.requests = line.answers = line.foreign = line.too_soon = 0;
}

static bool obey(int signals) {
    struct signalfd_siginfo info;
    if (read(signals, &info, sizeof info) != sizeof info) return true;
    if (info.ssi_signo == SIGUSR2) { reset_account(); return true; }
    print_account();
    if (info.ssi_signo != SIGUSR1) return false;
    if (line.dead) line.revived = monotonic_ns();
    line.dead = 0;
    return true;
}

static void open_terminal(const char *link) {
    line.master = posix_openpt(O_RDWR | O_NOCTTY);
    if (line.master < 0 || grantpt(line.master) != 0 || unlockpt(line.master) != 0) fail("pty");
    const char *path = ptsname(line.master);
    int slave = open(path, O_RDWR | O_NOCTTY);       /* held open, so that the line stands while no master does */
    struct termios raw;
    if (slave < 0 || tcgetattr(slave, &raw) != 0) fail(path);
    cfmakeraw(&raw);
    tcsetattr(slave, TCSANOW, &raw);
    if (link) {
        unlink(link);
        if (symlink(path, link) != 0) fail(link);
    }
    printf("%s\n", path);
    fflush(stdout);
}

int main(int argc, char **argv) {
    long baud = option(argc, argv, "--baud", 9600);
    line.character = 11 * 1000000000LL / baud;
    line.silence = baud > 19200 ? 1750000 : line.character * 7 / 2;
    line.units = (int)option(argc, argv, "--units", 1);
    line.registers = (int)option(argc, argv, "--registers", 20);
    line.dead = (int)option(argc, argv, "--dead", 0);
    line.chunks = option_set(argc, argv, "--chunks");
    line.began = monotonic_ns();
    int signals = open_signals();
    become_realtime();                               /* a wire is never late; without the right to it, it may be */
    open_terminal(option_text(argc, argv, "--link", NULL));
    reset_account();
    alarm((unsigned)option(argc, argv, "--seconds", 0));
    for (;;) {
        struct pollfd watched[] = {{line.master, POLLIN, 0}, {signals, POLLIN, 0}};
        if (poll(watched, 2, -1) < 0) continue;
        if (watched[1].revents && !obey(signals)) return 0;
        if (watched[0].revents) hear();
    }
}
