#pragma once

#include <memory>
#include <string>

namespace emotion {

// A certificate and its key, as PEM.
struct TestIdentity {
  std::string certificate;
  std::string key;
};

// A certificate authority for one test: its keys are made when it is, and go
// with it. Not thread-safe.
class TestAuthority {
 public:
  // `name` is what its certificate says of it.
  explicit TestAuthority(const std::string& name = "test authority");
  ~TestAuthority();

  // Its own certificate, as PEM.
  const std::string& certificate() const { return certificate_; }

  // A certificate for these subject alternative names, in the syntax of
  // OpenSSL: "DNS:localhost,IP:127.0.0.1". Good for servers and clients.
  TestIdentity Issue(const std::string& names) const;

 private:
  struct Material;
  std::unique_ptr<Material> material_;
  std::string certificate_;
};

}  // namespace emotion
