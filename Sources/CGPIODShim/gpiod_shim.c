#include "gpiod_shim.h"

#include <errno.h>
#include <gpiod.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define CONSUMER "tidegate-guard"
#define EVENTS_AT_ONCE 64

/* A read must not wait, even if somebody else emptied the queue between poll and read. */
static bool has_event(int fd) {
    struct pollfd p = { .fd = fd, .events = POLLIN };
    return poll(&p, 1, 0) == 1;
}

#if defined(GPIOD_LINE_BULK_MAX_LINES) /* v1: v2 defines no macro of this name */

struct tg_gpio_line {
    struct gpiod_chip *chip;
    struct gpiod_line *line;
    int fd;
};

int tg_gpio_api(void) { return 1; }
const char *tg_gpio_version(void) { return gpiod_version_string(); }

static tg_gpio_line *take(const char *chip_name, unsigned offset, struct gpiod_line_request_config *config, int value) {
    tg_gpio_line *taken = calloc(1, sizeof *taken);
    if (taken == NULL) return NULL;
    taken->fd = -1;
    taken->chip = gpiod_chip_open_lookup(chip_name);
    if (taken->chip == NULL) goto failed;
    taken->line = gpiod_chip_get_line(taken->chip, offset);
    if (taken->line == NULL || gpiod_line_request(taken->line, config, value) != 0) goto failed;
    return taken;
failed:;
    int error = errno;
    tg_gpio_release(taken);
    errno = error;
    return NULL;
}

tg_gpio_line *tg_gpio_take_output(const char *chip, unsigned offset, bool active_low, bool on) {
    struct gpiod_line_request_config config = {
        .consumer = CONSUMER,
        .request_type = GPIOD_LINE_REQUEST_DIRECTION_OUTPUT,
        .flags = active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0,
    };
    return take(chip, offset, &config, on);
}

tg_gpio_line *tg_gpio_take_input(const char *chip, unsigned offset, bool active_low, tg_gpio_pull pull, tg_gpio_edge edge) {
    static const int pulls[] = { 0, GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP, GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN };
    static const int edges[] = { GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES, GPIOD_LINE_REQUEST_EVENT_RISING_EDGE,
                                 GPIOD_LINE_REQUEST_EVENT_FALLING_EDGE };
    struct gpiod_line_request_config config = {
        .consumer = CONSUMER,
        .request_type = edges[edge],
        .flags = pulls[pull] | (active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0),
    };
    tg_gpio_line *taken = take(chip, offset, &config, 0);
    if (taken != NULL) taken->fd = gpiod_line_event_get_fd(taken->line);
    return taken;
}

int tg_gpio_set(tg_gpio_line *line, bool on) { return gpiod_line_set_value(line->line, on); }
int tg_gpio_get(tg_gpio_line *line) { return gpiod_line_get_value(line->line); }

int tg_gpio_read(tg_gpio_line *line, tg_gpio_event *events, int capacity) {
    struct gpiod_line_event read[EVENTS_AT_ONCE];
    if (!has_event(line->fd)) return 0;
    int count = gpiod_line_event_read_fd_multiple(
        line->fd, read, capacity < EVENTS_AT_ONCE ? (unsigned)capacity : EVENTS_AT_ONCE);
    for (int i = 0; i < count; i++) {
        events[i].timestamp_ns = (int64_t)read[i].ts.tv_sec * 1000000000 + read[i].ts.tv_nsec;
        events[i].sequence = 0;
        events[i].rising = read[i].event_type == GPIOD_LINE_EVENT_RISING_EDGE;
    }
    return count;
}

void tg_gpio_release(tg_gpio_line *line) {
    if (line->chip != NULL) gpiod_chip_close(line->chip); /* releases its lines */
    free(line);
}

#else /* v2 */

#include <dirent.h>
#include <stdio.h>

struct tg_gpio_line {
    struct gpiod_line_request *request;
    struct gpiod_edge_event_buffer *buffer;
    unsigned offset;
    int fd;
};

int tg_gpio_api(void) { return 2; }
const char *tg_gpio_version(void) { return gpiod_api_version(); }

static struct gpiod_chip *open_by_label(const char *label) {
    DIR *devices = opendir("/dev");
    struct gpiod_chip *found = NULL;
    for (struct dirent *entry; devices != NULL && found == NULL && (entry = readdir(devices)) != NULL;) {
        char path[300];
        if (strncmp(entry->d_name, "gpiochip", 8) != 0) continue;
        snprintf(path, sizeof path, "/dev/%s", entry->d_name);
        struct gpiod_chip *chip = gpiod_chip_open(path);
        struct gpiod_chip_info *info = chip != NULL ? gpiod_chip_get_info(chip) : NULL;
        if (info != NULL && strcmp(gpiod_chip_info_get_label(info), label) == 0) found = chip;
        if (info != NULL) gpiod_chip_info_free(info);
        if (chip != NULL && found == NULL) gpiod_chip_close(chip);
    }
    if (devices != NULL) closedir(devices);
    if (found == NULL) errno = ENOENT;
    return found;
}

