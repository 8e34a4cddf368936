#include "server/service/request_validation.h"

#include <string>
#include <utility>

namespace emotion {

Result<Dialogue> ToDialogue(const v1::Dialogue& message,
                            const ModelInfo& model) {
  const auto turns = static_cast<std::size_t>(message.turns_size());
  if (turns < 1 || turns > model.max_turns) {
    return Status(StatusCode::kInvalidArgument,
                  "has " + std::to_string(turns) + " turns; expected 1 to " +
                      std::to_string(model.max_turns))
        .WithField("turns")
        .WithReason("turn_count");
  }
  Dialogue dialogue;
  for (const std::string& turn : message.turns()) dialogue.Add(turn);
  return dialogue;
}

Result<Priority> ToPriority(v1::Priority priority) {
  switch (priority) {
    case v1::PRIORITY_UNSPECIFIED:
    case v1::INTERACTIVE:
      return Priority::kInteractive;
    case v1::BULK:
      return Priority::kBulk;
    default:
      return Status(StatusCode::kInvalidArgument,
                    "is " + std::to_string(static_cast<int>(priority)) +
                        "; expected 0 (unspecified), 1 (INTERACTIVE) or 2 "
                        "(BULK)")
          .WithField("priority")
          .WithReason("priority");
  }
}

Status ValidateBatch(const v1::ClassifyBatchRequest& request,
                     const ServiceOptions& options) {
  const auto dialogues = static_cast<std::size_t>(request.dialogues_size());
  if (dialogues >= 1 && dialogues <= options.max_batch_dialogues) {
    return Status();
  }
  return Status(StatusCode::kInvalidArgument,
                "has " + std::to_string(dialogues) +
                    " dialogues; expected 1 to " +
                    std::to_string(options.max_batch_dialogues))
      .WithField("dialogues")
      .WithReason("item_count");
}

Status InField(std::string_view parent, Status status) {
  if (status.code() != StatusCode::kInvalidArgument) return status;
  std::string field(parent);
  if (!status.field().empty()) field += "." + status.field();
  return std::move(status).WithField(std::move(field));
}

}  // namespace emotion
