#include "server/service/unary_reactor.h"

#include <optional>

#include "server/service/message_codec.h"

namespace emotion {

UnaryReactor::UnaryReactor(const UnaryArrival& arrival)
    : call_(arrival.parts, arrival.method, arrival.context),
      response_(arrival.response) {}

void UnaryReactor::Begin(const grpc::ByteBuffer& request) {
  if (!call_.admission().ok()) return Fail(call_.admission());
  Handle(request);
}

void UnaryReactor::Reply(const google::protobuf::Message& message) {
  End(SerializeMessage(message, response_));
}

void UnaryReactor::Fail(const Status& status) { End(status); }

void UnaryReactor::End(const Status& status) {
  if (auto end = call_.End(status)) Finish(*std::move(end));
}

void UnaryReactor::OnDone() { delete this; }

void UnaryReactor::OnCancel() {
  call_.SetCallerGone();
  OnCallerGone();
}

}  // namespace emotion
