#include "tests/client/run_cli.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>

namespace emotion::client {
namespace {

struct Pipe {
  Pipe() { EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0); }
  ~Pipe() {
    CloseReader();
    CloseWriter();
  }
  void CloseReader() { Close(ends[0]); }
  void CloseWriter() { Close(ends[1]); }
  static void Close(int& end) {
    if (end >= 0) close(end);
    end = -1;
  }
  std::array<int, 2> ends{-1, -1};
};

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// False at the end of the file.
bool ReadSome(int from, std::string& to) {
  std::array<char, 4096> buffer;
  const ssize_t got = read(from, buffer.data(), buffer.size());
  if (got <= 0) return false;
  to.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

// Feeds and drains all three pipes at once, so that none can fill up.
void Converse(Pipe& in, Pipe& out, Pipe& err, const std::string& input,
              CliRun& run) {
  std::size_t written = 0;
  while (out.ends[0] >= 0 || err.ends[0] >= 0) {
    if (written == input.size()) in.CloseWriter();
    std::array<pollfd, 3> fds = {{{in.ends[1], POLLOUT, 0},
                                  {out.ends[0], POLLIN, 0},
                                  {err.ends[0], POLLIN, 0}}};
    if (poll(fds.data(), fds.size(), -1) < 0) return;
    if (fds[0].revents != 0) {
      const ssize_t put =
          write(in.ends[1], input.data() + written, input.size() - written);
      written = put < 0 ? input.size() : written + static_cast<size_t>(put);
    }
    if (fds[1].revents != 0 && !ReadSome(out.ends[0], run.out)) {
      out.CloseReader();
    }
    if (fds[2].revents != 0 && !ReadSome(err.ends[0], run.err)) {
      err.CloseReader();
    }
  }
}

}  // namespace

CliRun RunCli(const std::vector<std::string>& arguments,
              const std::string& input,
              const std::vector<std::string>& environment) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe in;
  Pipe out;
  Pipe err;
  EXPECT_EQ(fcntl(in.ends[1], F_SETFL, O_NONBLOCK), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.ends[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.ends[1], STDERR_FILENO);

  std::vector<std::string> words = {EMOTION_CLIENT_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = environment;
  pid_t child = -1;
  const int failure =
      posix_spawn(&child, EMOTION_CLIENT_BINARY, &actions, nullptr,
                  Pointers(words).data(), Pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  CliRun run;
  EXPECT_EQ(failure, 0) << EMOTION_CLIENT_BINARY;
  if (failure != 0) return run;
  in.CloseReader();
  out.CloseWriter();
  err.CloseWriter();
  Converse(in, out, err, input, run);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  if (WIFEXITED(status)) run.exit_code = WEXITSTATUS(status);
  return run;
}

ScratchFile::ScratchFile(const std::string& name, const std::string& content)
    : folder_(testing::TempDir() + "emotion_client_XXXXXX") {
  EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  path_ = folder_ + '/' + name;
  std::ofstream(path_, std::ios::binary) << content;
}

ScratchFile::~ScratchFile() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace emotion::client
