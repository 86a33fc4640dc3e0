#define _GNU_SOURCE
#include "linux_calls.h"

#include <errno.h>
#include <limits.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int tg_accept(int listener) {
    return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int tg_peer(int socket, uint32_t *user, uint32_t *group) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return -1;
    *user = peer.uid;
    *group = peer.gid;
    return 0;
}

int tg_poll(void *descriptors, int count, int64_t timeout_ns) {
    struct timespec timeout = { .tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000 };
    return ppoll(descriptors, (nfds_t)count, &timeout, NULL);
}

int tg_epoll_create(void) {
    return epoll_create1(EPOLL_CLOEXEC);
}

int tg_epoll_watch(int epoll, int descriptor, uint32_t number, int writing, int is_new) {
    struct epoll_event event = { .events = writing ? EPOLLOUT : EPOLLIN, .data = { .u32 = number } };
    return epoll_ctl(epoll, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
}

static int wait_for_events(int epoll, struct epoll_event *events, int count, int64_t timeout_ns) {
#ifdef SYS_epoll_pwait2
    struct { int64_t seconds, nanoseconds; } timeout = { timeout_ns / 1000000000, timeout_ns % 1000000000 };
    int ready = (int)syscall(SYS_epoll_pwait2, epoll, events, count, &timeout, NULL, 0);
    if (ready >= 0 || errno != ENOSYS) return ready;
#endif
    int64_t milliseconds = timeout_ns / 1000000 + (timeout_ns % 1000000 != 0);
    return epoll_wait(epoll, events, count, milliseconds < INT_MAX ? (int)milliseconds : INT_MAX);
}

int tg_epoll_wait(int epoll, uint32_t *numbers, int64_t timeout_ns) {
    struct epoll_event events[64];
    int ready = wait_for_events(epoll, events, 64, timeout_ns);
    for (int i = 0; i < ready; i++) numbers[i] = events[i].data.u32;
    return ready;
}

int tg_end_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    signal(SIGHUP, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int64_t tg_tcp_bytes(int socket) {
    struct tcp_info info = { 0 };
    socklen_t length = sizeof info;
    int family = AF_INET;
    socklen_t family_length = sizeof family;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return -1;
    (void)getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &family, &family_length);
    /* IP and TCP, and the time stamps that both ends agreed on. */
    int64_t head = (family == AF_INET6 ? 40 : 20) + 20 + (info.tcpi_options & TCPI_OPT_TIMESTAMPS ? 12 : 0);
    return (int64_t)(info.tcpi_bytes_sent + info.tcpi_bytes_received) + head * ((int64_t)info.tcpi_segs_out + info.tcpi_segs_in);
}
