/* A fake plant: Modbus TCP devices on raw epoll, one thread. It is the other side of every polling measurement, so it
   costs little and keeps its own account: who was asked when, how much was served, what it cost itself.

   fleet --port 20000 --ports 500 [--units 1] [--registers 20] [--silent 50] [--first-at 0] [--seconds 60] [--step-ms 137]

   Device number = port offset * units + (unit - 1). Its registers 0 … registers-1 follow the mix of signals.h, anew each
   second. Silent devices, spread evenly, accept and never answer. Register 1000 of any device counts up every step-ms;
   a write to coil 0 with the last bit of that count stops the watch for the step.
   SIGUSR2 sets the account to nought; SIGUSR1 prints it as one line of JSON; SIGTERM, SIGINT or --seconds print and end. */
#define _GNU_SOURCE
#include "bench.h"
#include "signals.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STEP_REGISTER = 1000, BUFFER = 1024, ADDRESSES = 2048 };

struct device {
    int64_t second;               /* of which the registers are */
    uint16_t registers[125];
    bool silent, coil;
    int64_t first_asked, last_asked; /* a request that covers register 0, in this account */
    int64_t worst_gap;
    uint64_t polls;
};

struct peer {
    int descriptor, port;         /* port offset; a listening socket has listening set */
    bool listening;
    int held;
    uint8_t bytes[BUFFER];
};

static struct {
    int base, ports, units, registers;
    int64_t step_ns, began, window;
    double cpu_at_window;
    struct device *devices;
    uint64_t requests, served, points, unanswered, writes, connections, open;
    int64_t answered_step;
    uint64_t steps_missed;
    struct sample_set reaction_ms;
} fleet;

static int device_count(void) { return fleet.ports * fleet.units; }

static int64_t step_now(int64_t now) { return (now - fleet.began) / fleet.step_ns; }

static void refresh(struct device *device, int64_t now) {
    int64_t second = (now - fleet.began) / 1000000000;
    if (device->second == second) return;
    uint32_t first = (uint32_t)(device - fleet.devices) * fleet.registers;
    for (int i = 0; i < fleet.registers; i++) device->registers[i] = (uint16_t)signal_scaled(first + i, second);
    device->second = second;
}

static uint16_t value_at(struct device *device, int address, int64_t now) {
    if (address == STEP_REGISTER) return (uint16_t)step_now(now);
    return address < fleet.registers ? device->registers[address] : 0;
}

static void note_asked(struct device *device, int64_t now) {
    int64_t gap = device->last_asked ? now - device->last_asked : 0;
    if (gap > device->worst_gap) device->worst_gap = gap;
    if (device->polls == 0) device->first_asked = now;
    device->last_asked = now;
    device->polls++;
}

static void note_coil(bool on, int64_t now) {
    int64_t step = step_now(now);
    if (on != (step & 1) || step <= fleet.answered_step) return;
    if (fleet.answered_step > 0) {
        fleet.steps_missed += step - fleet.answered_step - 1;
        keep(&fleet.reaction_ms, (now - fleet.began - step * fleet.step_ns) / 1e6);
    }
    fleet.answered_step = step;
}

static int refuse(uint8_t *answer, uint8_t function, uint8_t code) {
    answer[0] = function | 0x80;
    answer[1] = code;
    return 2;
}

static int read_registers(struct device *device, const uint8_t *pdu, uint8_t *answer, int64_t now) {
    int address = pdu[1] << 8 | pdu[2], count = pdu[3] << 8 | pdu[4];
    if (count < 1 || count > 125 || address + count > ADDRESSES) return refuse(answer, pdu[0], 2);
    refresh(device, now);
    if (address == 0) note_asked(device, now);
    answer[0] = pdu[0];
    answer[1] = (uint8_t)(2 * count);
    for (int i = 0; i < count; i++) {
        uint16_t value = value_at(device, address + i, now);
        answer[2 + 2 * i] = value >> 8;
        answer[3 + 2 * i] = value & 0xFF;
    }
    fleet.points += count;
    return 2 + 2 * count;
}

static int read_bits(struct device *device, const uint8_t *pdu, uint8_t *answer) {
    int count = pdu[3] << 8 | pdu[4];
    if (count < 1 || count > 2000) return refuse(answer, pdu[0], 3);
    answer[0] = pdu[0];
    answer[1] = (uint8_t)((count + 7) / 8);
    memset(answer + 2, 0, answer[1]);
    answer[2] = device->coil;
    return 2 + answer[1];
}

