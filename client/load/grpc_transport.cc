#include "client/load/grpc_transport.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "client/load/rpc_code.h"

namespace emotion::load {
namespace {

using CompletionQueue = grpc::CompletionQueue;

constexpr int kMaxMessageBytes = 64 << 20;

Status BadOption(const std::string& option, std::size_t value,
                 const std::string& expected) {
  return Status(StatusCode::kInvalidArgument,
                "is " + std::to_string(value) + ": expected " + expected)
      .WithField(option);
}

std::shared_ptr<grpc::Channel> NewChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetUserAgentPrefix("emotion-client-load");
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(),
                                   arguments);
}

gpr_timespec FromNow(std::chrono::nanoseconds left) {
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(left.count(), GPR_TIMESPAN));
}

struct Call {
  grpc::ClientContext context;
  grpc::ByteBuffer reply;
  grpc::Status status;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
  std::size_t dialogues = 0;
  Transport::Done done;
  // Keeps this alive until it has ended.
  std::shared_ptr<Call> self;
};

}  // namespace

class GrpcTransport::Impl {
 public:
  Impl(const GrpcTransportOptions& options, std::unique_ptr<Codec> codec)
      : codec_(std::move(codec)), queues_(options.threads) {
    for (std::size_t i = 0; i < options.connections; ++i) {
      channels_.push_back(NewChannel(options.address));
      stubs_.emplace_back(channels_.back());
    }
    for (CompletionQueue& queue : queues_) {
      threads_.emplace_back([this, &queue] { TakeAnswers(queue); });
    }
  }

  ~Impl() {
    {
      std::lock_guard lock(mutex_);
      closing_ = true;
      for (Call* call : calls_) call->context.TryCancel();
    }
    while (outstanding_.load() != 0) outstanding_.wait(outstanding_.load());
    for (CompletionQueue& queue : queues_) queue.Shutdown();
    for (std::thread& thread : threads_) thread.join();
  }

  Status Connect(Clock::Duration patience) {
    const gpr_timespec deadline = FromNow(patience);
    for (const auto& channel : channels_) channel->GetState(true);
    for (const auto& channel : channels_) {
      if (!channel->WaitForConnected(deadline)) {
        return {StatusCode::kUnavailable, "the server cannot be reached"};
      }
    }
    return {};
  }

  Cancel Start(const LoadRequest& request, bool cancellable, Done done) {
    auto call = std::make_shared<Call>();
    call->self = call;
    call->dialogues = request.dialogues.size();
    call->done = std::move(done);
    call->context.set_deadline(FromNow(request.deadline));
    const std::size_t turn = turn_.fetch_add(1, std::memory_order_relaxed);
    CompletionQueue& queue = queues_[turn % queues_.size()];
    outstanding_.fetch_add(1);
    {
      std::lock_guard lock(mutex_);
      calls_.insert(call.get());
      if (closing_) call->context.TryCancel();
    }
    call->reader = stubs_[turn % stubs_.size()].PrepareUnaryCall(
        &call->context, codec_->MethodFor(call->dialogues),
        codec_->Encode(request), &queue);
    call->reader->StartCall();
    call->reader->Finish(&call->reply, &call->status, call.get());
    if (!cancellable) return {};
    return [call] { call->context.TryCancel(); };
  }

  double BusiestThreadSeconds() {
    double busiest = 0;
    for (std::thread& thread : threads_) {
      clockid_t clock{};
      timespec time{};
      if (pthread_getcpuclockid(thread.native_handle(), &clock) != 0) continue;
      if (clock_gettime(clock, &time) != 0) continue;
      busiest = std::max(busiest, static_cast<double>(time.tv_sec) +
                                      static_cast<double>(time.tv_nsec) / 1e9);
    }
    return busiest;
  }

 private:
  void TakeAnswers(CompletionQueue& queue) {
    void* tag = nullptr;
    for (bool ok = false; queue.Next(&tag, &ok);) {
      Call* const raw = static_cast<Call*>(tag);
      const std::shared_ptr<Call> call = std::move(raw->self);
      {
        std::lock_guard lock(mutex_);
        calls_.erase(raw);
      }
      call->done(Read(*call));
      call->done = nullptr;
      if (outstanding_.fetch_sub(1) == 1) outstanding_.notify_all();
    }
  }

  LoadReply Read(Call& call) const {
    if (!call.status.ok()) {
      return {static_cast<int>(call.status.error_code()), {}};
    }
    return codec_->Decode(call.reply, call.dialogues);
  }

  const std::unique_ptr<Codec> codec_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<grpc::GenericStub> stubs_;
  std::vector<CompletionQueue> queues_;
  std::atomic<std::size_t> turn_{0};
  std::atomic<std::size_t> outstanding_{0};
  std::mutex mutex_;
  // Guarded by mutex_.
  std::unordered_set<Call*> calls_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

Result<std::unique_ptr<GrpcTransport>> GrpcTransport::Create(
    const GrpcTransportOptions& options, std::unique_ptr<Codec> codec) {
  if (options.address.empty()) {
    return Status(StatusCode::kInvalidArgument, "is empty: expected host:port")
        .WithField("address");
  }
  if (options.connections < 1 || options.connections > 1000) {
    return BadOption("connections", options.connections, "1 to 1000");
  }
  if (options.threads < 1 || options.threads > 64) {
    return BadOption("threads", options.threads, "1 to 64");
  }
  return std::unique_ptr<GrpcTransport>(
      new GrpcTransport(std::make_unique<Impl>(options, std::move(codec))));
}

GrpcTransport::GrpcTransport(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}

GrpcTransport::~GrpcTransport() = default;

Status GrpcTransport::Connect(Clock::Duration patience) {
  return impl_->Connect(patience);
}

Transport::Cancel GrpcTransport::Start(const LoadRequest& request,
                                       bool cancellable, Done done) {
  return impl_->Start(request, cancellable, std::move(done));
}

double GrpcTransport::BusiestThreadSeconds() const {
  return impl_->BusiestThreadSeconds();
}

}  // namespace emotion::load
