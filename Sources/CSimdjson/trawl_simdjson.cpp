#include "trawl_simdjson.h"
#include <simdjson.h>
#include <memory>
#include <new>

struct trawl_json_index {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> implementation;
  size_t capacity = 0;
};

trawl_json_index *trawl_json_index_create(void) { return new (std::nothrow) trawl_json_index(); }

void trawl_json_index_destroy(trawl_json_index *index) { delete index; }

int trawl_json_index_build(trawl_json_index *index, const uint8_t *bytes, size_t length) {
  // One document may be followed by a far smaller one: memory that a giant line needed is given back.
  const size_t roomy = 4 << 20;
  if (!index->implementation || length > index->capacity || (index->capacity > roomy && length < roomy / 4)) {
    const size_t capacity = length < 1024 ? 1024 : length + length / 4;
    index->implementation.reset();
    index->capacity = 0;
    const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
        capacity, 8, index->implementation);
    if (error) return error;
    index->capacity = capacity;
  }
  return index->implementation->stage1(bytes, length, simdjson::stage1_mode::regular);
}

const uint32_t *trawl_json_index_positions(const trawl_json_index *index) {
  return index->implementation->structural_indexes.get();
}

size_t trawl_json_index_count(const trawl_json_index *index) {
  return index->implementation->n_structural_indexes;
}

const char *trawl_json_error_message(int code) {
  return simdjson::error_message(static_cast<simdjson::error_code>(code));
}

int trawl_is_valid_utf8(const uint8_t *bytes, size_t length) {
  return simdjson::validate_utf8(reinterpret_cast<const char *>(bytes), length);
}
