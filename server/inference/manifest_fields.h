#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace emotion {

// One object of a manifest, read field by field. Every failure throws
// std::runtime_error with the field's full path, what was found and what was
// expected: "limits.max_tokens: is -3; expected a whole number from 5 to 512".
// For use inside manifest.cc, which turns it into a Status. Holds a reference:
// the JSON document must outlive it.
class ManifestFields {
 public:
  // `json` is the whole document, or the object at `path` inside it.
  explicit ManifestFields(const nlohmann::json& json, std::string path = "");

  std::string String(std::string_view key) const;
  std::vector<std::string> Strings(std::string_view key) const;
  bool Bool(std::string_view key) const;
  // A whole number from `low` to `high`, both allowed.
  std::uint64_t Integer(std::string_view key, std::uint64_t low,
                        std::uint64_t high) const;
  // A number above 0.
  template <typename T>
  T Positive(std::string_view key) const {
    const auto value = Get<T>(key, "a number above 0");
    if (!(value > 0)) Fail(key, At(key).dump(), "a number above 0");
    return value;
  }
  template <typename T>
  std::vector<T> Numbers(std::string_view key) const {
    return Get<std::vector<T>>(key, "a list of numbers");
  }
  ManifestFields Object(std::string_view key) const;
  std::vector<ManifestFields> Objects(std::string_view key) const;
  // The names of all fields of this object.
  std::vector<std::string> Keys() const;

  [[noreturn]] void Fail(std::string_view key, const std::string& found,
                         const std::string& expected) const;

 private:
  // The field, or a failure if there is none.
  const nlohmann::json& At(std::string_view key) const;

  template <typename T>
  T Get(std::string_view key, const std::string& expected) const {
    const nlohmann::json& field = At(key);
    try {
      return field.get<T>();
    } catch (const nlohmann::json::exception&) {
      Fail(key, field.dump(), expected);
    }
  }

  const nlohmann::json& json_;
  std::string path_;
};

}  // namespace emotion
