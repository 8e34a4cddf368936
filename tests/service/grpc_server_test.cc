#include "server/service/grpc_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/service/ping_service.h"
#include "tests/service/raw_call.h"
#include "tests/service/service_fixture.h"
#include "tests/support/test_package.h"

namespace emotion {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Protobuf messages of one field, by tag: HealthCheckRequest.service (1),
// ServerReflectionRequest.file_containing_symbol (4) and list_services (7).
std::string Field(char tag, const std::string& text) {
  return std::string{tag, static_cast<char>(text.size())} + text;
}

// What health says of the service: "SERVING", "NOT_SERVING" or the failure.
std::string Health(const std::shared_ptr<grpc::Channel>& channel,
                   const std::string& service) {
  const RawReply reply =
      CallRaw(channel, "/grpc.health.v1.Health/Check", Field('\x0A', service));
  if (!reply.status.ok()) {
    return reply.status.error_code() == grpc::StatusCode::NOT_FOUND
               ? "NOT_FOUND"
               : reply.status.error_message();
  }
  return reply.bytes == std::string("\x08\x01") ? "SERVING" : "NOT_SERVING";
}

RawReply Reflect(const std::shared_ptr<grpc::Channel>& channel,
                 const std::string& request) {
  return CallRaw(
      channel, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
      request);
}

// The reply of reflection with the names of all services.
RawReply ListServices(const std::shared_ptr<grpc::Channel>& channel) {
  return Reflect(channel, Field('\x3A', "*"));
}

// The service of the fixture on its port, and servers of a test's own.
class GrpcServerTest : public ServiceTest {
 protected:
  std::unique_ptr<GrpcServer> Start(const ListenerOptions& options,
                                    const std::vector<NamedService>& services) {
    auto server = GrpcServer::Start(options, services, clock_);
    EXPECT_TRUE(server.ok()) << server.status().ToString();
    return server.ok() ? std::move(server).value() : nullptr;
  }

  static std::shared_ptr<grpc::Channel> Connect(const GrpcServer& server) {
    return grpc::CreateChannel(server.address(),
                               grpc::InsecureChannelCredentials());
  }

  std::string SocketAddress(const std::string& name) const {
    return "unix:" + (folder_.path() / name).string();
  }

