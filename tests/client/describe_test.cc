#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "client/cli/bash_completion.h"
#include "client/cli/command_outline.h"
#include "client/cli/help_text.h"
#include "client/cli/zsh_completion.h"

// What is made of a command line, on one with all that is awkward.
namespace emotion::client {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class DescribeTest : public testing::Test {
 protected:
  DescribeTest() : app_("Cooks an egg.", "egg-cup") {
    app_.set_version_flag("--version", "egg-cup 1");
    app_.footer("Exit codes:\n  0  cooked\n\n  1  raw\n");
    CLI::App* const boil = app_.add_subcommand("boil", "Boil: in water");
    boil->add_option("egg", text_, "Which");
    boil->add_option("-m,--minutes", minutes_, "It's [about] time: 3")
        ->check(CLI::Range(1, 9))
        ->type_name("MIN:SEC")
        ->capture_default_str();
    boil->add_option("--salt", text_, "How\\much")
        ->check(CLI::IsMember({"none", "some"}))
        ->envname("EGG_SALT");
    boil->add_option("--pair", pair_, "Two")->expected(2)->type_name("JSON");
    boil->add_option("--many", pair_, "All")->type_name("FILE...");
    boil->add_flag("--a-name-that-is-rather-long", soft_, "Of the cook")
        ->group("Tuning");
    boil->add_flag("--soft", soft_, "Not hard");
    boil->add_flag("--secret", soft_, "Never shown")->group("");
    boil->footer(".5 l of water.\n'Enough'.");
    app_.add_subcommand("burn", "Hidden")->group("");
  }

  // Adds a command that has commands: "eggs list" and "eggs sort".
  CLI::App* AddGroup() {
    CLI::App* const eggs = app_.add_subcommand("eggs", "Look after eggs");
    CLI::App* const list = eggs->add_subcommand("list", "List all");
    list->add_option("--order", text_, "Which first")
        ->check(CLI::IsMember({"old", "new"}));
    CLI::App* const sort = eggs->add_subcommand("sort", "Sort: by size");
    sort->add_option("size", text_, "Of the least")->required();
    sort->add_option("--order", text_, "Which first")
        ->check(CLI::IsMember({"up", "down"}));
    sort->footer("Example:\n  $ egg-cup eggs sort 53");
    return eggs;
  }

