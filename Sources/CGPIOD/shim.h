/* Only CGPIODShim's own .c includes <gpiod.h>: the v1 and v2 headers differ too much to show to Swift. */