  const ListenerOptions anywhere_{.address = "127.0.0.1:0"};
  const TemporaryFolder folder_;
  PingService ping_;
};

TEST_F(GrpcServerTest, OffersSeveralServicesAndNamesEachToHealth) {
  const auto server =
      Start(anywhere_, {{.name = PingService::kName, .service = ping_}});
  ASSERT_TRUE(server);
  const auto channel = Connect(*server);
  EXPECT_EQ(CallRaw(channel, PingService::kPath, "hello").bytes, "hello");
  for (const bool serving : {false, true, false}) {
    server->SetServing(serving);
    const char* expected = serving ? "SERVING" : "NOT_SERVING";
    EXPECT_EQ(Health(channel, ""), expected);
    EXPECT_EQ(Health(channel, PingService::kName), expected);
    EXPECT_EQ(Health(channel, std::string(EmotionService::kName)), "NOT_FOUND");
  }
}

TEST_F(GrpcServerTest, TwoServicesShareAListener) {
  Serve();
  const auto server =
      Start(anywhere_,
            {{.name = std::string(EmotionService::kName), .service = *service_},
             {.name = PingService::kName, .service = ping_}});
  ASSERT_TRUE(server);
  const auto channel = Connect(*server);
  server->SetServing(true);
  for (const std::string& name :
       {std::string(), std::string(EmotionService::kName),
        std::string(PingService::kName)}) {
    EXPECT_EQ(Health(channel, name), "SERVING") << name;
  }
  EXPECT_EQ(CallRaw(channel, PingService::kPath, "hello").bytes, "hello");
  EXPECT_TRUE(CallRaw(channel, "/emotion.v1.EmotionService/GetModelInfo", "")
                  .status.ok());
  EXPECT_THAT(
      ListServices(channel).bytes,
      AllOf(HasSubstr(EmotionService::kName), HasSubstr(PingService::kName)));
}

TEST_F(GrpcServerTest, TwoListenersHaveTheirOwnServicesHealthAndReflection) {
  Serve();
  const auto admin = Start({.address = SocketAddress("admin.sock")},
                           {{.name = PingService::kName, .service = ping_}});
  ASSERT_TRUE(admin);
  const auto channel = Connect(*admin);
  server_->SetServing(true);
  EXPECT_EQ(Health(channel_, ""), "SERVING");
  EXPECT_EQ(Health(channel, ""), "NOT_SERVING");
  EXPECT_EQ(Health(channel_, PingService::kName), "NOT_FOUND");
  EXPECT_THAT(
      ListServices(channel_).bytes,
      AllOf(HasSubstr(EmotionService::kName), Not(HasSubstr("test.v1"))));
  EXPECT_THAT(ListServices(channel).bytes,
              AllOf(HasSubstr(PingService::kName),
                    Not(HasSubstr(EmotionService::kName))));
  EXPECT_EQ(CallRaw(channel_, PingService::kPath, "").status.error_code(),
            grpc::StatusCode::UNIMPLEMENTED);

  admin->Shutdown(std::chrono::milliseconds(0));
  EXPECT_TRUE(Classify({"still here"}).ok());
}

TEST_F(GrpcServerTest, ReflectionDescribesByNameWhateverTheProcessKnows) {
  const auto server =
      Start(anywhere_, {{.name = PingService::kName, .service = ping_}});
  ASSERT_TRUE(server);
  EXPECT_THAT(Reflect(Connect(*server),
                      Field('\x22', std::string(EmotionService::kName)))
                  .bytes,
              HasSubstr("ClassifyBatchRequest"));
}

TEST_F(GrpcServerTest, ReflectionIsOneListenersOwnChoice) {
  Serve();
  const auto quiet = Start({.address = "127.0.0.1:0", .reflection = false},
                           {{.name = PingService::kName, .service = ping_}});
  ASSERT_TRUE(quiet);
  EXPECT_EQ(ListServices(Connect(*quiet)).status.error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_TRUE(ListServices(channel_).status.ok());
}

TEST_F(GrpcServerTest, ASocketIsThereWhileTheServerIs) {
  const std::filesystem::path path = folder_.path() / "admin.sock";
  auto server = Start({.address = "unix:" + path.string()},
                      {{.name = PingService::kName, .service = ping_}});
  ASSERT_TRUE(server);
  EXPECT_EQ(server->address(), "unix:" + path.string());
  EXPECT_TRUE(std::filesystem::is_socket(path));
  EXPECT_EQ(CallRaw(Connect(*server), PingService::kPath, "hello").bytes,
            "hello");
  server.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(GrpcServerTest, AFreePortIsReported) {
  const auto server =
      Start(anywhere_, {{.name = PingService::kName, .service = ping_}});
  ASSERT_TRUE(server);
  EXPECT_THAT(server->address(),
              AllOf(StartsWith("127.0.0.1:"), Not("127.0.0.1:0")));
}

TEST_F(GrpcServerTest, APortInUseIsNamed) {
  Serve();
  const ListenerOptions options{.address = server_->address()};
  const auto second = GrpcServer::Start(
      options, {{.name = PingService::kName, .service = ping_}}, clock_);
  EXPECT_EQ(second.status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(second.status().field(), "address");
  EXPECT_THAT(second.status().message(), HasSubstr(options.address));
}

TEST_F(GrpcServerTest, ASocketThatCannotBeMadeIsNamed) {
  const ListenerOptions options{.address = SocketAddress("absent/admin.sock")};
  const auto server = GrpcServer::Start(
      options, {{.name = PingService::kName, .service = ping_}}, clock_);
  EXPECT_EQ(server.status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(server.status().field(), "address");
  EXPECT_THAT(server.status().message(), HasSubstr(options.address));
}

TEST_F(GrpcServerTest, OptionsThatAreNotValidAreRefused) {
  const auto server = GrpcServer::Start(
      {.address = "127.0.0.1:0", .max_concurrent_streams = 0},
      {{.name = PingService::kName, .service = ping_}}, clock_);
  EXPECT_EQ(server.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(server.status().field(), "max_concurrent_streams");
}

}  // namespace
}  // namespace emotion
