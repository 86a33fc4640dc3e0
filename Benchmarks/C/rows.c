#include "rows.h"

#include <stdio.h>
#include <stdlib.h>

static void expect(struct rows *rows, int result, int wanted, const char *what) {
    if (result == wanted) return;
    fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(rows->database));
    exit(1);
}

void rows_run(struct rows *rows, const char *sql) {
    expect(rows, sqlite3_exec(rows->database, sql, NULL, NULL, NULL), SQLITE_OK, sql);
}

void rows_open(struct rows *rows, const char *path, bool full, bool indexed) {
    expect(rows, sqlite3_open(path, &rows->database), SQLITE_OK, path);
    rows_run(rows, "PRAGMA journal_mode = WAL");
    rows_run(rows, full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    rows_run(rows, "CREATE TABLE IF NOT EXISTS samples (ts INTEGER, tag INTEGER, value REAL, quality INTEGER)");
    if (indexed) rows_run(rows, "CREATE INDEX IF NOT EXISTS samples_by_tag ON samples (tag, ts)");
    expect(rows, sqlite3_prepare_v2(rows->database, "INSERT INTO samples VALUES (?, ?, ?, 0)", -1, &rows->insert, NULL),
           SQLITE_OK, "prepare");
}

void rows_begin(struct rows *rows) { rows_run(rows, "BEGIN"); }

void rows_add(struct rows *rows, int64_t milliseconds, int tag, double value) {
    sqlite3_bind_int64(rows->insert, 1, milliseconds);
    sqlite3_bind_int(rows->insert, 2, tag);
    sqlite3_bind_double(rows->insert, 3, value);
    expect(rows, sqlite3_step(rows->insert), SQLITE_DONE, "insert");
    sqlite3_reset(rows->insert);
}

void rows_commit(struct rows *rows) { rows_run(rows, "COMMIT"); }

void rows_close(struct rows *rows) {
    sqlite3_finalize(rows->insert);
    sqlite3_wal_checkpoint_v2(rows->database, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_close(rows->database);
}
