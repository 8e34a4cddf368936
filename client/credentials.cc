#include "client/credentials.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

namespace emotion::client {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxTokenBytes = 4096;
constexpr char kWhiteSpace[] = " \t\r\n";

// The file's content, or a sentence that says why there is none.
std::pair<std::string, std::string> ReadFile(const std::string& path) {
  const std::string subject = "'" + path + "' ";
  std::error_code error;
  const auto kind = std::filesystem::status(path, error).type();
  if (kind == std::filesystem::file_type::directory) {
    return {"", subject + "is a folder: expected a file"};
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string content(kMaxFileBytes + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.is_open() || file.bad()) {
    const int cause = errno;
    return {"", subject + "cannot be read" +
                    (cause == 0 ? "" : ": " + std::string(strerror(cause)))};
  }
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (content.size() > kMaxFileBytes) {
    return {"", subject + "is too large: expected at most 1 MiB"};
  }
  return {std::move(content), ""};
}

std::string Trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(kWhiteSpace);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(kWhiteSpace) + 1 - begin);
}

}  // namespace

Result<TlsOptions> ReadTls(const TlsFiles& files) {
  TlsOptions tls;
  struct Material {
    const char* field;
    const std::string& path;
    std::string& into;
  };
  for (const Material& each :
       {Material{"tls.ca", files.ca, tls.ca},
        Material{"tls.certificate", files.certificate, tls.certificate},
        Material{"tls.key", files.key, tls.key}}) {
    if (each.path.empty()) continue;
    auto [content, problem] = ReadFile(each.path);
    if (!problem.empty()) {
      return Status(StatusCode::kInvalidArgument, std::move(problem))
          .WithField(each.field);
    }
    if (content.empty()) {
      return Status(StatusCode::kInvalidArgument,
                    "'" + each.path + "' is empty")
          .WithField(each.field);
    }
    each.into = std::move(content);
  }
  return tls;
}

TokenSource FixedToken(std::string token) {
  return [token = std::move(token)]() -> Result<std::string> { return token; };
}

TokenSource TokenFile(std::string path) {
  return [path = std::move(path)]() -> Result<std::string> {
    auto [content, problem] = ReadFile(path);
    if (!problem.empty()) {
      return Status(StatusCode::kFailedPrecondition,
                    "the token file " + problem);
    }
    return Trimmed(content);
  };
}

Result<std::string> AskForToken(const TokenSource& source) {
  Result<std::string> token = source();
  if (!token.ok()) return token;
  const auto visible = [](char c) { return c > ' ' && c < '\x7f'; };
  if (token->empty() || token->size() > kMaxTokenBytes ||
      !std::ranges::all_of(*token, visible)) {
    return Status(StatusCode::kFailedPrecondition,
                  "the token cannot be sent: expected 1 to 4096 characters of "
                  "visible ASCII");
  }
  return token;
}

}  // namespace emotion::client
