#include "floor.h"
#include <simdjson.h>
#include <cstring>
#include <string_view>
#include <vector>

namespace {

// A table of names with open addressing, hashed by length and the first and last eight bytes: as fast as a look-up gets.
struct Names {
  std::vector<std::string_view> slots;
  size_t mask;

  static size_t hash(std::string_view name) {
    uint64_t head = 0, tail = 0;
    const size_t n = name.size() < 8 ? name.size() : 8;
    std::memcpy(&head, name.data(), n);
    std::memcpy(&tail, name.data() + name.size() - n, n);
    uint64_t h = (head ^ (name.size() * 0x9E3779B97F4A7C15ull)) * 0xFF51AFD7ED558CCDull;
    h = (h ^ (h >> 32) ^ tail) * 0xC4CEB9FE1A85EC53ull;
    return h >> 32;
  }

  Names(const char *const *names, size_t count) {
    size_t size = 16;
    while (size < count * 4) size *= 2;
    slots.resize(size);
    mask = size - 1;
    for (size_t i = 0; i < count; i++) {
      std::string_view name(names[i]);
      if (name.empty()) continue;
      size_t slot = hash(name) & mask;
      while (!slots[slot].empty()) slot = (slot + 1) & mask;
      slots[slot] = name;
    }
  }

  bool contains(std::string_view name) const {
    size_t slot = hash(name) & mask;
    while (!slots[slot].empty()) {
      if (slots[slot] == name) return true;
      slot = (slot + 1) & mask;
    }
    return false;
  }
};

size_t walk(simdjson::ondemand::object object, const Names &names) {
  size_t found = 0;
  for (auto field : object) {
    if (field.error()) break;
    simdjson::ondemand::raw_json_string raw;
    if (field.key().get(raw)) break;
    const char *start = raw.raw();
    const std::string_view key(start, static_cast<const char *>(std::memchr(start, '"', 4096)) - start);
    found += names.contains(key);
    simdjson::ondemand::value value;
    if (field.value().get(value)) break;
    simdjson::ondemand::json_type type;
    if (value.type().get(type)) break;
    if (type == simdjson::ondemand::json_type::object) {
      simdjson::ondemand::object inner;
      if (!value.get_object().get(inner)) found += walk(inner, names);
    }
  }
  return found;
}

}  // namespace

size_t floor_walk(const uint8_t *bytes, size_t length, const char *const *names, size_t name_count, size_t *events) {
  const Names table(names, name_count);
  simdjson::ondemand::parser parser;
  size_t found = 0;
  *events = 0;
  simdjson::ondemand::document_stream stream;
  if (parser.iterate_many(bytes, length, 1 << 20).get(stream)) return 0;
  for (auto document : stream) {
    simdjson::ondemand::object object;
    if (document.get_object().get(object)) continue;
    found += walk(object, table);
    *events += 1;
  }
  return found;
}
