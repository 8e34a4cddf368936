#pragma once

namespace emotion {

// What a signal asks of the server.
enum class SignalRequest {
  kReload,  // SIGHUP: load the newest model.
  kStop,    // SIGTERM, SIGINT.
};

// Turns SIGTERM, SIGINT and SIGHUP into values. Make it before any other
// thread, which then inherit its mask, so that the signals wait for Wait and
// interrupt nobody.
class Signals {
 public:
  Signals();

  // Waits for one of them. After kStop a second SIGTERM or SIGINT ends the
  // process at once, for who cannot wait for the drain; SIGHUP stays blocked.
  SignalRequest Wait();

  // Of the signal that ended the last Wait, "SIGTERM".
  const char* last_name() const { return last_name_; }

 private:
  const char* last_name_ = "";
};

}  // namespace emotion
