#include "server/service/model_service.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/models/package_files.h"
#include "tests/service/service_fixture.h"

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class NoChanges final : public ModelChangeObserver {
 public:
  void OnLoaded(const LoadReport&, Activation) override {}
  void OnLoadRefused(std::string_view, const Status&) override {}
  void OnUnloaded(std::string_view) override {}
  void OnTrafficChanged(const std::vector<ServingModel>&) override {}
};

// The emotion service and, on a listener of its own, the model service over a
// repository with the versions 1.2.3 (which serves) and 2.0.0.
class ModelServiceTest : public ServiceTest, public ModelObserverFactory {
 protected:
  ModelServiceTest() {
    Serve();
    manager_ = *ModelManager::Start(
        {.repository = *ModelRepository::Open(folder_.path(), "tiny")}, loader_,
        [](Classifier&, std::span<const Encoding>) { return CostModel(); },
        *models_, changes_);
    model_service_ =
        std::make_unique<ModelService>(*manager_, *models_,
                                       CallParts{.clock = clock_,
                                                 .observer = rpc_observer_,
                                                 .request_ids = request_ids_,
                                                 .gate = *gate_});
    admin_server_ = *GrpcServer::Start(
        {.address = "unix:" + (folder_.path() / "admin.sock").string()},
        {{.name = std::string(ModelService::kName),
          .service = *model_service_}},
        clock_);
    admin_ = v1::ModelService::NewStub(grpc::CreateChannel(
        admin_server_->address(), grpc::InsecureChannelCredentials()));
  }

  std::unique_ptr<ModelObserver> Create(const ModelInfo&,
                                        std::chrono::nanoseconds) override {
    return observer_.ForModel();
  }

  template <typename Request, typename Reply>
  using Method = grpc::Status (v1::ModelService::Stub::*)(grpc::ClientContext*,
                                                          const Request&,
                                                          Reply*);

  template <typename Request, typename Reply>
  grpc::Status Call(Method<Request, Reply> method, const Request& request,
                    Reply& reply) {
    grpc::ClientContext context;
    return (admin_.get()->*method)(&context, request, &reply);
  }

  grpc::Status Load(const std::string& version,
                    v1::Activation activation = v1::SWAP) {
    v1::LoadModelRequest request;
    request.set_version(version);
    request.set_activation(activation);
    v1::LoadModelResponse reply;
    return Call(&v1::ModelService::Stub::LoadModel, request, reply);
  }

  // "1.2.3=90,2.0.0=10" and the like.
  grpc::Status SetTraffic(
      const std::vector<std::pair<std::string, unsigned>>& serving,
      const std::vector<std::pair<std::string, unsigned>>& shadows = {}) {
    v1::SetTrafficRequest request;
    const auto add = [](const auto& shares, auto& field) {
      for (const auto& [version, percent] : shares) {
        v1::TrafficShare& share = *field.Add();
        share.set_version(version);
        share.set_percent(percent);
      }
    };
    add(serving, *request.mutable_traffic()->mutable_serving());
    add(shadows, *request.mutable_traffic()->mutable_shadows());
    v1::SetTrafficResponse reply;
    return Call(&v1::ModelService::Stub::SetTraffic, request, reply);
  }

  // The version that answers a call.
  std::string Answering(const std::string& key = "",
                        const std::string& version = "") {
    grpc::ClientContext context;
    if (!key.empty()) context.AddMetadata("x-emotion-key", key);
    v1::ClassifyRequest request;
    request.mutable_dialogue()->add_turns("ab");
    request.set_model_version(version);
    const grpc::Status status = stub_->Classify(&context, request, &response_);
    return status.ok() ? response_.model().version() : status.error_message();
  }

  TemporaryFolder folder_;
  FakePackage old_{folder_.path() / "tiny" / "1.2.3", "tiny", "1.2.3"};
  FakePackage new_{folder_.path() / "tiny" / "2.0.0", "tiny", "2.0.0"};
  NoChanges changes_;
  const ModelLoader loader_{
      {},
      [this](const std::filesystem::path&, const Manifest&) {
        return Result<std::unique_ptr<Classifier>>(
            std::make_unique<BorrowedClassifier>(classifier_));
      },
      *this,
      clock_};
  std::unique_ptr<ModelManager> manager_;
  std::unique_ptr<ModelService> model_service_;
  std::unique_ptr<GrpcServer> admin_server_;
  std::unique_ptr<v1::ModelService::Stub> admin_;
};

TEST_F(ModelServiceTest, ALoadedVersionAnswersFromThenOn) {
  EXPECT_EQ(Answering(), "1.2.3");
  EXPECT_TRUE(Load("2.0.0").ok());
  EXPECT_EQ(Answering(), "2.0.0");
  EXPECT_EQ(response_.classification().probabilities(3).label(), "angry");
}

TEST_F(ModelServiceTest, TheListShowsWhatIsLoadedAndWhatThereIs) {
  ASSERT_TRUE(Load("", v1::BESIDE).ok());
  v1::ListModelsResponse reply;
  ASSERT_TRUE(
      Call(&v1::ModelService::Stub::ListModels, v1::ListModelsRequest(), reply)
          .ok());
  EXPECT_EQ(reply.name(), "tiny");
  ASSERT_EQ(reply.serving_size(), 2);
  EXPECT_EQ(reply.serving(0).model().version(), "1.2.3");
  EXPECT_EQ(reply.serving(0).traffic_percent(), 100U);
  EXPECT_EQ(reply.serving(1).model().version(), "2.0.0");
  EXPECT_EQ(reply.serving(1).traffic_percent(), 0U);
  EXPECT_THAT(reply.available_versions(), ElementsAre("1.2.3", "2.0.0"));
}

