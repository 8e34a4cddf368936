#include "server/config/yaml_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

#include "server/config/option_table.h"

namespace emotion {
namespace {

std::string Place(const std::string& path, const YAML::Mark& mark) {
  if (mark.is_null()) return path;
  return path + ":" + std::to_string(mark.line + 1);
}

Status Wrong(const std::string& place, const std::string& what) {
  return Status(StatusCode::kInvalidArgument, what).WithField(place);
}

std::optional<std::string> ReadAll(const std::string& path) {
  std::ifstream file(path);
  file.peek();  // A folder can be opened, but not read.
  if (!file.is_open() || file.bad()) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<Setting> ReadEntry(const std::string& path, const YAML::Node& key,
                          const YAML::Node& value) {
  const std::string place = Place(path, key.Mark());
  if (!key.IsScalar()) return Wrong(place, "expected the name of an option");
  const std::string& name = key.Scalar();
  if (!FindOption(name)) {
    return Wrong(place, "\"" + name + "\" is no option; see --help");
  }
  if (!value.IsScalar()) {
    return Wrong(place, "\"" + name + "\": expected a single value");
  }
  return Setting{name, value.Scalar(), place};
}

// YAML lets a key stand twice, and the last one wins in most readers. Here that
// is an error which names both lines: one of them is not what its author meant.
Result<Settings> ReadMap(const std::string& path, const YAML::Node& map) {
  Settings settings;
  for (const auto& entry : map) {
    auto setting = ReadEntry(path, entry.first, entry.second);
    if (!setting.ok()) return std::move(setting).status();
    const auto earlier =
        std::ranges::find(settings, setting->option, &Setting::option);
    if (earlier != settings.end()) {
      return Wrong(
          setting->origin,
          "\"" + setting->option + "\" is already set at " + earlier->origin);
    }
    settings.push_back(*std::move(setting));
  }
  return settings;
}

}  // namespace

Result<Settings> ReadYamlFile(const std::string& path) {
  const auto text = ReadAll(path);
  if (!text) return Wrong("--config", "\"" + path + "\" cannot be read");
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(*text);
    if (documents.size() > 1) {
      return Wrong(Place(path, documents[1].Mark()),
                   "expected one YAML document, found another");
    }
    if (documents.empty() || documents[0].IsNull()) return Settings();
    if (!documents[0].IsMap()) {
      return Wrong(Place(path, documents[0].Mark()),
                   "expected lines of the form \"option: value\"");
    }
    return ReadMap(path, documents[0]);
  } catch (const YAML::Exception& error) {
    return Wrong(Place(path, error.mark), "is not YAML: " + error.msg);
  } catch (const std::exception& error) {
    return Wrong(path, std::string("cannot be understood: ") + error.what());
  }
}

std::string YamlScalar(const std::string& text) {
  YAML::Emitter emitter;
  emitter << text;
  return emitter.c_str();
}

}  // namespace emotion
