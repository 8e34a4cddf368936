#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

namespace emotion {

// A second service, without a proto: "/test.v1.Ping/Ping" returns the bytes of
// its request.
class PingService final : public grpc::Service {
 public:
  static constexpr char kName[] = "test.v1.Ping";
  static constexpr char kPath[] = "/test.v1.Ping/Ping";

  PingService() {
    using Handler = grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer,
                                                         grpc::ByteBuffer>;
    // gRPC owns both.
    AddMethod(new grpc::internal::RpcServiceMethod(
        kPath, grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(
        0, new Handler([](grpc::CallbackServerContext* context,
                          const grpc::ByteBuffer* request,
                          grpc::ByteBuffer* response) {
          *response = *request;
          grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
          reactor->Finish(grpc::Status::OK);
          return reactor;
        }));
  }
};

}  // namespace emotion
