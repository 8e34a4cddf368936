#include "tests/load/null_server.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <thread>

namespace emotion::load {
namespace {

// Calls that may arrive before the thread looks again.
constexpr int kWaiting = 256;

class Call {
 public:
  Call(grpc::AsyncGenericService& service, grpc::ServerCompletionQueue& queue,
       const grpc::ByteBuffer& reply)
      : reply_(reply), stream_(&context_) {
    service.RequestCall(&context_, &stream_, &queue, &queue, this);
  }

  // Returns false when the call is over.
  bool Go(bool ok) {
    switch (step_++) {
      case 0:
        if (ok) stream_.Read(&request_, this);
        return ok;
      case 1:
        stream_.WriteAndFinish(reply_, {}, grpc::Status::OK, this);
        return true;
      default:
        return false;
    }
  }

  bool IsNew() const { return step_ == 0; }

 private:
  const grpc::ByteBuffer& reply_;
  grpc::GenericServerContext context_;
  grpc::GenericServerAsyncReaderWriter stream_;
  grpc::ByteBuffer request_;
  int step_ = 0;
};

}  // namespace

struct NullServer::Running {
  explicit Running(const std::string& text) {
    const grpc::Slice slice(text);
    reply = {&slice, 1};
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterAsyncGenericService(&service);
    queue = builder.AddCompletionQueue();
    server = builder.BuildAndStart();
    thread = std::thread([this] { Serve(); });
  }

  ~Running() {
    server->Shutdown(std::chrono::system_clock::now());
    queue->Shutdown();
    thread.join();
  }

  void Serve() {
    for (int i = 0; i < kWaiting; ++i) new Call(service, *queue, reply);
    void* tag = nullptr;
    for (bool ok = false; queue->Next(&tag, &ok);) {
      std::unique_ptr<Call> call(static_cast<Call*>(tag));
      if (call->IsNew() && ok) new Call(service, *queue, reply);
      // gRPC holds it as its tag again.
      if (call->Go(ok)) static_cast<void>(call.release());
    }
  }

  grpc::ByteBuffer reply;
  grpc::AsyncGenericService service;
  std::unique_ptr<grpc::ServerCompletionQueue> queue;
  std::unique_ptr<grpc::Server> server;
  int port = 0;
  std::thread thread;
};

NullServer::NullServer(const std::string& reply)
    : running_(new Running(reply)) {}

NullServer::~NullServer() = default;

std::string NullServer::address() const {
  return "127.0.0.1:" + std::to_string(running_->port);
}

}  // namespace emotion::load
