/* Loaded into a controller, ends it as kill -9 does at the TIDEGATE_DIES_AT-th time that it has its ledger synced to the disk: just before
 * that where TIDEGATE_DIES is "before", else just after. */
#define _GNU_SOURCE
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long count;

static int is_ledger(int descriptor) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, "/ledger.db") != NULL;
}

static int sync_file(long call, int descriptor) {
    const char *at = getenv("TIDEGATE_DIES_AT"), *moment = getenv("TIDEGATE_DIES");
    int dies = at && is_ledger(descriptor) && atomic_fetch_add(&count, 1) + 1 == atol(at);
    if (dies && moment && strcmp(moment, "before") == 0) kill(getpid(), SIGKILL);
    int result = (int)syscall(call, descriptor);
    if (dies) kill(getpid(), SIGKILL);
    return result;
}

int fsync(int descriptor) { return sync_file(SYS_fsync, descriptor); }
int fdatasync(int descriptor) { return sync_file(SYS_fdatasync, descriptor); }
