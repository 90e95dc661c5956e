#include "trawl_simdjson.h"
#include <simdjson.h>
#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace ondemand = simdjson::ondemand;

static_assert(simdjson::SIMDJSON_PADDING <= 64, "what callers are asked to leave readable behind their bytes");

namespace {

// A table of names with open addressing, hashed by length and the first and last eight bytes: as fast as a look-up gets.
class Names {
  std::vector<std::string_view> slots;
  // Where the bytes of the names are, which do not move.
  std::deque<std::string> texts;
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

 public:
  explicit Names(size_t count) {
    size_t size = 16;
    while (size < count * 4) size *= 2;
    slots.resize(size);
    mask = size - 1;
  }

  void add(std::string_view name) {
    if (name.empty() || contains(name)) return;
    size_t slot = hash(name) & mask;
    while (!slots[slot].empty()) slot = (slot + 1) & mask;
    slots[slot] = texts.emplace_back(name);
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

// What is nested deeper is passed over by simdjson, which does not recurse.
constexpr int deepest = 256;

// One walk over objects. Its functions return false at what is no JSON.
struct Walk {
  const Names &names;
  // Of the bytes.
  const char *end;
  // Keys that are among the names.
  size_t known = 0;
  int depth = 0;

  bool object(ondemand::object object);
  // Not within the walk over objects, which is a tenth faster without it.
  [[gnu::noinline]] bool array(ondemand::value &value);

  inline bool value(ondemand::value &value) {
    ondemand::json_type type;
    if (value.type().get(type)) return false;
    if (type == ondemand::json_type::object && depth < deepest) {
      ondemand::object inner;
      if (value.get_object().get(inner)) return false;
      depth += 1;
      const bool is_good = object(inner);
      depth -= 1;
      return is_good;
    }
    return type != ondemand::json_type::array || array(value);
  }
};

bool Walk::object(ondemand::object object) {
  size_t found = 0;
  for (auto field : object) {
    if (field.error()) return false;
    ondemand::raw_json_string raw;
    if (field.key().get(raw)) return false;
    const char *start = raw.raw();
    const auto quote = static_cast<const char *>(std::memchr(start, '"', end - start));
    if (!quote) return false;
    found += names.contains(std::string_view(start, quote - start));
    ondemand::value inner;
    if (field.value().get(inner) || !value(inner)) return false;
  }
  known += found;
  return true;
}

bool Walk::array(ondemand::value &value) {
  ondemand::array array;
  if (depth == deepest) return true;
  if (value.get_array().get(array)) return false;
  depth += 1;
  for (auto element : array) {
    ondemand::value inner;
    if (element.get(inner) || !this->value(inner)) return false;
  }
  depth -= 1;
  return true;
}

}  // namespace

struct trawl_json_walker {
  Names names;
  std::unique_ptr<ondemand::parser> parser;
  size_t known = 0;

  explicit trawl_json_walker(size_t name_count) : names(name_count) {}

  // A parser for so many bytes: one that a giant line needed is given back.
  ondemand::parser &parser_for(size_t length) {
    const size_t roomy = 4 << 20;
    if (!parser || (parser->capacity() > roomy && length < roomy / 4)) {
      parser = std::make_unique<ondemand::parser>();
#ifdef SIMDJSON_THREADS_ENABLED
      parser->threaded = false;
#endif
    }
    return *parser;
  }

  bool walk_stream(const uint8_t *bytes, size_t length, size_t &events);
  bool walk_document(const uint8_t *bytes, size_t length);
};

bool trawl_json_walker::walk_stream(const uint8_t *bytes, size_t length, size_t &events) {
  ondemand::parser &parser = parser_for(length);
  // Another size than the last would cost an allocation.
  const size_t batch = std::max(parser.capacity(), length);
  ondemand::document_stream stream;
  if (parser.iterate_many(bytes, length, batch).get(stream)) return false;
  Walk walk{names, reinterpret_cast<const char *>(bytes) + length};
  for (auto document : stream) {
    ondemand::object object;
    if (document.get_object().get(object) || !walk.object(object)) return false;
    events += 1;
  }
  known += walk.known;
  return stream.truncated_bytes() == 0;
}

bool trawl_json_walker::walk_document(const uint8_t *bytes, size_t length) {
  const auto start = reinterpret_cast<const char *>(bytes);
  Walk walk{names, start + length};
  ondemand::document document;
  ondemand::object object;
  const simdjson::padded_string_view view(start, length, length + simdjson::SIMDJSON_PADDING);
  if (parser_for(length).iterate(view).get(document)) return false;
  if (document.get_object().get(object) || !walk.object(object)) return false;
  known += walk.known;
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

trawl_json_walker *trawl_json_walker_create(size_t name_count) {
  return new (std::nothrow) trawl_json_walker(name_count);
}

void trawl_json_walker_destroy(trawl_json_walker *walker) { delete walker; }

void trawl_json_walker_add(trawl_json_walker *walker, const uint8_t *name, size_t length) {
  walker->names.add(std::string_view(reinterpret_cast<const char *>(name), length));
}

size_t trawl_json_walker_known(const trawl_json_walker *walker) { return walker->known; }

size_t trawl_json_walk_lines(trawl_json_walker *walker, const uint8_t *bytes, size_t length) {
  size_t events = 0;
  const size_t known = walker->known;
  if (length == 0 || walker->walk_stream(bytes, length, events)) return events;
  events = 0;
  walker->known = known;
  for (size_t start = 0; start < length;) {
    const void *newline = std::memchr(bytes + start, '\n', length - start);
    const size_t end = newline ? static_cast<const uint8_t *>(newline) - bytes : length;
    events += trawl_json_walk_document(walker, bytes + start, end - start);
    start = end + 1;
  }
  return events;
}

size_t trawl_json_walk_document(trawl_json_walker *walker, const uint8_t *bytes, size_t length) {
  const size_t known = walker->known;
  if (length > 0 && walker->walk_document(bytes, length)) return 1;
  walker->known = known;
  return 0;
}
