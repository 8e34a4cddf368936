#pragma once

#include <grpcpp/support/status.h>

#include <string>
#include <vector>

#include "emotion/v1/emotion.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/support/fake_emotion_server.h"

namespace emotion {

// What FakeEmotionServer says, apart from how it says it. Pure functions.

google::rpc::Status ToRpcStatus(const FakeReply& reply);
// The same as a call ends with it; details only if there are violations.
grpc::Status ToStatus(const FakeReply& reply);

// The reply to a dialogue whose last turn is empty.
FakeReply EmptyTurn();

// "" if the dialogue has no turns.
std::string LastTurn(const v1::Dialogue& dialogue);

// The classification that FakeEmotionServer describes.
v1::Classification ClassifyByWord(const v1::Dialogue& dialogue, bool timings);

// Model "fake" of this version, "7" if it is empty.
void SetFakeModel(v1::ModelVersion& model, const std::string& version = "");

// Model "fake", version "7", and `versions` as FakeEmotionServer describes.
void DescribeFakeModel(const std::vector<std::string>& versions,
                       v1::GetModelInfoResponse& info);

}  // namespace emotion
