#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The floor of a scan: walks JSON lines with simdjson On-Demand and looks every key up among `names`, nothing else.
/// `bytes` must have 64 readable bytes behind its `length`. Returns the number of keys found among the names and
/// sets the number of events.
size_t floor_walk(const uint8_t *bytes, size_t length, const char *const *names, size_t name_count, size_t *events);

#ifdef __cplusplus
}
#endif
