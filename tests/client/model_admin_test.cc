#include "client/model_admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_emotion_server.h"
#include "tests/support/fake_model_server.h"

namespace emotion::client {
namespace {

using testing::ElementsAre;

std::unique_ptr<ModelAdmin> Connect(const std::string& address) {
  return *ModelAdmin::Create(
      {.address = address, .deadline = std::chrono::seconds(60)});
}

TEST(ModelAdminTest, WhatIsLoadedAndWhatCouldBeIsListed) {
  FakeModelServer server;

  const auto list = Connect(server.address())->List();

  ASSERT_TRUE(list.ok()) << list.status().ToString();
  EXPECT_EQ(list->name, "fake");
  ASSERT_EQ(list->serving.size(), 1U);
  const ServingModel& serving = list->serving[0];
  EXPECT_EQ(serving.model.version, "0.3.0");
  EXPECT_EQ(serving.traffic_percent, 100U);
  EXPECT_EQ(serving.shadow_percent, 0U);
  EXPECT_THAT(serving.labels, ElementsAre("others", "sad"));
  EXPECT_EQ(serving.precision, "int8");
  EXPECT_EQ(serving.manifest_sha256, "c0ffee");
  EXPECT_THAT(list->available_versions, ElementsAre("0.2.0", "0.3.0", "0.4.0"));
}

TEST(ModelAdminTest, AVersionIsLoadedGivenTrafficAndTakenOut) {
  FakeModelServer server;
  const auto admin = Connect(server.address());

  const auto loaded = admin->Load("", Activation::kBeside);
  ASSERT_TRUE(loaded.ok()) << loaded.status().ToString();
  EXPECT_EQ(loaded->name, "fake");
  EXPECT_EQ(loaded->version, "0.4.0");
  ASSERT_TRUE(admin->Load("0.2.0", Activation::kBeside).ok());
  const TrafficSplit split{.serving = {{.version = "0.3.0", .percent = 90},
                                       {.version = "0.4.0", .percent = 10}},
                           .shadows = {{.version = "0.2.0", .percent = 5}}};
  ASSERT_TRUE(admin->SetTraffic(split).ok());
  const auto now = admin->GetTraffic();
  ASSERT_TRUE(now.ok());
  EXPECT_EQ(now->serving, split.serving);
  EXPECT_EQ(now->shadows, split.shadows);
  ASSERT_TRUE(admin->Load("0.4.0", Activation::kSwap).ok());
  EXPECT_TRUE(admin->Unload("0.4.0").ok());

  EXPECT_THAT(server.changes(),
              ElementsAre("LoadModel  BESIDE", "LoadModel 0.2.0 BESIDE",
                          "SetTraffic 0.3.0=90,0.4.0=10;0.2.0=5",
                          "LoadModel 0.4.0 SWAP", "UnloadModel 0.4.0"));
}

TEST(ModelAdminTest, WhatTheServerSaysOfARefusalIsKept) {
  FakeModelServer server;
  server.Refuse({.code = RpcCode::kFailedPrecondition,
                 .message = "version '0.3.0' has traffic"});
  EXPECT_EQ(Connect(server.address())->Unload("0.3.0").ToString(),
            "FAILED_PRECONDITION: version '0.3.0' has traffic");
  server.Refuse({.code = RpcCode::kInvalidArgument,
                 .violations = {{"traffic.serving", "adds up to 90"}}});
  EXPECT_EQ(Connect(server.address())->SetTraffic({}).ToString(),
            "INVALID_ARGUMENT: traffic.serving: adds up to 90");
}

TEST(ModelAdminTest, AVersionThatIsNotUtf8IsRefusedAndNotSent) {
  FakeModelServer server;
  const auto admin = Connect(server.address());
  EXPECT_EQ(admin->Load("\xff", Activation::kSwap).status().ToString(),
            "INVALID_ARGUMENT: version: is not UTF-8: expected the name of a "
            "version");
  EXPECT_EQ(admin->Unload("\xff").field(), "version");
  EXPECT_EQ(admin->SetTraffic({.serving = {{.version = "\xff"}}}).field(),
            "traffic.serving");
  EXPECT_TRUE(server.changes().empty());
}

TEST(ModelAdminTest, AnotherListenerIsNotForAdministration) {
  FakeEmotionServer server;
  EXPECT_EQ(Connect(server.address())->List().status().ToString(),
            "FAILED_PRECONDITION: " + server.address() +
                " does not administer models: expected the server's "
                "--admin-address");
}

TEST(ModelAdminTest, ACallEndsWithItsDeadline) {
  FakeModelServer server;
  server.Hold();
  const auto admin = *ModelAdmin::Create(
      {.address = server.address(), .deadline = std::chrono::milliseconds(50)});
  EXPECT_EQ(admin->Load("0.4.0", Activation::kSwap).status().ToString(),
            "DEADLINE_EXCEEDED: no answer from " + server.address() +
                " before the deadline");
}

TEST(ModelAdminTest, NobodyListeningIsUnavailable) {
  std::string address;
  {
    FakeModelServer gone;
    address = gone.address();
  }
  EXPECT_EQ(Connect(address)->List().status().ToString(),
            "UNAVAILABLE: " + address + " refuses the connection");
}

TEST(ModelAdminTest, OptionsOutOfRangeAreNamed) {
  EXPECT_EQ(ModelAdmin::Create({.address = ""}).status().ToString(),
            "INVALID_ARGUMENT: address: is empty: expected unix:/path or "
            "host:port");
  EXPECT_EQ(ModelAdmin::Create(
                {.address = "unix:/a", .deadline = std::chrono::hours(2)})
                .status()
                .ToString(),
            "INVALID_ARGUMENT: deadline: is 7200000 ms: expected 1 ms to 1 h");
}

}  // namespace
}  // namespace emotion::client
