/* One face for libgpiod v1.6 and v2.x, whose headers differ too much to show to Swift. One handle is one line taken. */
#ifndef TIDEGATE_GPIOD_SHIM_H
#define TIDEGATE_GPIOD_SHIM_H

#include <stdbool.h>
#include <stdint.h>

typedef struct tg_gpio_line tg_gpio_line;

typedef enum { TG_PULL_NONE = 0, TG_PULL_UP = 1, TG_PULL_DOWN = 2 } tg_gpio_pull;
typedef enum { TG_EDGE_BOTH = 0, TG_EDGE_RISING = 1, TG_EDGE_FALLING = 2 } tg_gpio_edge;

typedef struct {
    /* The kernel's: CLOCK_MONOTONIC (before Linux 5.7 with v1: CLOCK_REALTIME). */
    int64_t timestamp_ns;
    /* Counts the events of the line, lost ones too, from 1; 0 where the kernel interface does not tell (v1). */
    uint32_t sequence;
    bool rising;
} tg_gpio_event;

/* 1 or 2: the interface this was compiled against. */
int tg_gpio_api(void);
/* The version of the library that is loaded. */
const char *tg_gpio_version(void);

/* Takes a line as output and drives `on` in the same call: it is never seen at any other level.
 * chip: a path, a name such as gpiochip0, or a label. NULL on failure, errno says why. */
tg_gpio_line *tg_gpio_take_output(const char *chip, unsigned offset, bool active_low, bool on);
/* Takes a line as input with events. NULL on failure, errno says why. */
tg_gpio_line *tg_gpio_take_input(const char *chip, unsigned offset, bool active_low, tg_gpio_pull pull, tg_gpio_edge edge);
/* 0, or -1 with errno. */
int tg_gpio_set(tg_gpio_line *line, bool on);
/* 0, 1, or -1 with errno. */
int tg_gpio_get(tg_gpio_line *line);
/* For poll: readable when events wait. Never blocks on read. -1 for an output. */
int tg_gpio_fd(const tg_gpio_line *line);
/* Reads events that wait, oldest first. Their number, 0 when none waits, or -1 with errno. Range of capacity: 1 ... 64. */
int tg_gpio_read(tg_gpio_line *line, tg_gpio_event *events, int capacity);
/* Gives the line back. */
void tg_gpio_release(tg_gpio_line *line);

#endif
