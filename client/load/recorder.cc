#include "client/load/recorder.h"

#include <algorithm>
#include <string>

#include "client/load/rpc_code.h"

namespace emotion::load {
namespace {

constexpr std::size_t kMostSlots = 300;

std::uint64_t Nanoseconds(Clock::Duration duration) {
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, std::chrono::nanoseconds(duration).count()));
}

double Seconds(Clock::Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

bool IsWhole(const LoadRequest& request, const LoadReply& reply) {
  return reply.judgements.size() == request.dialogues.size() &&
         std::ranges::none_of(reply.judgements, [](const Judgement& each) {
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

void Recorder::Sent(Clock::TimePoint intended, Clock::TimePoint sent) {
  std::lock_guard lock(mutex_);
  ++counts_.sent;
  if (sent - intended > options_.late_after) ++counts_.late;
  schedule_error_.Record(Nanoseconds(sent - intended));
  ++SlotOf(intended).sent;
}

void Recorder::Ended(Clock::TimePoint intended, Clock::TimePoint sent,
                     Clock::TimePoint ended, bool cancelled,
                     const LoadRequest& request, const LoadReply& reply) {
  std::lock_guard lock(mutex_);
  if (finished_) return;
  ++ended_;
  RecordedSlot& slot = SlotOf(intended);
  Count(request, reply, cancelled, ended - intended, slot);
  if (reply.code != kCodeOk && reply.code != kCodeDeadlineExceeded) return;
  const std::uint64_t response = Nanoseconds(ended - intended);
  const std::uint64_t service = Nanoseconds(ended - sent);
  response_.Record(response);
  service_.Record(service);
  slot.response.Record(response);
  slot.service.Record(service);
}

void Recorder::Count(const LoadRequest& request, const LoadReply& reply,
                     bool cancelled, Clock::Duration response,
                     RecordedSlot& slot) {
  if (reply.code == kCodeCancelled && cancelled) {
    ++counts_.cancelled;
    return;
  }
  if (reply.code != kCodeOk || !IsWhole(request, reply)) {
    ++slot.errors;
    ++counts_
          .errors[reply.code == kCodeOk ? "PARTIAL"
                                        : std::string(RpcCodeName(reply.code))];
    return;
  }
  ++slot.ok;
  ++counts_.ok;
  counts_.dialogues += request.dialogues.size();
  if (!options_.good_within || response <= *options_.good_within) {
    ++counts_.good;
  }
  if (check_ == nullptr) return;
  for (std::size_t i = 0; i < request.dialogues.size(); ++i) {
    check_->Check(request.dialogues[i], reply.judgements[i].label,
                  reply.judgements[i].probability);
  }
}

LiveFigures Recorder::Live() const {
  std::lock_guard lock(mutex_);
  return {.sent = counts_.sent,
          .ended = ended_,
          .ok = counts_.ok,
          .errors = counts_.ErrorCount(),
          .late = counts_.late,
          .response_p50 = static_cast<double>(response_.ValueAt(50)) / 1e6,
          .response_p99 = static_cast<double>(response_.ValueAt(99)) / 1e6};
}

std::vector<double> Recorder::SlotMedians(Clock::TimePoint now) const {
  std::lock_guard lock(mutex_);
  const auto over = static_cast<std::size_t>(
      std::max<std::int64_t>(0, (now - options_.start) / slot_));
  std::vector<double> medians;
  for (std::size_t i = 0; i < std::min(over, slots_.size()); ++i) {
    if (slots_[i].service.count() == 0) continue;
    medians.push_back(static_cast<double>(slots_[i].service.ValueAt(50)) / 1e6);
  }
  return medians;
}

void Recorder::Finish(LoadResult& result) {
  std::lock_guard lock(mutex_);
  finished_ = true;
  counts_.unanswered = counts_.sent - ended_;
  if (counts_.unanswered > 0) {
    counts_.errors["UNANSWERED"] = counts_.unanswered;
  }
  result.counts = counts_;
  result.response = response_;
  result.service = service_;
  result.schedule_error = schedule_error_;
  result.intervals = ToIntervals(slots_);
  result.timeline = ToTimeline(slots_, Seconds(slot_));
  if (check_ != nullptr) result.answers = check_->counts();
}

}  // namespace emotion::load
