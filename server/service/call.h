#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/priority.h"
#include "common/status.h"
#include "server/engine/request.h"
#include "server/service/call_gate.h"
#include "server/service/request_id.h"
#include "server/service/rpc_observer.h"

namespace emotion {

// What calls need of the server. All are borrowed and outlive the calls.
struct CallParts {
  Clock& clock;
  RpcObserver& observer;
  RequestIds& request_ids;
  CallGate& gate = CallGate::AdmitAll();
};

// What every call has in common, whatever its method and however many messages
// it carries: its id, its deadline, whether its caller is still there, its
// admission, and accounting with one start and exactly one end.
//
// It knows nothing of gRPC's reactors; a reactor holds one and
//   - runs its method only if admission() is OK, else ends with that status;
//   - calls SetCallerGone() in OnCancel;
//   - finishes with what End() returns, if it returns something.
//
// Thread-safe once constructed.
class Call {
 public:
  // A call of `method`, a constant of its service, has arrived: counts it,
  // sends its id back as x-request-id, and asks the gate. REQUIRES: `context`
  // outlives this, and nothing has been sent on it.
  Call(const CallParts& parts, const MethodInfo& method,
       grpc::ServerContextBase& context);

  // A call that nobody ended counts as INTERNAL.
  ~Call();

  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // What the gate said.
  const Status& admission() const { return admission_; }

  // The caller's own if it can stand in a log, else one made here.
  const std::string& request_id() const { return request_id_; }

  // Calls with the same key are answered by the same version of the model: the
  // caller's x-emotion-key, or else the request id.
  std::string_view routing_key() const;

  // When the caller stops waiting, on the server's clock; TimePoint::max() if
  // never, or only after a day.
  Clock::TimePoint deadline() const { return deadline_; }

  // The caller went away, or its deadline passed, before the call ended.
  void SetCallerGone() { caller_gone_.store(true); }
  bool caller_gone() const { return caller_gone_.load(); }

  // What the engine must know of the caller of one dialogue. Its predicate asks
  // this call, which must outlive the answer.
  CallContext ForEngine(Priority priority) const;

  // Ends the call: counts it, puts the details and the trailers of `status`
  // into place, and returns what gRPC must finish with. OK counts as
  // DEADLINE_EXCEEDED or CANCELLED if the caller had gone before it. Only the
  // first end counts: later ones change nothing and return nothing.
  [[nodiscard]] std::optional<grpc::Status> End(const Status& status);

 private:
  // False if it has ended before.
  bool CountEnd(StatusCode code);

  const CallParts parts_;
  const MethodInfo& method_;
  grpc::ServerContextBase& context_;
  const std::string request_id_;
  const Clock::TimePoint started_at_;
  const Clock::TimePoint deadline_;
  Status admission_;
  std::atomic<bool> caller_gone_{false};
  std::atomic<bool> ended_{false};
};

}  // namespace emotion
