/* Samples as plain SQLite rows: the floor of every way of keeping them. */
#ifndef ROWS_H
#define ROWS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct rows {
    sqlite3 *database;
    sqlite3_stmt *insert;
};

/* A rowid table (ts, tag, value, quality) in WAL mode. full: synchronous FULL instead of NORMAL. indexed: with (tag, ts). */
void rows_open(struct rows *rows, const char *path, bool full, bool indexed);
void rows_begin(struct rows *rows);
void rows_add(struct rows *rows, int64_t milliseconds, int tag, double value);
void rows_commit(struct rows *rows);
/* Closes after moving the WAL into the file. */
void rows_close(struct rows *rows);
void rows_run(struct rows *rows, const char *sql);

#endif
