#include "server/inference/manifest_fields.h"

#include <stdexcept>
#include <utility>

namespace emotion {

ManifestFields::ManifestFields(const nlohmann::json& json, std::string path)
    : json_(json), path_(std::move(path)) {
  if (!json_.is_object()) {
    throw std::runtime_error((path_.empty() ? "the document" : path_) +
                             ": is not a JSON object");
  }
}

std::string ManifestFields::String(std::string_view key) const {
  return Get<std::string>(key, "a text");
}

std::vector<std::string> ManifestFields::Strings(std::string_view key) const {
  return Get<std::vector<std::string>>(key, "a list of texts");
}

bool ManifestFields::Bool(std::string_view key) const {
  return Get<bool>(key, "true or false");
}

// A number with a fraction, a sign or an exponent that JSON reads as a double
// is no integer here, even if its value is whole: a manifest is written by a
// program.
std::uint64_t ManifestFields::Integer(std::string_view key, std::uint64_t low,
                                      std::uint64_t high) const {
  const nlohmann::json& field = At(key);
  if (!field.is_number_unsigned() || field.get<std::uint64_t>() < low ||
      field.get<std::uint64_t>() > high) {
    Fail(key, field.dump(),
         low == high ? std::to_string(low)
                     : "a whole number from " + std::to_string(low) + " to " +
                           std::to_string(high));
  }
  return field.get<std::uint64_t>();
}

ManifestFields ManifestFields::Object(std::string_view key) const {
  return ManifestFields(At(key), path_ + std::string(key) + ".");
}

std::vector<ManifestFields> ManifestFields::Objects(
    std::string_view key) const {
  const nlohmann::json& list = At(key);
  if (!list.is_array()) Fail(key, list.dump(), "a list of objects");
  std::vector<ManifestFields> objects;
  for (const nlohmann::json& item : list) {
    objects.emplace_back(item, path_ + std::string(key) + "[" +
                                   std::to_string(objects.size()) + "].");
  }
  return objects;
}

std::vector<std::string> ManifestFields::Keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, value] : json_.items()) keys.push_back(key);
  return keys;
}

void ManifestFields::Fail(std::string_view key, const std::string& found,
                          const std::string& expected) const {
  throw std::runtime_error(path_ + std::string(key) + ": is " + found +
                           "; expected " + expected);
}

const nlohmann::json& ManifestFields::At(std::string_view key) const {
  const auto field = json_.find(key);
  if (field == json_.end()) Fail(key, "missing", "it to be there");
  return *field;
}

}  // namespace emotion
