#include "server/service/emotion_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/service/batch_gather.h"
#include "server/service/message_codec.h"
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
    const Result<Dialogue> dialogue =
        ToDialogue(request.dialogue(), service_.replies_.model());
    if (!dialogue.ok()) {
      return Fail(service_.Refused(InField("dialogue", dialogue.status())));
    }
    ticket_ = service_.engine_.Classify(
        *dialogue, call().ForEngine(*priority),
        Completion<Answer>(
            [this, timings = request.include_timings()](Result<Answer> answer) {
              OnAnswer(std::move(answer), timings);
            }));
  }

  void OnAnswer(Result<Answer> answer, bool include_timings) {
    if (!answer.ok()) return Fail(InField("dialogue", answer.status()));
    v1::ClassifyResponse reply;
    service_.replies_.Fill(*answer, include_timings,
                           *reply.mutable_classification());
    service_.replies_.Fill(*reply.mutable_model());
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

    include_timings_ = request.include_timings();
    const auto count = static_cast<std::size_t>(request.dialogues_size());
    gather_.emplace(count, [this] { AnswerAll(); });

    std::vector<Dialogue> dialogues;
    std::vector<Completion<Answer>> completions;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < count; ++i) {
      const Result<Dialogue> dialogue = ToDialogue(
          request.dialogues(static_cast<int>(i)), service_.replies_.model());
      if (dialogue.ok()) {
        dialogues.push_back(*dialogue);
        places.push_back(i);
        completions.push_back(gather_->CompletionOf(i));
      } else {
        gather_->Put(i, service_.Refused(dialogue.status()));
      }
    }
    const auto tickets = service_.engine_.ClassifyMany(
        dialogues, call().ForEngine(*priority), std::move(completions));
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
        service_.replies_.Fill(*answer, include_timings_,
                               *result.mutable_classification());
      }
    }
    service_.replies_.Fill(*reply.mutable_model());
    Reply(reply);
  }

  void OnCallerGone() override {
    if (!gather_) return;
    gather_->ForEachWaiting(
        [this](Ticket ticket) { service_.engine_.Cancel(ticket); });
  }

  const EmotionService& service_;
  bool include_timings_ = false;
  std::optional<BatchGather> gather_;
};

class EmotionService::ModelInfoCall final : public UnaryReactor {
 public:
  ModelInfoCall(const UnaryArrival& arrival, const EmotionService& service)
      : UnaryReactor(arrival), service_(service) {}

 private:
  void Handle(const grpc::ByteBuffer& /*bytes*/) override {
    Reply(service_.replies_.ModelInfoReply(
        service_.options_.max_batch_dialogues));
  }

  const EmotionService& service_;
};

EmotionService::EmotionService(const ServiceOptions& options, ModelInfo model,
                               Engine& engine,
                               RequestObserver& request_observer,
                               const CallParts& parts)
    : options_(options),
      replies_(std::move(model)),
      engine_(engine),
      request_observer_(request_observer),
      parts_(parts) {}

grpc::ServerUnaryReactor* EmotionService::Classify(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return UnaryReactor::Run<ClassifyCall>({.parts = parts_,
                                          .method = kClassify,
                                          .context = *context,
                                          .request = *request,
                                          .response = *response},
                                         *this);
}

grpc::ServerUnaryReactor* EmotionService::ClassifyBatch(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return UnaryReactor::Run<BatchCall>({.parts = parts_,
                                       .method = kClassifyBatch,
                                       .context = *context,
                                       .request = *request,
                                       .response = *response},
                                      *this);
}

grpc::ServerUnaryReactor* EmotionService::GetModelInfo(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return UnaryReactor::Run<ModelInfoCall>({.parts = parts_,
                                           .method = kGetModelInfo,
                                           .context = *context,
                                           .request = *request,
                                           .response = *response},
                                          *this);
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
