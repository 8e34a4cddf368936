#include "client/cli/exit_code.h"

#include "client/cli/result_writer.h"
#include "client/cli/style.h"

namespace emotion::client {
namespace {

// A server's message may hold anything.
constexpr std::size_t kMessageCharacters = 1000;

}  // namespace

ExitCode ExitCodeFor(const Status& status) {
  if (status.ok()) return kExitAllAnswered;
  if (IsUnreachable(status)) return kExitUnreachable;
  return status.code() == StatusCode::kInvalidArgument ? kExitRefused
                                                       : kExitFailed;
}

bool IsUnreachable(const Status& status) {
  return status.code() == StatusCode::kUnavailable ||
         status.code() == StatusCode::kDeadlineExceeded;
}

void Complain(std::ostream& err, const Status& status) {
  err << "emotion-client: " << OneLine(Explanation(status), kMessageCharacters)
      << " (" << StatusCodeName(status.code()) << ")\n";
}

}  // namespace emotion::client
