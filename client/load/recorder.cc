#include "client/load/recorder.h"

#include <algorithm>
#include <string>

#include "client/load/rpc_code.h"
#include "client/load/units.h"

namespace emotion::load {
namespace {

constexpr std::size_t kMostSlots = 300;

std::uint64_t Nanoseconds(Clock::Duration duration) {
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, std::chrono::nanoseconds(duration).count()));
}

void CountUnanswered(RequestCounts& counts) {
  counts.unanswered = counts.sent - counts.Ended();
  if (counts.unanswered > 0) counts.errors["UNANSWERED"] = counts.unanswered;
}

bool IsWhole(const LoadRequest& request, const LoadReply& reply) {
  return reply.predictions.size() == request.dialogues.size() &&
         std::ranges::none_of(reply.predictions, [](const Prediction& each) {
           return each.label.empty();
         });
}

}  // namespace

Recorder::Recorder(const RecorderOptions& options, AnswerCheck* check)
    : options_(options),
      slot_(std::max<Clock::Duration>(std::chrono::seconds(1),
                                      options.duration / kMostSlots)),
      check_(check) {}

RecordedSlot& Recorder::SlotOf(Clock::TimePoint intended) {
  const auto place = static_cast<std::size_t>(
      std::max<std::int64_t>(0, (intended - options_.start) / slot_));
  if (place >= slots_.size()) slots_.resize(place + 1);
  return slots_[place];
}

void Recorder::Sent(Clock::TimePoint intended, Clock::TimePoint sent,
                    const LoadRequest& request) {
  std::lock_guard lock(mutex_);
  InOutcomes(request, [&](Outcome& outcome) {
    ++outcome.counts.sent;
    if (sent - intended > options_.late_after) ++outcome.counts.late;
  });
  schedule_error_.Record(Nanoseconds(sent - intended));
  ++SlotOf(intended).sent;
}

void Recorder::Ended(Clock::TimePoint intended, Clock::TimePoint sent,
                     Clock::TimePoint ended, bool cancelled,
                     const LoadRequest& request, const LoadReply& reply) {
  std::lock_guard lock(mutex_);
  if (finished_) return;
  RecordedSlot& slot = SlotOf(intended);
  const bool ok = reply.code == kCodeOk && IsWhole(request, reply);
  if (ok) {
    ++slot.ok;
    Check(request, reply);
  } else if (!cancelled || reply.code != kCodeCancelled) {
    ++slot.errors;
  }
  const bool timed =
      reply.code == kCodeOk || reply.code == kCodeDeadlineExceeded;
  const std::uint64_t response = Nanoseconds(ended - intended);
  const std::uint64_t service = Nanoseconds(ended - sent);
  if (timed) {
    slot.response.Record(response);
    slot.service.Record(service);
  }
  InOutcomes(request, [&](Outcome& outcome) {
    Count(request, reply, cancelled, ended - intended, outcome.counts);
    if (!timed) return;
    outcome.response.Record(response);
    outcome.service.Record(service);
  });
}

void Recorder::Count(const LoadRequest& request, const LoadReply& reply,
                     bool cancelled, Clock::Duration response,
                     RequestCounts& counts) const {
  if (reply.code == kCodeCancelled && cancelled) {
    ++counts.cancelled;
    return;
  }
  if (reply.code != kCodeOk) {
    ++counts.errors[std::string(RpcCodeName(reply.code))];
    return;
  }
  if (!IsWhole(request, reply)) {
    ++counts.errors["PARTIAL"];
    return;
  }
  ++counts.ok;
  counts.dialogues += request.dialogues.size();
  if (!options_.good_within || response <= *options_.good_within) {
    ++counts.good;
  }
}

void Recorder::Check(const LoadRequest& request, const LoadReply& reply) {
  if (check_ == nullptr) return;
  for (std::size_t i = 0; i < request.dialogues.size(); ++i) {
    check_->Check(request.dialogues[i], reply.predictions[i].label,
                  reply.predictions[i].probability);
  }
}

LiveFigures Recorder::Live() const {
  std::lock_guard lock(mutex_);
  return {.sent = all_.counts.sent,
          .ended = all_.counts.Ended(),
          .ok = all_.counts.ok,
          .errors = all_.counts.ErrorCount(),
          .late = all_.counts.late,
          .response_p50 = Ms(all_.response, 50),
          .response_p99 = Ms(all_.response, 99)};
}

std::vector<double> Recorder::SlotMedians(Clock::TimePoint now) const {
  std::lock_guard lock(mutex_);
  const auto over = static_cast<std::size_t>(
      std::max<std::int64_t>(0, (now - options_.start) / slot_));
  std::vector<double> medians;
  for (std::size_t i = 0; i < std::min(over, slots_.size()); ++i) {
    if (slots_[i].service.count() == 0) continue;
    medians.push_back(Ms(slots_[i].service, 50));
  }
  return medians;
}

void Recorder::Finish(LoadResult& result) {
  std::lock_guard lock(mutex_);
  finished_ = true;
  CountUnanswered(all_.counts);
  result.counts = all_.counts;
  result.response = all_.response;
  result.service = all_.service;
  result.schedule_error = schedule_error_;
  for (auto& [priority, outcome] : priorities_) {
    CountUnanswered(outcome.counts);
    result.priorities.emplace(
        kPriorityNames[static_cast<std::size_t>(priority)], outcome);
  }
  result.intervals = ToIntervals(all_.response, all_.service, slots_);
  result.timeline = ToTimeline(slots_, Seconds(slot_));
  if (check_ != nullptr) result.answers = check_->counts();
}

}  // namespace emotion::load
