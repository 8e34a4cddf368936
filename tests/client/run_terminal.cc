#include "tests/client/run_terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace emotion::client {
namespace {

constexpr int kPatienceMs = 20000;

// The side of a terminal where the person sits.
class Terminal {
 public:
  Terminal() : person_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    EXPECT_GE(person_, 0);
    EXPECT_EQ(grantpt(person_), 0);
    EXPECT_EQ(unlockpt(person_), 0);
  }
  ~Terminal() { close(person_); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  std::string program_side() const { return ptsname(person_); }

  void Type(const std::string& keys) const {
    EXPECT_EQ(write(person_, keys.data(), keys.size()),
              static_cast<ssize_t>(keys.size()));
  }

  // Whether keys reach the program one by one.
  bool WaitForEditor() const {
    for (int waited_ms = 0; waited_ms < kPatienceMs; ++waited_ms) {
      termios mode{};
      if (tcgetattr(person_, &mode) != 0) return false;
      if ((mode.c_lflag & ICANON) == 0) return true;
      poll(nullptr, 0, 1);
    }
    return false;
  }

  // False when the program has gone, or nothing more comes in time.
  bool ReadSome(std::string& to) const {
    pollfd fd{person_, POLLIN, 0};
    if (poll(&fd, 1, kPatienceMs) <= 0) {
      ADD_FAILURE() << "nothing more after:\n" << to;
      return false;
    }
    std::array<char, 4096> buffer;
    const ssize_t got = read(person_, buffer.data(), buffer.size());
    if (got <= 0) return false;
    to.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
  }

 private:
  const int person_;
};

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// In a session of its own, which the terminal then controls.
pid_t Start(const Terminal& terminal, std::vector<std::string> words,
            std::vector<std::string> variables) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
                                   terminal.program_side().c_str(), O_RDWR, 0);
  posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  pid_t child = -1;
  EXPECT_EQ(posix_spawn(&child, EMOTION_CLIENT_BINARY, &actions, &attributes,
                        Pointers(words).data(), Pointers(variables).data()),
            0);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return child;
}

}  // namespace

CliRun RunAtTerminal(const std::vector<std::string>& arguments,
                     const std::vector<TerminalStep>& steps,
                     const std::vector<std::string>& environment) {
  CliRun run;
  pid_t child = -1;
  {
    const Terminal terminal;
    std::vector<std::string> words = {EMOTION_CLIENT_BINARY};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables = {"TERM=xterm"};
    variables.insert(variables.end(), environment.begin(), environment.end());
    child = Start(terminal, std::move(words), std::move(variables));
    if (child < 0) return run;
    std::size_t seen = 0;
    bool there = true;
    for (const TerminalStep& step : steps) {
      while (there && run.out.find(step.wait_for, seen) == std::string::npos) {
        there = terminal.ReadSome(run.out);
      }
      if (!there) break;
      seen = run.out.find(step.wait_for, seen) + step.wait_for.size();
      if (step.wait_for.ends_with("> ")) {
        EXPECT_TRUE(terminal.WaitForEditor());
      }
      if (step.before) step.before();
      terminal.Type(step.type);
    }
    while (there && terminal.ReadSome(run.out)) {
    }
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  if (WIFEXITED(status)) run.exit_code = WEXITSTATUS(status);
  return run;
}

}  // namespace emotion::client
