#include "tests/support/fake_emotion_server.h"

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "common/grpc/callback_queue.h"
#include "emotion/v1/emotion.grpc.pb.h"
#include "tests/support/fake_credentials.h"
#include "tests/support/fake_emotion_answers.h"

namespace emotion {
namespace {

constexpr std::chrono::seconds kPatience{20};

std::string Metadata(const grpc::CallbackServerContext& context,
                     const std::string& name) {
  const auto found = context.client_metadata().find(name);
  if (found == context.client_metadata().end()) return "";
  return {found->second.data(), found->second.size()};
}

}  // namespace

class FakeEmotionServer::Service final
    : public v1::EmotionService::CallbackService {
 public:
  explicit Service(const std::string& token)
      : authorization_(token.empty() ? "" : "Bearer " + token) {}

  grpc::ServerUnaryReactor* Classify(grpc::CallbackServerContext* context,
                                     const v1::ClassifyRequest* request,
                                     v1::ClassifyResponse* response) override {
    const v1::Dialogue& dialogue = request->dialogue();
    const Received received = Receive(
        "Classify", context, {dialogue.turns().begin(), dialogue.turns().end()},
        v1::Priority_Name(request->priority()));
    if (received.reply.code == RpcCode::kOk) {
      *response->mutable_classification() =
          ClassifyByWord(dialogue, request->include_timings());
      SetFakeModel(*response->mutable_model());
    }
    return Answer(context, received, true);
  }

  grpc::ServerUnaryReactor* ClassifyBatch(
      grpc::CallbackServerContext* context,
      const v1::ClassifyBatchRequest* request,
      v1::ClassifyBatchResponse* response) override {
    std::vector<std::string> turns;
    for (const v1::Dialogue& dialogue : request->dialogues()) {
      turns.insert(turns.end(), dialogue.turns().begin(),
                   dialogue.turns().end());
      auto* result = response->add_results();
      if (LastTurn(dialogue).empty()) {
        *result->mutable_status() = ToRpcStatus(EmptyTurn());
      } else {
        *result->mutable_classification() =
            ClassifyByWord(dialogue, request->include_timings());
      }
    }
    SetFakeModel(*response->mutable_model());
    return Answer(context,
                  Receive("ClassifyBatch", context, std::move(turns),
                          v1::Priority_Name(request->priority())),
                  false);
  }

  grpc::ServerUnaryReactor* GetModelInfo(
      grpc::CallbackServerContext* context, const v1::GetModelInfoRequest*,
      v1::GetModelInfoResponse* response) override {
    DescribeFakeModel(*response);
    return Answer(context, Receive("GetModelInfo", context, {}), false);
  }

  template <typename Change>
  void Do(Change change) {
    std::lock_guard lock(mutex_);
    change(*this);
  }

  template <typename Predicate>
  bool WaitFor(Predicate predicate) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return predicate(*this); });
  }

  void Release() {
    decltype(held_) held;
    {
      std::lock_guard lock(mutex_);
      hold_ = false;
      held.swap(held_);
    }
    for (auto& [number, call] : held) call.reactor->Finish(call.status);
  }

  void ReleaseLatest() {
    std::unique_lock lock(mutex_);
    if (held_.empty()) return;
    const Held latest = held_.extract(held_.begin()).mapped();
    lock.unlock();
    latest.reactor->Finish(latest.status);
  }

 private:
  friend class FakeEmotionServer;

  class Reactor final : public grpc::ServerUnaryReactor {
   public:
    explicit Reactor(Service& service) : service_(service) {}
    void OnCancel() override { service_.OnCancel(*this); }
    void OnDone() override { service_.OnDone(*this); }

   private:
    Service& service_;
  };

  struct Received {
    FakeReply reply;
    // How many calls came before it.
    std::size_t number;
  };
  struct Held {
    Reactor* reactor;
    grpc::Status status;
  };

  // Records the call and finds its reply.
  Received Receive(const std::string& method,
                   grpc::CallbackServerContext* context,
                   std::vector<std::string> turns, std::string priority = "") {
    const std::string authorization = Metadata(*context, "authorization");
    const std::string last = turns.empty() ? "" : turns.back();
    std::lock_guard lock(mutex_);
    const std::size_t number = calls_.size();
    calls_.push_back({method, std::move(turns),
                      Metadata(*context, "x-request-id"), std::move(priority),
                      authorization, Clock::System().Now()});
    return {FindReply(method, last, authorization), number};
  }

  // REQUIRES: mutex_ is held.
  FakeReply FindReply(const std::string& method, const std::string& last,
                      const std::string& authorization) {
    if (authorization != authorization_ && !authorization_.empty()) {
      return {.code = RpcCode::kUnauthenticated, .message = "no valid token"};
    }
    if (auto& script = scripts_[method]; !script.empty()) {
      FakeReply reply = script.front();
      script.pop_front();
      return reply;
    }
    const auto by_turn = turn_replies_.find(last);
    if (by_turn != turn_replies_.end()) return by_turn->second;
    return method == "Classify" && last.empty() ? EmptyTurn() : FakeReply();
  }

  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context,
                                   const Received& received, bool holdable) {
    const FakeReply& reply = received.reply;
    if (reply.push_back) {
      context->AddTrailingMetadata("grpc-retry-pushback-ms", *reply.push_back);
    }
    const grpc::Status status = ToStatus(reply);
    auto owned = std::make_unique<Reactor>(*this);
    Reactor* const reactor = owned.get();
    {
      std::lock_guard lock(mutex_);
      reactors_.emplace(reactor, std::move(owned));
      ++arrived_;
      changed_.notify_all();
      if (holdable && hold_) {
        held_.emplace(received.number, Held{reactor, status});
        return reactor;
      }
    }
    reactor->Finish(status);
    return reactor;
  }

  void OnCancel(Reactor& reactor) {
    {
      std::lock_guard lock(mutex_);
      if (std::erase_if(held_, [&](const auto& each) {
            return each.second.reactor == &reactor;
          }) == 0) {
        return;
      }
      ++cancelled_;
      changed_.notify_all();
    }
    reactor.Finish(grpc::Status::CANCELLED);
  }

  void OnDone(Reactor& reactor) {
    std::lock_guard lock(mutex_);
    reactors_.erase(&reactor);
  }

  const std::string authorization_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // All guarded by mutex_.
  bool hold_ = false;
  std::size_t arrived_ = 0;
  std::size_t cancelled_ = 0;
  std::vector<ReceivedCall> calls_;
  std::map<std::string, std::deque<FakeReply>> scripts_;
  std::map<std::string, FakeReply> turn_replies_;
  std::map<Reactor*, std::unique_ptr<Reactor>> reactors_;
  // By number, the latest first: calls may get here out of their order.
  std::map<std::size_t, Held, std::greater<>> held_;
};

