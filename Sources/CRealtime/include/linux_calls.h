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
/* A set of descriptors to wait for, each with a number of ours, close-on-exec; -1 with errno. */
int tg_epoll_create(void);
/* Takes a descriptor into the set, or changes what it is waited for: input, or with `writing` output. 0, or -1 with errno. */
int tg_epoll_watch(int epoll, int descriptor, uint32_t number, int writing, int is_new);
/* The numbers of at most 64 descriptors that are ready, or 0 after the timeout, or -1 with errno. Kernels before 5.11
   round the timeout up to milliseconds. */
int tg_epoll_wait(int epoll, uint32_t *numbers, int64_t timeout_ns);
/* Holds back SIGTERM and SIGINT, ignores SIGHUP, and gives a descriptor that is readable when one came; -1 with errno. */
int tg_end_signals(void);
/* Bytes of a TCP connection so far, both ways, with the heads of TCP and IP and what was sent again; -1 when it is none. */
int64_t tg_tcp_bytes(int socket);

#endif
