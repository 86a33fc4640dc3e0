/* The floor of records: the mix of signals.h as SQLite rows.

   rows_floor fill FILE [--points 200] [--samples 1000000] [--batch 1000] [--full] [--indexed] [--pace-ms 0]
       writes second after second of all points; one commit per batch; pace-ms: real time between commits.
       Prints rate, CPU per row and bytes per sample of the file.
   rows_floor read FILE [--tag 2] [--rounds 5]
       reads one point's rows in order of time through the index (tag, ts). Prints time and rows.  */
#include "bench.h"
#include "rows.h"
#include "signals.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const int64_t FIRST_SECOND = 1795384800;

static void fill(const char *path, int argc, char **argv) {
    int points = (int)option(argc, argv, "--points", 200);
    long samples = option(argc, argv, "--samples", 1000000), batch = option(argc, argv, "--batch", 1000);
    int64_t pace = option(argc, argv, "--pace-ms", 0) * 1000000;
    struct rows rows;
    rows_open(&rows, path, option_set(argc, argv, "--full"), false);
    int64_t began = monotonic_ns(), due = began;
    double cpu = cpu_seconds();
    for (long i = 0; i < samples; i++) {
        int64_t second = i / points;
        int point = (int)(i % points);
        if (i % batch == 0) rows_begin(&rows);
        rows_add(&rows, (FIRST_SECOND + second) * 1000, point, signal_value(point, second));
        if (i % batch == batch - 1 || i == samples - 1) {
            rows_commit(&rows);
            if (pace) sleep_until(due += pace);
        }
    }
    double seconds = (monotonic_ns() - began) / 1e9;
    cpu = cpu_seconds() - cpu;
    if (option_set(argc, argv, "--indexed")) rows_run(&rows, "CREATE INDEX IF NOT EXISTS samples_by_tag ON samples (tag, ts)");
    rows_close(&rows);
    struct stat file;
    if (stat(path, &file) != 0) fail(path);
    printf("{\"samples\": %ld, \"seconds\": %.3f, \"samples_per_s\": %.0f, \"cpu_us_per_sample\": %.3f, "
           "\"file_bytes\": %ld, \"bytes_per_sample\": %.3f, \"rss_kb\": %ld}\n",
           samples, seconds, samples / seconds, cpu * 1e6 / samples, (long)file.st_size, (double)file.st_size / samples,
           resident_kb());
}

static long read_once(struct rows *rows, int tag, double *sum) {
    sqlite3_stmt *query;
    const char *sql = "SELECT ts, value, quality FROM samples WHERE tag = ? AND ts >= ? AND ts < ? ORDER BY ts";
    if (sqlite3_prepare_v2(rows->database, sql, -1, &query, NULL) != SQLITE_OK) fail(sqlite3_errmsg(rows->database));
    sqlite3_bind_int(query, 1, tag);
    sqlite3_bind_int64(query, 2, FIRST_SECOND * 1000);
    sqlite3_bind_int64(query, 3, (FIRST_SECOND + 86400) * 1000);
    long found = 0;
    while (sqlite3_step(query) == SQLITE_ROW) {
        *sum += sqlite3_column_double(query, 1) + (double)(sqlite3_column_int64(query, 0) & 1) + sqlite3_column_int(query, 2);
        found++;
    }
    sqlite3_finalize(query);
    return found;
}

static void read_back(const char *path, int argc, char **argv) {
    struct rows rows;
    struct sample_set took = {0};
    double sum = 0;
    long found = 0;
    rows_open(&rows, path, false, true);
    double cpu = cpu_seconds();
    long rounds = option(argc, argv, "--rounds", 5);
    for (long i = 0; i < rounds; i++) {
        int64_t began = monotonic_ns();
        found = read_once(&rows, (int)option(argc, argv, "--tag", 2), &sum);
        keep(&took, (monotonic_ns() - began) / 1e6);
    }
    cpu = cpu_seconds() - cpu;
    printf("{\"rows\": %ld, \"median_ms\": %.3f, \"min_ms\": %.3f, \"max_ms\": %.3f, \"cpu_ms\": %.3f, \"sum\": %.2f}\n",
           found, percentile(&took, 0.5), percentile(&took, 0), percentile(&took, 1), cpu * 1e3 / rounds, sum);
    rows_close(&rows);
}

int main(int argc, char **argv) {
    if (argc >= 3 && strcmp(argv[1], "fill") == 0) fill(argv[2], argc, argv);
    else if (argc >= 3 && strcmp(argv[1], "read") == 0) read_back(argv[2], argc, argv);
    else fprintf(stderr, "usage: rows_floor fill|read FILE [options]\n");
    return argc < 3;
}
