#include "server/main/signals.h"

#include <signal.h>

namespace emotion {
namespace {

sigset_t Stops() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t set = Stops();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

const char* StopSignals::Wait() {
  const sigset_t set = Stops();
  int signal = 0;
  while (sigwait(&set, &signal) != 0) {
  }
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  return signal == SIGINT ? "SIGINT" : "SIGTERM";
}

}  // namespace emotion
