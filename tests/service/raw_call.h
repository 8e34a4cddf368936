#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

namespace emotion {

struct RawReply {
  grpc::Status status;
  std::string bytes;
};

// Sends these bytes as the only request of the method at `path` and waits for
// the only reply.
inline RawReply CallRaw(const std::shared_ptr<grpc::Channel>& channel,
                        const std::string& path, const std::string& bytes) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  auto call = stub.PrepareUnaryCall(&context, path, request, &queue);
  call->StartCall();
  RawReply reply;
  grpc::ByteBuffer response;
  call->Finish(&response, &reply.status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  std::vector<grpc::Slice> slices;
  if (response.Valid() && response.Dump(&slices).ok()) {
    for (const grpc::Slice& part : slices) {
      reply.bytes.append(part.begin(), part.end());
    }
  }
  return reply;
}

}  // namespace emotion