TEST_F(ModelServiceTest, TrafficIsSplitByKeyAndReadBack) {
  ASSERT_TRUE(Load("2.0.0", v1::BESIDE).ok());
  ASSERT_TRUE(SetTraffic({{"1.2.3", 50}, {"2.0.0", 50}}).ok());
  std::set<std::string> versions;
  for (int i = 0; i < 20; ++i) {
    const std::string key = "user-" + std::to_string(i);
    const std::string version = Answering(key);
    versions.insert(version);
    EXPECT_EQ(Answering(key), version);
  }
  EXPECT_THAT(versions, ElementsAre("1.2.3", "2.0.0"));
  v1::GetTrafficResponse reply;
  ASSERT_TRUE(
      Call(&v1::ModelService::Stub::GetTraffic, v1::GetTrafficRequest(), reply)
          .ok());
  ASSERT_EQ(reply.traffic().serving_size(), 2);
  EXPECT_EQ(reply.traffic().serving(1).percent(), 50U);
  EXPECT_EQ(reply.traffic().shadows_size(), 0);
}

TEST_F(ModelServiceTest, AShadowIsAskedAndNeverAnswers) {
  ASSERT_TRUE(Load("2.0.0", v1::BESIDE).ok());
  ASSERT_TRUE(SetTraffic({{"1.2.3", 100}}, {{"2.0.0", 100}}).ok());
  EXPECT_EQ(Answering(), "1.2.3");
  engine_->shadows().WaitUntilIdle();
  // The same classifier under another name for its last label.
  EXPECT_EQ(observer_.Count("inference 1 dialogues 4 tokens"), 2U);
}

TEST_F(ModelServiceTest, ACallMayNameItsVersion) {
  ASSERT_TRUE(Load("2.0.0", v1::BESIDE).ok());
  EXPECT_EQ(Answering("", "2.0.0"), "2.0.0");
  EXPECT_EQ(Answering("", "3.0.0"),
            "model_version: version '3.0.0' is not loaded; expected one of "
            "1.2.3, 2.0.0");
  v1::ClassifyBatchRequest request;
  request.add_dialogues()->add_turns("ab");
  request.set_model_version("2.0.0");
  grpc::ClientContext context;
  v1::ClassifyBatchResponse reply;
  ASSERT_TRUE(stub_->ClassifyBatch(&context, request, &reply).ok());
  EXPECT_EQ(reply.model().version(), "2.0.0");
}

TEST_F(ModelServiceTest, ModelInfoListsWhatServes) {
  ASSERT_TRUE(Load("2.0.0", v1::BESIDE).ok());
  ASSERT_TRUE(SetTraffic({{"1.2.3", 30}, {"2.0.0", 70}}).ok());
  grpc::ClientContext context;
  v1::GetModelInfoResponse reply;
  ASSERT_TRUE(
      stub_->GetModelInfo(&context, v1::GetModelInfoRequest(), &reply).ok());
  EXPECT_EQ(reply.model().version(), "2.0.0");
  ASSERT_EQ(reply.serving_size(), 2);
  EXPECT_EQ(reply.serving(0).traffic_percent(), 30U);
  EXPECT_EQ(reply.serving(1).traffic_percent(), 70U);
  EXPECT_EQ(reply.serving(1).labels_size(), 4);
}

TEST_F(ModelServiceTest, WhatIsRefusedIsRefusedWithItsReason) {
  struct Case {
    grpc::Status status;
    grpc::StatusCode code;
    std::string message;
  };
  new_.manifest["golden"]["dialogues"][0]["logits"] = {1, 0, 0, 0};
  new_.Write();
  v1::UnloadModelRequest unload;
  unload.set_version("1.2.3");
  v1::UnloadModelResponse unloaded;
  const Case cases[] = {
      {Load("2.0.0"), grpc::StatusCode::FAILED_PRECONDITION,
       "golden.dialogues[0]"},
      {Load("9"), grpc::StatusCode::NOT_FOUND, "holds 1.2.3, 2.0.0 of tiny"},
      {Load("../.."), grpc::StatusCode::INVALID_ARGUMENT, "version: "},
      {Load("2.0.0", static_cast<v1::Activation>(7)),
       grpc::StatusCode::INVALID_ARGUMENT, "activation: is 7"},
      {SetTraffic({{"1.2.3", 90}}), grpc::StatusCode::INVALID_ARGUMENT,
       "traffic.serving: adds up to 90"},
      {SetTraffic({{"7", 100}}), grpc::StatusCode::NOT_FOUND,
       "version '7' is not loaded"},
      {Call(&v1::ModelService::Stub::UnloadModel, unload, unloaded),
       grpc::StatusCode::FAILED_PRECONDITION, "has traffic"},
  };
  for (const auto& [status, code, message] : cases) {
    EXPECT_EQ(status.error_code(), code) << status.error_message();
    EXPECT_THAT(status.error_message(), HasSubstr(message));
  }
  EXPECT_EQ(Answering(), "1.2.3");
}

TEST_F(ModelServiceTest, AVersionWithoutTrafficCanBeTakenOut) {
  ASSERT_TRUE(Load("2.0.0", v1::BESIDE).ok());
  v1::UnloadModelRequest request;
  request.set_version("2.0.0");
  v1::UnloadModelResponse reply;
  EXPECT_TRUE(Call(&v1::ModelService::Stub::UnloadModel, request, reply).ok());
  EXPECT_THAT(Answering("", "2.0.0"), HasSubstr("is not loaded"));
}

TEST_F(ModelServiceTest, TheServiceOfCallersKnowsNothingOfIt) {
  v1::ModelService::Stub outside(channel_);
  grpc::ClientContext context;
  v1::ListModelsResponse reply;
  EXPECT_EQ(outside.ListModels(&context, v1::ListModelsRequest(), &reply)
                .error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace emotion