struct FakeEmotionServer::Running {
  explicit Running(const std::string& token) : service(token) {}

  Service service;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

FakeEmotionServer::FakeEmotionServer(const FakeServerOptions& options)
    : running_(new Running(options.token)) {
  HoldCallbackQueue();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", FakeCredentials(options),
                           &running_->port);
  builder.RegisterService(&running_->service);
  running_->server = builder.BuildAndStart();
  SetServing(true);
}

FakeEmotionServer::~FakeEmotionServer() {
  Release();
  Kill();
}

std::string FakeEmotionServer::address() const {
  return "127.0.0.1:" + std::to_string(running_->port);
}

void FakeEmotionServer::Script(const std::string& method,
                               std::vector<FakeReply> replies) {
  running_->service.Do([&](Service& service) {
    service.scripts_[method] = {replies.begin(), replies.end()};
  });
}

void FakeEmotionServer::ScriptTurn(const std::string& turn, FakeReply reply) {
  running_->service.Do([&](Service& service) {
    service.turn_replies_[turn] = std::move(reply);
  });
}

void FakeEmotionServer::Hold() {
  running_->service.Do([](Service& service) { service.hold_ = true; });
}

void FakeEmotionServer::SetServing(bool serving) {
  running_->server->GetHealthCheckService()->SetServingStatus(
      v1::EmotionService::service_full_name(), serving);
}

void FakeEmotionServer::Kill() {
  running_->server->Shutdown(std::chrono::system_clock::now());
}

void FakeEmotionServer::Release() { running_->service.Release(); }

void FakeEmotionServer::ReleaseLatest() { running_->service.ReleaseLatest(); }

bool FakeEmotionServer::WaitForCalls(std::size_t count) {
  return running_->service.WaitFor(
      [=](Service& service) { return service.arrived_ >= count; });
}

bool FakeEmotionServer::WaitForCancelled(std::size_t count) {
  return running_->service.WaitFor(
      [=](Service& service) { return service.cancelled_ >= count; });
}

std::vector<ReceivedCall> FakeEmotionServer::calls() const {
  std::vector<ReceivedCall> calls;
  running_->service.Do([&](Service& service) { calls = service.calls_; });
  return calls;
}

}  // namespace emotion
