#include "server/service/emotion_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/service/batch_gather.h"
#include "server/service/message_codec.h"
#include "server/service/reply_mapping.h"
#include "server/service/request_validation.h"
#include "server/service/status_mapping.h"
#include "server/service/unary_reactor.h"

namespace emotion {

// One dialogue, one answer.
class EmotionService::ClassifyCall final : public UnaryReactor {
 public:
  ClassifyCall(const UnaryArrival& arrival, const EmotionService& service)
      : UnaryReactor(arrival), service_(service) {}

 private:
  void Handle(const grpc::ByteBuffer& bytes) override {
    v1::ClassifyRequest request;
    if (Status status = ParseMessage(bytes, request); !status.ok()) {
      return Fail(service_.Refused(std::move(status)));
    }
    const Result<Priority> priority = ToPriority(request.priority());
    if (!priority.ok()) return Fail(service_.Refused(priority.status()));
    const Result<ModelRoute> route =
        service_.Choose(request.model_version(), call());
    if (!route.ok()) return Fail(service_.Refused(route.status()));
    const Result<Dialogue> dialogue =
        ToDialogue(request.dialogue(), route->model->info);
    if (!dialogue.ok()) {
      return Fail(service_.Refused(InField("dialogue", dialogue.status())));
    }
    ticket_ = service_.engine_.Classify(
        *route, *dialogue, call().ForEngine(*priority),
        Completion<Answer>(
            [this, timings = request.include_timings()](Result<Answer> answer) {
              OnAnswer(std::move(answer), timings);
            }));
  }

  void OnAnswer(Result<Answer> answer, bool include_timings) {
    if (!answer.ok()) return Fail(InField("dialogue", answer.status()));
    v1::ClassifyResponse reply;
    Fill(*answer, include_timings, *reply.mutable_classification());
    Fill(answer->model->info, *reply.mutable_model());
    Reply(reply);
  }

  void OnCallerGone() override {
    if (ticket_) service_.engine_.Cancel(*ticket_);
  }

  const EmotionService& service_;
  std::optional<Ticket> ticket_;
};

// Many dialogues, answered together when the last of them is done.
class EmotionService::BatchCall final : public UnaryReactor {
 public:
  BatchCall(const UnaryArrival& arrival, const EmotionService& service)
      : UnaryReactor(arrival), service_(service) {}

 private:
  void Handle(const grpc::ByteBuffer& bytes) override {
    v1::ClassifyBatchRequest request;
    Status status = ParseMessage(bytes, request);
    if (status.ok()) status = ValidateBatch(request, service_.options_);
    if (!status.ok()) return Fail(service_.Refused(std::move(status)));
    const Result<Priority> priority = ToPriority(request.priority());
    if (!priority.ok()) return Fail(service_.Refused(priority.status()));
    Result<ModelRoute> route = service_.Choose(request.model_version(), call());
    if (!route.ok()) return Fail(service_.Refused(route.status()));
    model_ = route->model;

    include_timings_ = request.include_timings();
    const auto count = static_cast<std::size_t>(request.dialogues_size());
    gather_.emplace(count, [this] { AnswerAll(); });

    std::vector<Dialogue> dialogues;
    std::vector<Completion<Answer>> completions;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < count; ++i) {
      const Result<Dialogue> dialogue =
          ToDialogue(request.dialogues(static_cast<int>(i)), model_->info);
      if (dialogue.ok()) {
        dialogues.push_back(*dialogue);
        places.push_back(i);
        completions.push_back(gather_->CompletionOf(i));
      } else {
        gather_->Put(i, service_.Refused(dialogue.status()));
      }
    }
    const auto tickets = service_.engine_.ClassifyMany(
        *route, dialogues, call().ForEngine(*priority), std::move(completions));
    for (std::size_t i = 0; i < tickets.size(); ++i) {
      if (tickets[i]) gather_->SetTicket(places[i], *tickets[i]);
    }
    gather_->Seal();
  }

  void AnswerAll() {
    if (Status refusal = gather_->Refusal(); !refusal.ok()) {
      return Fail(refusal);
    }
    v1::ClassifyBatchResponse reply;
    reply.mutable_results()->Reserve(static_cast<int>(gather_->size()));
    for (std::size_t i = 0; i < gather_->size(); ++i) {
      v1::ClassifyBatchResult& result = *reply.add_results();
      const Result<Answer>& answer = gather_->outcome(i);
      *result.mutable_status() = ToRpcStatus(
          InField("dialogues[" + std::to_string(i) + "]", answer.status()));
      if (answer.ok()) {
        Fill(*answer, include_timings_, *result.mutable_classification());
      }
    }
    Fill(model_->info, *reply.mutable_model());
    Reply(reply);
  }

  void OnCallerGone() override {
    if (!gather_) return;
    gather_->ForEachWaiting(
        [this](Ticket ticket) { service_.engine_.Cancel(ticket); });
  }

  const EmotionService& service_;
  bool include_timings_ = false;
  LoadedModelPtr model_;
  std::optional<BatchGather> gather_;
};

class EmotionService::ModelInfoCall final : public UnaryReactor {
 public:
  ModelInfoCall(const UnaryArrival& arrival, const EmotionService& service)
      : UnaryReactor(arrival), service_(service) {}

 private:
  void Handle(const grpc::ByteBuffer& /*bytes*/) override {
    Reply(ModelInfoReply(service_.models_.Default()->info,
                         service_.models_.List(),
                         service_.options_.max_batch_dialogues));
  }

  const EmotionService& service_;
};

EmotionService::EmotionService(const ServiceOptions& options,
                               const ModelRegistry& models, Engine& engine,
                               RequestObserver& request_observer,
                               const CallParts& parts)
    : options_(options),
      models_(models),
      engine_(engine),
      request_observer_(request_observer),
      parts_(parts) {}

grpc::ServerUnaryReactor* EmotionService::Classify(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return UnaryReactor::Run<ClassifyCall>(parts_, kClassify, context, request,
                                         response, *this);
}

grpc::ServerUnaryReactor* EmotionService::ClassifyBatch(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return UnaryReactor::Run<BatchCall>(parts_, kClassifyBatch, context, request,
                                      response, *this);
}

grpc::ServerUnaryReactor* EmotionService::GetModelInfo(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return UnaryReactor::Run<ModelInfoCall>(parts_, kGetModelInfo, context,
                                          request, response, *this);
}

Result<ModelRoute> EmotionService::Choose(const std::string& version,
                                          const Call& call) const {
  return models_.Choose({.version = version, .key = call.routing_key()});
}

Status EmotionService::Refused(Status status) const {
  if (status.code() == StatusCode::kCancelled) {
    request_observer_.OnCancelled(RequestStage::kAdmission);
  } else {
    request_observer_.OnInvalidInput(status.reason());
  }
  request_observer_.OnAnswered(status.code());
  return status;
}

}  // namespace emotion
