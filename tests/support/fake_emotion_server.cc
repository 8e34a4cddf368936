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
        *context, {.method = "Classify",
                   .turns = {dialogue.turns().begin(), dialogue.turns().end()},
                   .priority = v1::Priority_Name(request->priority()),
                   .model_version = request->model_version()});
    if (received.reply.code == RpcCode::kOk) {
      *response->mutable_classification() =
          ClassifyByWord(dialogue, request->include_timings());
      SetFakeModel(*response->mutable_model(), request->model_version());
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
    SetFakeModel(*response->mutable_model(), request->model_version());
    return Answer(
        context,
        Receive(*context, {.method = "ClassifyBatch",
                           .turns = std::move(turns),
                           .priority = v1::Priority_Name(request->priority()),
                           .model_version = request->model_version()}),
        false);
  }

  grpc::ServerUnaryReactor* GetModelInfo(
      grpc::CallbackServerContext* context, const v1::GetModelInfoRequest*,
      v1::GetModelInfoResponse* response) override {
    Do([&](const Service& service) {
      DescribeFakeModel(service.serving_versions_, *response);
    });
    return Answer(context, Receive(*context, {.method = "GetModelInfo"}),
                  false);
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

  // Records the call, with what its metadata say, and finds its reply.
  Received Receive(const grpc::CallbackServerContext& context,
                   ReceivedCall call) {
    call.request_id = Metadata(context, "x-request-id");
    call.authorization = Metadata(context, "authorization");
    call.key = Metadata(context, "x-emotion-key");
    call.arrived = Clock::System().Now();
    std::lock_guard lock(mutex_);
    const std::size_t number = calls_.size();
    calls_.push_back(std::move(call));
    return {FindReply(calls_.back()), number};
  }

  // REQUIRES: mutex_ is held.
  FakeReply FindReply(const ReceivedCall& call) {
    if (call.authorization != authorization_ && !authorization_.empty()) {
      return {.code = RpcCode::kUnauthenticated, .message = "no valid token"};
    }
    if (auto& script = scripts_[call.method]; !script.empty()) {
      FakeReply reply = script.front();
      script.pop_front();
      return reply;
    }
    const std::string last = call.turns.empty() ? "" : call.turns.back();
    const auto by_turn = turn_replies_.find(last);
    if (by_turn != turn_replies_.end()) return by_turn->second;
    return call.method == "Classify" && last.empty() ? EmptyTurn()
                                                     : FakeReply();
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
  std::vector<std::string> serving_versions_;
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

void FakeEmotionServer::SetServingVersions(std::vector<std::string> versions) {
  running_->service.Do([&](Service& service) {
    service.serving_versions_ = std::move(versions);
  });
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
