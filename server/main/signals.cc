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

sigset_t All() {
  sigset_t set = Stops();
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

Signals::Signals() {
  const sigset_t set = All();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

SignalRequest Signals::Wait() {
  const sigset_t set = All();
  int signal = 0;
  while (sigwait(&set, &signal) != 0) {
  }
  if (signal == SIGHUP) {
    last_name_ = "SIGHUP";
    return SignalRequest::kReload;
  }
  last_name_ = signal == SIGINT ? "SIGINT" : "SIGTERM";
  const sigset_t stops = Stops();
  pthread_sigmask(SIG_UNBLOCK, &stops, nullptr);
  return SignalRequest::kStop;
}

}  // namespace emotion
