/* Linux calls that the Glibc module does not show to Swift. */
#ifndef TIDEGATE_LINUX_CALLS_H
#define TIDEGATE_LINUX_CALLS_H

#include <stdint.h>

/* The next connection of a listening socket, close-on-exec and non-blocking; -1 with errno. */
int tg_accept(int listener);
/* Who is at the other end of a Unix socket, as the kernel saw it connect. 0, or -1 with errno. */
int tg_peer(int socket, uint32_t *user, uint32_t *group);
/* poll of `count` struct pollfd, with a timeout in nanoseconds. Not by its type here: that would take it from Glibc. */
int tg_poll(void *descriptors, int count, int64_t timeout_ns);
/* Holds back SIGTERM and SIGINT, ignores SIGHUP, and gives a descriptor that is readable when one came; -1 with errno. */
int tg_end_signals(void);

#endif
