#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "common/status.h"
#include "server/service/method_info.h"

namespace emotion {

// What is known of a call before its method runs. Views, valid during Admit.
struct CallFacts {
  const MethodInfo& method;
  // Fit to stand in a log as it is.
  std::string_view request_id;
  // The metadata of that name; empty if the caller sent none. Of several, one.
  std::string_view authorization;
  // Where the call comes from, as gRPC writes it: "ipv4:10.0.0.7:41234",
  // "unix:". Made on demand, so that only a gate that asks pays for it.
  std::function<std::string()> peer;
};

// What every call of every method and service passes before its method runs:
// Call asks it, so no method can be reached around it. (gRPC's own health and
// reflection services are not made of Call and do not.) Called from gRPC's
// threads, several at once; must be quick, must not block and must not throw.
class CallGate {
 public:
  virtual ~CallGate() = default;

  // OK, or the status with which the call ends at once: its method never sees
  // the request, and the end is counted like any other.
  virtual Status Admit(const CallFacts& facts) = 0;

  // Admits all. Lives as long as the process.
  static CallGate& AdmitAll();
};

}  // namespace emotion
