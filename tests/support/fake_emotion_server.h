#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/clock.h"

namespace emotion {

// Numbers of google.rpc.Code.
enum class RpcCode {
  kOk = 0,
  kCancelled = 1,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kUnauthenticated = 16,
};

// One answer a test has written down. The default is the classification that
// FakeEmotionServer describes.
struct FakeReply {
  RpcCode code = RpcCode::kOk;
  std::string message{};
  // Sent as `grpc-retry-pushback-ms` if there is one.
  std::optional<std::string> push_back{};
  // Field and description of google.rpc.BadRequest violations.
  std::vector<std::pair<std::string, std::string>> violations{};
};

// A call as the server saw it.
struct ReceivedCall {
  // "Classify", "ClassifyBatch" or "GetModelInfo".
  std::string method;
  // All turns of all its dialogues.
  std::vector<std::string> turns{};
  std::string request_id{};
  // "INTERACTIVE", "BULK" and so on; empty for GetModelInfo.
  std::string priority{};
  // The metadata of that name; may be empty.
  std::string authorization{};
  // As the request has it; empty for GetModelInfo.
  std::string model_version{};
  // The metadata `x-emotion-key`; may be empty.
  std::string key{};
  Clock::TimePoint arrived{};
};

struct FakeServerOptions {
  // PEM. Without them the server speaks plain text.
  std::string certificate{};
  std::string key{};
  // If not empty, callers must have a certificate of this authority.
  std::string client_ca{};
  // If not empty, callers must send it as a bearer token.
  std::string token{};
};

// A true gRPC server on a free loopback port that classifies without a model:
// the label is the first of "happy", "sad", "angry" that the last turn
// contains, with probability 0.97, otherwise "others"; the other three have
// 0.01. A last turn "" is INVALID_ARGUMENT, in a batch for that dialogue alone.
// Asked for, the timings are 1, 2 and 3 ms, a batch of 4 dialogues with 80
// tokens. Turn i counts as cut if it contains "<cut>".
//
// Thread-safe. The destructor answers what is held and stops the server.
class FakeEmotionServer {
 public:
  explicit FakeEmotionServer(const FakeServerOptions& options = {});
  ~FakeEmotionServer();

  // "127.0.0.1:port".
  std::string address() const;

  // The next calls get these replies, in order of arrival; then classifying
  // goes on. `method` is as in ReceivedCall.
  void Script(const std::string& method, std::vector<FakeReply> replies);

  // From now on every call whose last turn is `turn` gets this reply.
  void ScriptTurn(const std::string& turn, FakeReply reply);

  // Classify calls that arrive from now on are kept open until Release().
  void Hold();
  // Answers the held calls, the latest first, and holds no more.
  void Release();
  // Answers the held call that came last; the others stay held.
  void ReleaseLatest();

  // Return once so many calls have arrived (and are held, if they are to be),
  // or held ones were cancelled. False if that took more than 20 s: the test
  // has failed.
  [[nodiscard]] bool WaitForCalls(std::size_t count);
  [[nodiscard]] bool WaitForCancelled(std::size_t count);

  // GetModelInfo lists these versions as loaded, the first with 90 percent of
  // the traffic, the second with 10, a third as a shadow of 5; none at first.
  void SetServingVersions(std::vector<std::string> versions);

  // What its health service says; SERVING at first.
  void SetServing(bool serving);
  // Stops listening and ends what is in flight, as if the process had died.
  void Kill();

  // All so far, in order of arrival.
  std::vector<ReceivedCall> calls() const;

 private:
  class Service;
  struct Running;

  std::unique_ptr<Running> running_;
};

}  // namespace emotion
