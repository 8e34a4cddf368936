#include "server/text/vocabulary.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/text/test_files.h"

namespace emotion {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(VocabularyTest, TheLineNumberIsTheId) {
  const auto vocabulary = ReadVocabulary(TestVocabulary());
  ASSERT_TRUE(vocabulary.ok()) << vocabulary.status().ToString();
  EXPECT_EQ(vocabulary->pieces.size(), 193u);
  EXPECT_EQ(vocabulary->unknown, 1);
  EXPECT_EQ(vocabulary->classify, 2);
  EXPECT_EQ(vocabulary->separator, 3);
  EXPECT_EQ(vocabulary->pieces[164], "hello");
}

TEST(VocabularyTest, LineEndsAndTrailingSpaceAreNotPartOfAPiece) {
  const TemporaryFile file("[CLS]\r\n[SEP]\t \n a\u3000\n\n[UNK]\n\n\nb\rc");
  const auto vocabulary = ReadVocabulary(file.path());
  ASSERT_TRUE(vocabulary.ok()) << vocabulary.status().ToString();
  EXPECT_THAT(vocabulary->pieces,
              ElementsAre("[CLS]", "[SEP]", " a", "", "[UNK]", "", "", "b\rc"));
  EXPECT_EQ(vocabulary->unknown, 4);
}

TEST(VocabularyTest, ABadFileIsRefusedWithItsNameAndWhatWasExpected) {
  constexpr struct {
    std::string_view content;
    std::string_view message;
  } kCases[] = {
      {"", "is empty; expected one piece a line"},
      {"[UNK]\n\xFF\n",
       "is not UTF-8 at byte 6; expected one piece a line in UTF-8"},
      {"[UNK]\n[CLS]\n[SEP]\na\n[CLS]\n",
       "has '[CLS]' on line 2 and on line 5; expected each piece once"},
      {"[UNK]\n[CLS]\n[SEP]\na\na \n",
       "has 'a' on line 4 and on line 5; expected each piece once"},
      {"[CLS]\n[SEP]\n", "has no piece [UNK]; expected [UNK], [CLS] and [SEP]"},
      {"[UNK]\n[SEP]\n", "has no piece [CLS]; expected [UNK], [CLS] and [SEP]"},
      {"[UNK]\n[CLS]\n[sep]\n",
       "has no piece [SEP]; expected [UNK], [CLS] and [SEP]"},
  };
  for (const auto& [content, message] : kCases) {
    const TemporaryFile file(content);
    const auto vocabulary = ReadVocabulary(file.path());
    ASSERT_FALSE(vocabulary.ok()) << message;
    EXPECT_EQ(vocabulary.status().ToString(),
              "FAILED_PRECONDITION: vocabulary '" + file.path().string() +
                  "' " + std::string(message));
  }
}

TEST(VocabularyTest, AFileThatIsMissingOrAFolderCannotBeRead) {
  for (const std::string& path :
       {std::string("/nowhere/vocab.txt"), testing::TempDir()}) {
    const auto vocabulary = ReadVocabulary(path);
    ASSERT_FALSE(vocabulary.ok());
    EXPECT_EQ(vocabulary.status().code(), StatusCode::kFailedPrecondition);
    EXPECT_THAT(vocabulary.status().message(), HasSubstr("'" + path + "'"));
    EXPECT_THAT(vocabulary.status().message(),
                HasSubstr("expected a readable file"));
  }
}

}  // namespace
}  // namespace emotion
