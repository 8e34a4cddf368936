#include <iostream>
#include <limits>

#include "tests/support/fake_emotion_server.h"

// FakeEmotionServer as a process: prints its address and runs until its input
// ends.
int main() {
  emotion::FakeEmotionServer server;
  std::cout << server.address() << std::endl;
  std::cin.ignore(std::numeric_limits<std::streamsize>::max());
  return 0;
}
