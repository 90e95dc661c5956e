#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The structural index of simdjson: where every bracket, brace, colon, comma, string and other scalar starts.
typedef struct trawl_json_index trawl_json_index;

/// A new, empty index, or null when memory is out.
trawl_json_index *trawl_json_index_create(void);
void trawl_json_index_destroy(trawl_json_index *index);

/// Indexes `length` bytes (less than 4 GiB) at `bytes`. Returns 0, or simdjson's error code: of invalid UTF-8, of a
/// control character within a string, of an unclosed string, of no token at all, of memory.
int trawl_json_index_build(trawl_json_index *index, const uint8_t *bytes, size_t length);

/// The positions found by the last build, and how many; valid until the next build.
const uint32_t *trawl_json_index_positions(const trawl_json_index *index);
size_t trawl_json_index_count(const trawl_json_index *index);

/// What an error code of `trawl_json_index_build` means, in English; a static string.
const char *trawl_json_error_message(int code);

/// Whether bytes are valid UTF-8.
int trawl_is_valid_utf8(const uint8_t *bytes, size_t length);

/// The floor of a scan: walks JSON with simdjson On-Demand, looks every key up among some names and does nothing else. Keys
/// with escapes are looked up by their raw bytes up to the first quote; what is nested deeper than 256 is passed over.
typedef struct trawl_json_walker trawl_json_walker;

/// A walker with room for so many names, or null when memory is out.
trawl_json_walker *trawl_json_walker_create(size_t name_count);
void trawl_json_walker_destroy(trawl_json_walker *walker);

/// Adds one of the names, which are copied.
void trawl_json_walker_add(trawl_json_walker *walker, const uint8_t *name, size_t length);

/// Walks `length` bytes (less than 4 GiB) of JSON, an object a line, with 64 readable bytes behind them. Returns how many
/// objects there are; a line that is none costs that line, and that all lines are walked once more, one by one.
size_t trawl_json_walk_lines(trawl_json_walker *walker, const uint8_t *bytes, size_t length);

/// The same of one document: returns 1, or 0 if it is no object.
size_t trawl_json_walk_document(trawl_json_walker *walker, const uint8_t *bytes, size_t length);

/// How many keys of all objects that were walked are among the names.
size_t trawl_json_walker_known(const trawl_json_walker *walker);

#ifdef __cplusplus
}
#endif
