#include "client/cli/style.h"

#include <gtest/gtest.h>

namespace emotion::client {
namespace {

TEST(StyleTest, ABarFillsInEighths) {
  EXPECT_EQ(Bar(0, 4), "    ");
  EXPECT_EQ(Bar(1.0 / 32, 4), "▏   ");
  EXPECT_EQ(Bar(0.5, 4), "██  ");
  EXPECT_EQ(Bar(0.6, 4), "██▍ ");
  EXPECT_EQ(Bar(1, 4), "████");
  EXPECT_EQ(Bar(7, 4), "████");
  EXPECT_EQ(Bar(-1, 4), "    ");
}

TEST(StyleTest, TextIsFitForOneLine) {
  EXPECT_EQ(OneLine("plain", 10), "plain");
  EXPECT_EQ(OneLine("exact", 5), "exact");
  EXPECT_EQ(OneLine("longer", 5), "longe…");
  EXPECT_EQ(OneLine("a\tb\nc\x7f", 10), "a b c ");
  EXPECT_EQ(OneLine("ü€😢x", 3), "ü€😢…");
  EXPECT_EQ(OneLine("\xC2\x85\xC2\xA0", 10), " \xC2\xA0");
}

TEST(StyleTest, LabelsHaveTheirLook) {
  EXPECT_EQ(Emoji("happy"), "😊");
  EXPECT_EQ(Emoji("calm"), "💬");
  EXPECT_EQ(Coloured("x", "angry", true), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(Coloured("x", "angry", false), "x");
  EXPECT_EQ(Coloured("x", "others", true), "x");
}

TEST(StyleTest, NumbersHaveAFixedNumberOfDigits) {
  EXPECT_EQ(Fixed(0.97, 3), "0.970");
  EXPECT_EQ(Fixed(240.4, 0), "240");
}

}  // namespace
}  // namespace emotion::client