/* One request's PDU; returns the length of the answer's. */
static int serve(struct device *device, const uint8_t *pdu, int length, uint8_t *answer, int64_t now) {
    if (length < 5) return refuse(answer, pdu[0], 3);
    switch (pdu[0]) {
    case 1: case 2: return read_bits(device, pdu, answer);
    case 3: case 4: return read_registers(device, pdu, answer, now);
    case 5: device->coil = pdu[3] == 0xFF; break;
    case 15: if (length < 7) return refuse(answer, pdu[0], 3); device->coil = pdu[6] & 1; break;
    case 6: case 16: break;
    default: return refuse(answer, pdu[0], 1);
    }
    fleet.writes++;
    if (pdu[0] == 5 || pdu[0] == 15) note_coil(device->coil, now);
    memcpy(answer, pdu, 5);
    return 5;
}

/* A whole frame; appends its answer at `out` and returns its length, 0 for a silent device. */
static int answer_frame(struct peer *peer, const uint8_t *frame, int length, uint8_t *out) {
    int64_t now = monotonic_ns();
    int unit = frame[6], slot = fleet.units == 1 ? 0 : unit - 1;
    fleet.requests++;
    if (slot < 0 || slot >= fleet.units) { fleet.unanswered++; return 0; }
    struct device *device = &fleet.devices[peer->port * fleet.units + slot];
    if (device->silent) { fleet.unanswered++; return 0; }
    int pdu = serve(device, frame + 7, length - 7, out + 7, now);
    memcpy(out, frame, 4);
    out[4] = (uint8_t)((pdu + 1) >> 8);
    out[5] = (uint8_t)(pdu + 1);
    out[6] = (uint8_t)unit;
    fleet.served++;
    return 7 + pdu;
}

static void drop(struct peer *peer) {
    close(peer->descriptor);
    free(peer);
    fleet.open--;
}

static void hear(struct peer *peer) {
    uint8_t out[8 * BUFFER];
    int sending = 0, used = 0;
    ssize_t got = recv(peer->descriptor, peer->bytes + peer->held, BUFFER - peer->held, 0);
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) drop(peer);
        return;
    }
    peer->held += got;
    while (peer->held - used >= 8) {
        const uint8_t *frame = peer->bytes + used;
        int length = 6 + (frame[4] << 8 | frame[5]);
        if (length < 8 || length > 260) { drop(peer); return; }
        if (peer->held - used < length) break;
        if (sending + 300 > (int)sizeof out) break;
        sending += answer_frame(peer, frame, length, out + sending);
        used += length;
    }
    memmove(peer->bytes, peer->bytes + used, peer->held - used);
    peer->held -= used;
    if (sending > 0 && send(peer->descriptor, out, sending, MSG_NOSIGNAL) < 0 && errno != EAGAIN) drop(peer);
}

static void watch(int epoll, struct peer *peer) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, peer->descriptor, &event) != 0) fail("epoll_ctl");
}

static struct peer *new_peer(int descriptor, int port, bool listening) {
    struct peer *peer = calloc(1, sizeof *peer);
    if (!peer) fail("memory");
    peer->descriptor = descriptor;
    peer->port = port;
    peer->listening = listening;
    return peer;
}