static struct gpiod_chip *open_chip(const char *name) {
    char path[300];
    if (name[0] == '/') return gpiod_chip_open(name);
    if (strncmp(name, "gpiochip", 8) != 0) return open_by_label(name);
    snprintf(path, sizeof path, "/dev/%s", name);
    return gpiod_chip_open(path);
}

static struct gpiod_line_request *request(const char *chip_name, unsigned offset, struct gpiod_line_settings *settings) {
    struct gpiod_line_request *made = NULL;
    struct gpiod_chip *chip = open_chip(chip_name);
    struct gpiod_line_config *lines = gpiod_line_config_new();
    struct gpiod_request_config *how = gpiod_request_config_new();
    if (chip != NULL && lines != NULL && how != NULL &&
        gpiod_line_config_add_line_settings(lines, &offset, 1, settings) == 0) {
        gpiod_request_config_set_consumer(how, CONSUMER);
        gpiod_request_config_set_event_buffer_size(how, 1024);
        made = gpiod_chip_request_lines(chip, how, lines);
    }
    int error = errno;
    if (how != NULL) gpiod_request_config_free(how);
    if (lines != NULL) gpiod_line_config_free(lines);
    if (chip != NULL) gpiod_chip_close(chip); /* the request lives on */
    errno = error;
    return made;
}

static tg_gpio_line *take(const char *chip, unsigned offset, struct gpiod_line_settings *settings) {
    tg_gpio_line *taken = calloc(1, sizeof *taken);
    if (taken == NULL) return NULL;
    taken->offset = offset;
    taken->fd = -1;
    taken->request = request(chip, offset, settings);
    if (taken->request != NULL) return taken;
    int error = errno;
    tg_gpio_release(taken);
    errno = error;
    return NULL;
}

tg_gpio_line *tg_gpio_take_output(const char *chip, unsigned offset, bool active_low, bool on) {
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (settings == NULL) return NULL;
    gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT);
    gpiod_line_settings_set_active_low(settings, active_low);
    gpiod_line_settings_set_output_value(settings, on ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
    tg_gpio_line *taken = take(chip, offset, settings);
    int error = errno;
    gpiod_line_settings_free(settings);
    errno = error;
    return taken;
}

tg_gpio_line *tg_gpio_take_input(const char *chip, unsigned offset, bool active_low, tg_gpio_pull pull, tg_gpio_edge edge) {
    static const enum gpiod_line_bias pulls[] = { GPIOD_LINE_BIAS_AS_IS, GPIOD_LINE_BIAS_PULL_UP, GPIOD_LINE_BIAS_PULL_DOWN };
    static const enum gpiod_line_edge edges[] = { GPIOD_LINE_EDGE_BOTH, GPIOD_LINE_EDGE_RISING, GPIOD_LINE_EDGE_FALLING };
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (settings == NULL) return NULL;
    gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
    gpiod_line_settings_set_active_low(settings, active_low);
    gpiod_line_settings_set_bias(settings, pulls[pull]);
    gpiod_line_settings_set_edge_detection(settings, edges[edge]);
    gpiod_line_settings_set_event_clock(settings, GPIOD_LINE_CLOCK_MONOTONIC);
    tg_gpio_line *taken = take(chip, offset, settings);
    int error = errno;
    gpiod_line_settings_free(settings);
    if (taken != NULL) {
        taken->fd = gpiod_line_request_get_fd(taken->request);
        taken->buffer = gpiod_edge_event_buffer_new(EVENTS_AT_ONCE);
        if (taken->buffer == NULL) {
            error = errno;
            tg_gpio_release(taken);
            taken = NULL;
        }
    }
    errno = error;
    return taken;
}

int tg_gpio_set(tg_gpio_line *line, bool on) {
    return gpiod_line_request_set_value(
        line->request, line->offset, on ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
}

int tg_gpio_get(tg_gpio_line *line) {
    enum gpiod_line_value value = gpiod_line_request_get_value(line->request, line->offset);
    return value == GPIOD_LINE_VALUE_ERROR ? -1 : value == GPIOD_LINE_VALUE_ACTIVE;
}

int tg_gpio_read(tg_gpio_line *line, tg_gpio_event *events, int capacity) {
    if (!has_event(line->fd)) return 0;
    size_t most = capacity < EVENTS_AT_ONCE ? (size_t)capacity : EVENTS_AT_ONCE;
    int count = gpiod_line_request_read_edge_events(line->request, line->buffer, most);
    for (int i = 0; i < count; i++) {
        struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(line->buffer, (unsigned long)i);
        events[i].timestamp_ns = (int64_t)gpiod_edge_event_get_timestamp_ns(event);
        events[i].sequence = (uint32_t)gpiod_edge_event_get_line_seqno(event);
        events[i].rising = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
    }
    return count;
}

void tg_gpio_release(tg_gpio_line *line) {
    if (line->request != NULL) gpiod_line_request_release(line->request);
    if (line->buffer != NULL) gpiod_edge_event_buffer_free(line->buffer);
    free(line);
}

#endif

int tg_gpio_fd(const tg_gpio_line *line) { return line->fd; }
