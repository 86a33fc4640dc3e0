/* The floor of a serial line: libmodbus asks one unit after the other as fast as they answer.

   rtu_floor PATH --baud 9600 [--units 1] [--registers 20] [--seconds 10] [--timeout-ms 500]      one line of JSON */
#include "bench.h"

#include <modbus.h>
#include <stdio.h>

int main(int argc, char **argv) {
    if (argc < 2) { fprintf(stderr, "usage: rtu_floor PATH --baud N\n"); return 2; }
    modbus_t *line = modbus_new_rtu(argv[1], (int)option(argc, argv, "--baud", 9600), 'N', 8, 2);
    if (!line || modbus_connect(line) != 0) fail(argv[1]);
    int units = (int)option(argc, argv, "--units", 1), registers = (int)option(argc, argv, "--registers", 20);
    modbus_set_response_timeout(line, 0, (uint32_t)option(argc, argv, "--timeout-ms", 500) * 1000);
    uint64_t polls = 0, failures = 0;
    int64_t began = monotonic_ns(), end = began + option(argc, argv, "--seconds", 10) * 1000000000LL;
    double cpu = cpu_seconds();
    for (int unit = 1; monotonic_ns() < end; unit = unit % units + 1) {
        uint16_t values[125];
        modbus_set_slave(line, unit);
        if (modbus_read_registers(line, 0, registers, values) == registers) polls++; else failures++;
    }
    double seconds = (monotonic_ns() - began) / 1e9;
    cpu = cpu_seconds() - cpu;
    printf("{\"seconds\": %.3f, \"polls\": %lu, \"failures\": %lu, \"polls_per_s\": %.3f, \"cpu_us_per_poll\": %.1f}\n",
           seconds, polls, failures, polls / seconds, polls ? cpu * 1e6 / polls : 0);
    return 0;
}
