#pragma once

namespace emotion {

// Turns SIGTERM and SIGINT into a value. Make it before any other thread, which
// then inherit its mask, so that the signals wait for Wait and interrupt
// nobody.
class StopSignals {
 public:
  StopSignals();

  // Waits for one of the two and gives its name, "SIGTERM". Afterwards a second
  // one ends the process at once, for who cannot wait for the drain.
  const char* Wait();
};

}  // namespace emotion