static void welcome(int epoll, struct peer *listener) {
    int descriptor;
    while ((descriptor = accept4(listener->descriptor, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        int yes = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        watch(epoll, new_peer(descriptor, listener->port, false));
        fleet.connections++;
        fleet.open++;
    }
}

static void listen_on(int epoll, int offset) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(fleet.base + offset)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
    if (listen(descriptor, 1024) != 0) fail("listen");
    watch(epoll, new_peer(descriptor, offset, true));
}

static void reset_account(void) {
    int64_t now = monotonic_ns();
    fleet.window = now;
    fleet.cpu_at_window = cpu_seconds();
    fleet.requests = fleet.served = fleet.points = fleet.unanswered = fleet.writes = fleet.connections = 0;
    fleet.steps_missed = 0;
    fleet.reaction_ms.count = 0;
    for (int i = 0; i < device_count(); i++) {
        fleet.devices[i].worst_gap = 0;
        fleet.devices[i].polls = 0;
    }
}

/* Polls a second, counted from first to last, so that the ends of the account's time take nothing away. */
static double rate_of(const struct device *device) {
    int64_t span = device->last_asked - device->first_asked;
    return device->polls < 2 || span <= 0 ? 0 : (device->polls - 1) * 1e9 / span;
}

/* Gaps run to the moment of the account, so that a device nobody asks any more is seen. */
static void print_account(void) {
    int64_t now = monotonic_ns(), worst = 0;
    uint64_t polls = 0, least = UINT64_MAX;
    int live = 0, asked = 0;
    double rate = 0;
    for (int i = 0; i < device_count(); i++) {
        struct device *device = &fleet.devices[i];
        if (device->silent) continue;
        int64_t open = now - (device->last_asked ? device->last_asked : fleet.window);
        int64_t gap = device->worst_gap > open ? device->worst_gap : open;
        live++;
        asked += device->polls > 0;
        polls += device->polls;
        rate += rate_of(device);
        if (gap > worst) worst = gap;
        if (device->polls < least) least = device->polls;
    }
    double seconds = (now - fleet.window) / 1e9, cpu = cpu_seconds() - fleet.cpu_at_window;
    printf("{\"seconds\": %.3f, \"devices\": %d, \"live\": %d, \"asked\": %d, \"requests\": %lu, \"served\": %lu, "
           "\"unanswered\": %lu, \"writes\": %lu, \"points\": %lu, \"polls\": %lu, \"least_polls\": %lu, "
           "\"points_per_s\": %.1f, \"polls_per_s\": %.2f, \"requests_per_poll\": %.4f, \"worst_gap_ms\": %.2f, \"connections\": %lu, "
           "\"open\": %lu, \"cpu_s\": %.3f, \"cpu_us_per_request\": %.2f, ",
           seconds, device_count(), live, asked, fleet.requests, fleet.served, fleet.unanswered, fleet.writes, fleet.points,
           polls, least, fleet.points / seconds, rate, polls ? (double)fleet.served / polls : 0, worst / 1e6,
           fleet.connections, fleet.open, cpu, fleet.requests ? cpu * 1e6 / fleet.requests : 0);
    printf("\"reactions\": %ld, \"steps_missed\": %lu, \"reaction_p50_ms\": %.2f, \"reaction_p99_ms\": %.2f, "
           "\"reaction_max_ms\": %.2f}\n",
           fleet.reaction_ms.count, fleet.steps_missed, percentile(&fleet.reaction_ms, 0.5),
           percentile(&fleet.reaction_ms, 0.99), percentile(&fleet.reaction_ms, 1));
    fflush(stdout);
}

/* Returns whether the fleet goes on. */
static bool obey(int signals) {
    struct signalfd_siginfo info;
    if (read(signals, &info, sizeof info) != sizeof info) return true;
    if (info.ssi_signo == SIGUSR2) { reset_account(); return true; }
    print_account();
    return info.ssi_signo == SIGUSR1;
}

static void set_up(int argc, char **argv) {
    struct rlimit files = {65536, 65536};
    setrlimit(RLIMIT_NOFILE, &files);
    fleet.base = (int)option(argc, argv, "--port", 20000);
    fleet.ports = (int)option(argc, argv, "--ports", 1);
    fleet.units = (int)option(argc, argv, "--units", 1);
    fleet.registers = (int)option(argc, argv, "--registers", 20);
    fleet.step_ns = option(argc, argv, "--step-ms", 137) * 1000000;
    if (fleet.registers < 1 || fleet.registers > 125 || fleet.ports < 1 || fleet.units < 1) fail("options");
    fleet.devices = calloc(device_count(), sizeof *fleet.devices);
    long silent = option(argc, argv, "--silent", 0);
    for (int i = 0; i < device_count(); i++) {
        fleet.devices[i].second = -1;
        fleet.devices[i].silent = (i + 1) * silent / device_count() != i * silent / device_count();
    }
    fleet.began = monotonic_ns();
    reset_account();
}

int main(int argc, char **argv) {
    set_up(argc, argv);
    int epoll = epoll_create1(EPOLL_CLOEXEC), signals = open_signals();
    struct peer *control = new_peer(signals, 0, false);
    watch(epoll, control);
    for (int i = 0; i < fleet.ports; i++) listen_on(epoll, i);
    alarm((unsigned)option(argc, argv, "--seconds", 0));
    fprintf(stderr, "fleet: %d devices on ports %d-%d\n", device_count(), fleet.base, fleet.base + fleet.ports - 1);
    for (;;) {
        struct epoll_event events[256];
        int count = epoll_wait(epoll, events, 256, -1);
        bool goes_on = true;
        for (int i = 0; i < count; i++) {
            struct peer *peer = events[i].data.ptr;
            if (peer == control) goes_on = obey(signals);
            else if (peer->listening) welcome(epoll, peer);
            else hear(peer);
            if (!goes_on) return 0;
        }
    }
}
