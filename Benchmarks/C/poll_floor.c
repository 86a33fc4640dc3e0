/* The floor of polling: libmodbus, one connection a device, one device after the other.

   poll_floor --port 20000 [--ports 1] [--units 1] [--registers 20] [--seconds 10] [--period-ms 0] [--sqlite FILE]

   period-ms 0: full speed. With --sqlite all points of a period go into one commit as rowid rows (WAL, NORMAL): the floor
   of the whole daemon. CPU counts from the moment every connection stands. One line of JSON. */
#include "bench.h"
#include "rows.h"

#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static struct {
    modbus_t **lines;
    int count, registers;
    uint64_t polls, failures;
    uint16_t *values;
} floor_;

static void connect_all(int base, int ports, int units) {
    floor_.count = ports * units;
    floor_.lines = calloc(floor_.count, sizeof *floor_.lines);
    floor_.values = calloc((size_t)floor_.count * floor_.registers, sizeof *floor_.values);
    for (int i = 0; i < floor_.count; i++) {
        modbus_t *line = modbus_new_tcp("127.0.0.1", base + i / units);
        if (!line) fail("modbus_new_tcp");
        modbus_set_slave(line, i % units + 1);
        modbus_set_response_timeout(line, 0, 500000);
        if (modbus_connect(line) != 0) fail("connect");
        floor_.lines[i] = line;
    }
}

static void poll_all(void) {
    for (int i = 0; i < floor_.count; i++) {
        int got = modbus_read_registers(floor_.lines[i], 0, floor_.registers, floor_.values + i * floor_.registers);
        if (got == floor_.registers) floor_.polls++; else floor_.failures++;
    }
}

static void write_rows(struct rows *rows) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t milliseconds = now.tv_sec * 1000LL + now.tv_nsec / 1000000;
    static const double scales[] = {0.1, 1, 0.01, 0.1};
    rows_begin(rows);
    for (int i = 0; i < floor_.count * floor_.registers; i++)
        rows_add(rows, milliseconds, i, floor_.values[i] * scales[i % 4]);
    rows_commit(rows);
}

int main(int argc, char **argv) {
    struct rlimit files = {65536, 65536};
    setrlimit(RLIMIT_NOFILE, &files);
    floor_.registers = (int)option(argc, argv, "--registers", 20);
    int64_t period = option(argc, argv, "--period-ms", 0) * 1000000;
    const char *path = option_text(argc, argv, "--sqlite", NULL);
    struct rows rows;
    if (path) rows_open(&rows, path, false, false);
    connect_all((int)option(argc, argv, "--port", 20000), (int)option(argc, argv, "--ports", 1),
                (int)option(argc, argv, "--units", 1));
    int64_t began = monotonic_ns(), end = began + option(argc, argv, "--seconds", 10) * 1000000000LL, due = began;
    double cpu = cpu_seconds();
    uint64_t late = 0;
    while (monotonic_ns() < end) {
        poll_all();
        if (path) write_rows(&rows);
        if (period == 0) continue;
        due += period;
        if (monotonic_ns() > due) late++;
        sleep_until(due);
    }
    double seconds = (monotonic_ns() - began) / 1e9;
    cpu = cpu_seconds() - cpu;
    printf("{\"seconds\": %.3f, \"devices\": %d, \"polls\": %lu, \"failures\": %lu, \"late_periods\": %lu, \"cpu_s\": %.3f, "
           "\"cpu_percent\": %.3f, \"cpu_us_per_poll\": %.2f, \"polls_per_s\": %.1f, \"rss_kb\": %ld}\n",
           seconds, floor_.count, floor_.polls, floor_.failures, late, cpu, 100 * cpu / seconds,
           floor_.polls ? cpu * 1e6 / floor_.polls : 0, floor_.polls / seconds, resident_kb());
    if (path) rows_close(&rows);
    return 0;
}
