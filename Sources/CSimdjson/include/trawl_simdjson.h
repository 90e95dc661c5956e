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

#ifdef __cplusplus
}
#endif
