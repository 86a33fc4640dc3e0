/* The floor of the closed loop: a tick at FIFO 80 reads the fleet's step register over libmodbus and writes the coil.

   closed_loop_floor --port 20000 [--period-ms 10] [--seconds 20]
   The fleet measures; this prints its own lateness as one line of JSON. */
#include "bench.h"

#include <modbus.h>
#include <stdio.h>

int main(int argc, char **argv) {
    modbus_t *line = modbus_new_tcp("127.0.0.1", (int)option(argc, argv, "--port", 20000));
    if (!line || modbus_connect(line) != 0) fail("connect");
    modbus_set_slave(line, 1);
    int64_t period = option(argc, argv, "--period-ms", 10) * 1000000;
    long turns = option(argc, argv, "--seconds", 20) * 1000000000LL / period;
    bool realtime = become_realtime();
    struct sample_set late = {0};
    int64_t due = monotonic_ns();
    int written = -1;
    for (long turn = 0; turn < turns; turn++) {
        uint16_t step = 0;
        sleep_until(due += period);
        keep(&late, (monotonic_ns() - due) / 1e3);
        if (modbus_read_registers(line, 1000, 1, &step) != 1) continue;
        if ((step & 1) != written && modbus_write_bit(line, 0, step & 1) == 1) written = step & 1;
    }
    printf("{\"realtime\": %d, \"period_ms\": %.0f, \"late_p50_us\": %.0f, \"late_p99_us\": %.0f}\n", realtime, period / 1e6,
           percentile(&late, 0.5), percentile(&late, 0.99));
    return 0;
}
