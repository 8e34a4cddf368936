#include <gmock/gmock.h>

#include "tests/service/service_fixture.h"

namespace emotion {
namespace {

using testing::ElementsAre;

class PriorityCallTest : public ServiceTest {
 protected:
  grpc::Status ClassifyAs(int priority) {
    v1::ClassifyRequest request;
    request.mutable_dialogue()->add_turns("a");
    request.set_priority(static_cast<v1::Priority>(priority));
    grpc::ClientContext context;
    return stub_->Classify(&context, request, &response_);
  }

  grpc::Status ClassifyBatchAs(int priority) {
    v1::ClassifyBatchRequest request;
    request.add_dialogues()->add_turns("a");
    request.set_priority(static_cast<v1::Priority>(priority));
    grpc::ClientContext context;
    v1::ClassifyBatchResponse response;
    return stub_->ClassifyBatch(&context, request, &response);
  }
};

TEST_F(PriorityCallTest, TheEngineHearsWhoWaits) {
  const struct {
    v1::Priority priority;
    const char* event;
  } cases[] = {
      {v1::PRIORITY_UNSPECIFIED, "left executed"},
      {v1::INTERACTIVE, "left executed"},
      {v1::BULK, "left executed bulk"},
  };
  Serve();
  for (const auto& [priority, event] : cases) {
    const std::size_t before = observer_.Count(event);
    EXPECT_TRUE(ClassifyAs(priority).ok());
    EXPECT_TRUE(ClassifyBatchAs(priority).ok());
    EXPECT_EQ(observer_.Count(event), before + 2);
  }
}

TEST_F(PriorityCallTest, AnUnknownPriorityIsRefusedByName) {
  Serve();
  for (const int unknown : {3, -1, 1 << 30}) {
    const std::string description =
        "is " + std::to_string(unknown) +
        "; expected 0 (unspecified), 1 (INTERACTIVE) or 2 (BULK)";
    for (const grpc::Status& status :
         {ClassifyAs(unknown), ClassifyBatchAs(unknown)}) {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
      EXPECT_EQ(status.error_message(), "priority: " + description);
      const auto detail = DetailOf<google::rpc::BadRequest>(status);
      ASSERT_EQ(detail.field_violations_size(), 1);
      EXPECT_EQ(detail.field_violations(0).field(), "priority");
      EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).reason(), "PRIORITY");
    }
  }
  EXPECT_EQ(observer_.Count("invalid priority"), 6U);
  EXPECT_THAT(classifier_.batches(), ElementsAre());
}

}  // namespace
}  // namespace emotion
