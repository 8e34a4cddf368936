#pragma once

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "tests/support/fake_emotion_server.h"

namespace emotion {

// How FakeEmotionServer listens with these options.
std::shared_ptr<grpc::ServerCredentials> FakeCredentials(
    const FakeServerOptions& options);

}  // namespace emotion
