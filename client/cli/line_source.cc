#include "client/cli/line_source.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace emotion::client {
namespace {

class StreamSource final : public LineSource {
 public:
  explicit StreamSource(std::istream& in)
      : in_(in), buffer_(kMaxLineBytes + 2) {}

  Result<std::optional<std::string>> Next(const std::string&) override {
    ++number_;
    in_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    const auto got = static_cast<std::size_t>(in_.gcount());
    if (in_.bad()) return Complaint("cannot be read");
    if (got == 0) return std::optional<std::string>();
    // getline fails at a line that does not fit, and else counts the line feed
    // that it leaves out.
    const bool too_long = in_.fail();
    std::string line(buffer_.data(), too_long || in_.eof() ? got : got - 1);
    if (!too_long && line.ends_with('\r')) line.pop_back();
    if (line.size() > kMaxLineBytes) {
      return Complaint("is too long: expected at most " +
                       std::to_string(kMaxLineBytes) + " bytes");
    }
    return std::optional<std::string>(std::move(line));
  }

 private:
  Status Complaint(std::string sentence) const {
    return Status(StatusCode::kInvalidArgument, std::move(sentence))
        .WithField("stdin:" + std::to_string(number_));
  }

  std::istream& in_;
  std::vector<char> buffer_;
  std::uint64_t number_ = 0;
};

}  // namespace

std::unique_ptr<LineSource> StreamLines(std::istream& in) {
  return std::make_unique<StreamSource>(in);
}

}  // namespace emotion::client
