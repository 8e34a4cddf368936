#include "server/inference/sha256.h"

#include <gtest/gtest.h>

#include "tests/support/test_package.h"

namespace emotion {
namespace {

// The examples of FIPS 180-4.
TEST(Sha256Test, GivesThePublishedDigests) {
  EXPECT_EQ(Sha256("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256(""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256Test, AFileLargerThanOnePieceHasTheDigestOfItsBytes) {
  TestPackage package;
  const std::string content((3 << 20) + 17, 'x');
  package.WriteFile("large", content);
  const Result<std::string> digest = Sha256OfFile(package.path() / "large");
  ASSERT_TRUE(digest.ok());
  EXPECT_EQ(*digest, Sha256(content));
}

TEST(Sha256Test, AMissingFileIsNamed) {
  const Result<std::string> digest = Sha256OfFile("/nowhere/at/all");
  EXPECT_EQ(digest.status().ToString(),
            "FAILED_PRECONDITION: /nowhere/at/all: cannot be read");
}

}  // namespace
}  // namespace emotion
