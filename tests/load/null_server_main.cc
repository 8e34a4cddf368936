// load_null_server: answers every call at once, to measure what
// `emotion-client load` itself costs. Prints its address; ends with its input.

#include <iostream>
#include <string>

#include "emotion/v1/emotion.pb.h"
#include "tests/load/null_server.h"

int main() {
  emotion::v1::ClassifyResponse reply;
  reply.mutable_classification()->set_label("others");
  for (const char* label : {"others", "happy", "sad", "angry"}) {
    auto* each = reply.mutable_classification()->add_probabilities();
    each->set_label(label);
    each->set_probability(0.25F);
  }
  const emotion::load::NullServer server(reply.SerializeAsString());
  std::cout << server.address() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
  }
}