  bool soft_ = false;
  int minutes_ = 4;
  std::string text_;
  std::vector<std::string> pair_;
  CLI::App app_;
};

TEST_F(DescribeTest, TheOutlineHoldsWhatTheParserKnows) {
  const CommandOutline program = Outline(app_);
  EXPECT_EQ(program.version, "egg-cup 1");
  ASSERT_EQ(program.commands.size(), 1U);
  const CommandOutline& boil = program.commands[0];
  EXPECT_EQ(boil.help, "Boil: in water");
  ASSERT_EQ(boil.positionals.size(), 1U);
  EXPECT_THAT(boil.positionals[0].names, ElementsAre("egg"));
  ASSERT_EQ(boil.options.size(), 7U);
  EXPECT_THAT(boil.options[0].names, ElementsAre("-h", "--help"));
  const OptionOutline& minutes = boil.options[1];
  EXPECT_THAT(minutes.names, ElementsAre("-m", "--minutes"));
  EXPECT_EQ(minutes.value, "MIN:SEC");
  EXPECT_EQ(minutes.range, "INT in [1 - 9]");
  EXPECT_EQ(minutes.default_value, "4");
  EXPECT_THAT(minutes.choices, IsEmpty());
  const OptionOutline& salt = boil.options[2];
  EXPECT_EQ(salt.value, "TEXT");
  EXPECT_THAT(salt.choices, ElementsAre("none", "some"));
  EXPECT_EQ(salt.environment, "EGG_SALT");
  EXPECT_EQ(salt.max_values, 1U);
  EXPECT_FALSE(salt.takes_files);
  EXPECT_EQ(boil.options[3].max_values, 2U);
  EXPECT_TRUE(boil.options[3].takes_files);
  EXPECT_EQ(boil.options[4].max_values, OptionOutline::kAnyNumber);
  EXPECT_TRUE(boil.options[4].takes_files);
  EXPECT_EQ(boil.options[0].group, "Options");
  EXPECT_EQ(boil.options[5].group, "Tuning");
  EXPECT_EQ(boil.options[6].max_values, 0U);
  EXPECT_EQ(boil.options[6].value, "");
}

TEST_F(DescribeTest, BashGetsACaseForEachOptionWithAValue) {
  const std::string script = BashCompletion(Outline(app_));
  EXPECT_THAT(script, HasSubstr("complete -F _egg_cup egg-cup\n"));
  EXPECT_THAT(script, HasSubstr("    boil:-m | \\\n      boil:--minutes)\n"
                                "      ((values >= 1)) || words='' ;;\n"));
  EXPECT_THAT(script, HasSubstr("((values >= 1)) || words='none some' ;;\n"));
  EXPECT_THAT(script, HasSubstr("((values >= 2)) || words='' files=yes ;;\n"));
  EXPECT_THAT(script, Not(HasSubstr("boil:--soft")));
}

TEST_F(DescribeTest, ZshGetsItsOwnSignsEscaped) {
  const std::string script = ZshCompletion(Outline(app_));
  EXPECT_THAT(script, HasSubstr(R"('boil:Boil\: in water')"));
  EXPECT_THAT(script, HasSubstr(R"('--minutes[It'\''s \[about\] time\: 3])"
                                R"(:MIN\:SEC:')"));
  EXPECT_THAT(script, HasSubstr(R"('--salt[How\\much]:TEXT:(none some)')"));
  EXPECT_THAT(script, HasSubstr("'--pair[Two]:JSON:_files:JSON:_files'"));
  EXPECT_THAT(script, HasSubstr("'--many[All]:*:FILE...:_files'"));
}

TEST_F(DescribeTest, HelpSaysAllThatTheParserKnowsOfAnOption) {
  const CommandOutline program = Outline(app_);
  const std::string help = CommandHelp(program, program.commands[0]);
  EXPECT_THAT(help, StartsWith("Boil: in water.\n\n"
                               "Usage: egg-cup boil [OPTION]... [egg]\n\n"
                               "Arguments:\n"
                               "  egg                       Which.\n\n"
                               "Options:\n"
                               "  -h, --help  "));
  EXPECT_THAT(help,
              HasSubstr("\n  -m, --minutes MIN:SEC     It's [about] time: "
                        "3. Allowed: INT in [1 - 9].\n"
                        "                            Default: 4.\n"));
  EXPECT_THAT(help,
              HasSubstr("\n  --salt TEXT               How\\much. One of: "
                        "none, some. Environment:\n"
                        "                            EGG_SALT.\n"));
  EXPECT_THAT(help, HasSubstr("\nTuning:\n"
                              "  --a-name-that-is-rather-long\n"
                              "                            Of the cook.\n"));
  EXPECT_THAT(help, EndsWith("\n\n.5 l of water.\n'Enough'.\n"));
}

TEST_F(DescribeTest, HelpOfTheProgramListsItsCommands) {
  EXPECT_EQ(ProgramHelp(Outline(app_)),
            "Cooks an egg.\n\n"
            "Usage: egg-cup COMMAND [OPTION]...\n\n"
            "Options:\n"
            "  -h, --help                Print this help message and exit.\n"
            "  --version                 Display program version information "
            "and exit.\n\n"
            "Commands:\n"
            "  boil                      Boil: in water.\n\n"
            "Exit codes:\n  0  cooked\n\n  1  raw\n");
}

TEST_F(DescribeTest, HelpOfAllBeginsSectionsAsHelp2manReadsThem) {
  const std::string help = CompleteHelp(Outline(app_));
  EXPECT_THAT(help, StartsWith("Cooks an egg.\n\n"
                               "Usage: egg-cup boil [OPTION]... [egg]\n\n"
                               "*Options*\n\n  -h, --help  "));
  EXPECT_THAT(help, HasSubstr("\n\n*Commands*\n\nboil:\n  Boil: in water.\n\n"
                              "  egg                       Which.\n"));
  EXPECT_THAT(help, Not(HasSubstr("Tuning:")));
  EXPECT_THAT(help, EndsWith("\n\n*Exit codes*\n\n  0  cooked\n  1  raw\n"));
}

TEST_F(DescribeTest, TheParserPrintsTheseHelps) {
  UseHelpText(app_);
  CLI::App* const late = app_.add_subcommand("peel", "Undress");
  const CommandOutline program = Outline(app_);
  EXPECT_EQ(app_.help(), ProgramHelp(program));
  EXPECT_EQ(app_.help("", CLI::AppFormatMode::All), CompleteHelp(program));
  EXPECT_EQ(late->help(), CommandHelp(program, program.commands[1]));
}

TEST_F(DescribeTest, CommandsOfACommandHaveTheWordsThatAreTyped) {
  AddGroup();
  std::vector<std::string> names;
  for (const auto& each : AllCommands(Outline(app_))) {
    names.push_back(each.name);
  }
  EXPECT_THAT(names, ElementsAre("boil", "eggs", "eggs list", "eggs sort"));
}

TEST_F(DescribeTest, BashKnowsCommandsOfACommand) {
  AddGroup();
  const std::string script = BashCompletion(Outline(app_));
  EXPECT_THAT(script, HasSubstr("      :boil|:eggs) command=$word ;;\n"
                                "      eggs:list|eggs:sort) "
                                "command=$command/$word ;;\n"));
  EXPECT_THAT(script, HasSubstr("    eggs) words='list sort -h --help' ;;\n"
                                "    eggs/list) words='-h --help --order' "
                                ";;\n"));
  EXPECT_THAT(script, HasSubstr("    eggs/sort:--order)\n"
                                "      ((values >= 1)) || words='up down' "
                                ";;\n"));
}

TEST_F(DescribeTest, ZshHasAFunctionForACommandWithCommands) {
  AddGroup();
  const std::string script = ZshCompletion(Outline(app_));
  EXPECT_THAT(script, HasSubstr("        eggs)\n          _egg-cup_eggs ;;\n"));
  const std::size_t function = script.find("_egg-cup_eggs() {");
  ASSERT_NE(function, std::string::npos);
  EXPECT_LT(function, script.find("_egg-cup() {"));
  EXPECT_THAT(script, HasSubstr("    'sort:Sort\\: by size'\n"));
  EXPECT_THAT(script, HasSubstr("'--order[Which first]:TEXT:(up down)'"));
}

TEST_F(DescribeTest, HelpOfACommandWithCommandsListsThem) {
  UseHelpText(app_);
  CLI::App* const eggs = AddGroup();
  EXPECT_EQ(eggs->help(),
            "Look after eggs.\n\n"
            "Usage: egg-cup eggs COMMAND [OPTION]...\n\n"
            "Options:\n"
            "  -h, --help                Print this help message and exit.\n\n"
            "Commands:\n"
            "  list                      List all.\n"
            "  sort                      Sort: by size.\n");
  const std::string help = eggs->get_subcommand("sort")->help();
  EXPECT_THAT(help, StartsWith("Sort: by size.\n\n"
                               "Usage: egg-cup eggs sort [OPTION]... size\n"));
  EXPECT_THAT(help, EndsWith("\nExample:\n  $ egg-cup eggs sort 53\n"));
}

TEST_F(DescribeTest, HelpOfAllDescribesCommandsOfACommandInItsPlace) {
  AddGroup();
  const std::string help = CompleteHelp(Outline(app_));
  EXPECT_THAT(help, HasSubstr("  or:  egg-cup eggs list [OPTION]...\n"
                              "  or:  egg-cup eggs sort [OPTION]... size\n"));
  EXPECT_THAT(help, HasSubstr("\neggs sort:\n  Sort: by size.\n\n"
                              "  size                      Of the least.\n"));
  EXPECT_THAT(help, Not(HasSubstr("eggs COMMAND")));
}

TEST_F(DescribeTest, WhatHelpHidesIsNotShown) {
  const CommandOutline program = Outline(app_);
  for (const std::string& text :
       {BashCompletion(program), ZshCompletion(program), ProgramHelp(program),
        CommandHelp(program, program.commands[0]), CompleteHelp(program)}) {
    EXPECT_THAT(text, Not(HasSubstr("secret")));
    EXPECT_THAT(text, Not(HasSubstr("burn")));
  }
}

}  // namespace
}  // namespace emotion::client
