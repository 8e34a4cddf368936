#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/fake_emotion_server.h"

namespace emotion {

// A true gRPC server that offers emotion.v1.ModelService without models: at
// first version "0.3.0" of "fake" is loaded with all traffic, and the
// repository holds "0.2.0", "0.3.0" and "0.4.0". Loading, unloading and traffic
// change what it lists. It refuses only versions that are not in the repository
// or not loaded, as NOT_FOUND; a true server refuses more.
//
// Thread-safe. The destructor answers what is held and stops the server.
class FakeModelServer {
 public:
  // Listens there; port 0 is a free one.
  explicit FakeModelServer(const std::string& address = "127.0.0.1:0");
  ~FakeModelServer();

  // "127.0.0.1:port", or the address as it was given.
  std::string address() const;

  // The next call gets this reply, if it is not OK, and changes nothing.
  void Refuse(FakeReply reply);

  // Calls of LoadModel that arrive from now on get no answer while this lives.
  void Hold();

  // What it was asked to change, in order: "LoadModel 0.4.0 BESIDE",
  // "SetTraffic 0.3.0=90,0.4.0=10;0.5.0=5".
  std::vector<std::string> changes() const;

 private:
  class Service;
  struct Running;

  std::unique_ptr<Running> running_;
};

}  // namespace emotion
