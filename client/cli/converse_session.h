#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "client/cli/console.h"
#include "client/cli/exit_code.h"
#include "client/cli/line_source.h"
#include "client/cli/result_writer.h"
#include "client/conversation.h"

namespace emotion::client {

// Whose turns are classified; the others' are context. A begins.
enum class Speakers { kBoth, kA, kB };

struct ConverseOptions {
  Speakers classified = Speakers::kBoth;
  // Whether a person reads: prompts, bars, and a turn that failed may be said
  // again. Otherwise a turn classified is one line of output, in order, also
  // when it failed, and the next line of input is the other speaker's.
  bool interactive = false;
  // JSON lines as ResultWriter has them; the id is the turn's number.
  bool json = false;
};

// One conversation from its first line to its end. Not thread-safe.
class ConverseSession {
 public:
  // `console` and `lines` must outlive this.
  ConverseSession(const Console& console, LineSource& lines,
                  Conversation::Classify classify, ConverseOptions options);

  // Returns at the end of the lines or at /quit. A failure of the server is
  // reported and the conversation goes on. With a person the answer is
  // kExitAllAnswered. Without one it is kExitFailed if a turn or a command
  // failed, kExitUnreachable if nothing was answered because no server does,
  // and kExitUsage, at once, for a line too long.
  ExitCode Run();

 private:
  // A turn or a command. False at the end.
  bool HandleLine(const std::string& line);
  void HandleTurn(const std::string& turn);
  // One that is not known.
  void RefuseCommand(const std::string& command);
  void Show(const Result<Classification>& result);
  void ShowTurns();
  void OtherSpeaker() { speaker_ = speaker_ == 'A' ? 'B' : 'A'; }
  // Where help goes: not between results that a program reads.
  std::ostream& aside() const;
  ExitCode Outcome() const;

  const Console& console_;
  LineSource& lines_;
  const Conversation::Classify classify_;
  const ConverseOptions options_;
  // Only for JSON.
  std::unique_ptr<ResultWriter> writer_;
  Conversation conversation_;
  char speaker_ = 'A';
  std::uint64_t turns_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t unreachable_ = 0;
};

}  // namespace emotion::client
