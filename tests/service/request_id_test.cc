#include "server/service/request_id.h"

#include <gtest/gtest.h>

#include <set>

namespace emotion {
namespace {

TEST(RequestIdsTest, APlainOfferIsTaken) {
  RequestIds ids(1);
  for (const char* offer :
       {"a", "0af7651916cd43dd8448eb211c80319c", "svc:req-1_2.3"}) {
    EXPECT_EQ(ids.Choose(offer), offer);
  }
  EXPECT_EQ(ids.Choose(std::string(128, 'x')), std::string(128, 'x'));
}

TEST(RequestIdsTest, AnOfferThatCouldSpoilALogIsReplaced) {
  RequestIds ids(1);
  for (const char* offer :
       {"", "two words", "line\nbreak", "quote\"", "\x1b[0m", "caf\xC3\xA9"}) {
    const std::string id = ids.Choose(offer);
    EXPECT_NE(id, offer);
    EXPECT_EQ(id.size(), 16U);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  }
  EXPECT_EQ(ids.Choose(std::string(129, 'x')).size(), 16U);
}

TEST(RequestIdsTest, NewIdsDifferAndFollowFromTheSeed) {
  RequestIds ids(7);
  RequestIds again(7);
  std::set<std::string> seen;
  for (int i = 0; i < 10000; ++i) {
    const std::string id = ids.Choose("");
    EXPECT_EQ(id, again.Choose(""));
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 10000U);
}

}  // namespace
}  // namespace emotion
