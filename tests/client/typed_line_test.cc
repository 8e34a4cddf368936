#include "client/cli/typed_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace emotion::client {
namespace {

TEST(TypedLineTest, EachLineIsReadAsWhatItIs) {
  using Kind = TypedLine::Kind;
  struct Case {
    std::string line;
    Kind kind;
    std::string text;
  };
  const std::vector<Case> cases = {
      {"", Kind::kNothing, ""},
      {" \t\r", Kind::kNothing, ""},
      {"hello", Kind::kTurn, "hello"},
      {"  hello /quit ", Kind::kTurn, "  hello /quit "},
      {" /quit", Kind::kTurn, " /quit"},
      {"😀", Kind::kTurn, "😀"},
      {"//quit", Kind::kTurn, "/quit"},
      {"//", Kind::kTurn, "/"},
      {"/help", Kind::kHelp, ""},
      {"/turns", Kind::kTurns, ""},
      {"/reset  ", Kind::kReset, ""},
      {"/quit", Kind::kQuit, ""},
      {"/", Kind::kUnknown, "/"},
      {"/Quit", Kind::kUnknown, "/Quit"},
      {"/quit now ", Kind::kUnknown, "/quit now"},
  };
  for (const Case& each : cases) {
    const TypedLine read = ReadTypedLine(each.line);
    EXPECT_EQ(read.kind, each.kind) << each.line;
    EXPECT_EQ(read.text, each.text) << each.line;
  }
}

TEST(TypedLineTest, TheHelpNamesCommandsThatExist) {
  const std::string help(TypedCommandsHelp());
  for (const char* command : {"/help", "/turns", "/reset", "/quit"}) {
    EXPECT_NE(ReadTypedLine(command).kind, TypedLine::Kind::kUnknown);
    EXPECT_THAT(help, testing::HasSubstr(std::string(command) + ' '));
  }
}

}  // namespace
}  // namespace emotion::client
