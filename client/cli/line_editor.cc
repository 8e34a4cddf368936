#include "client/cli/line_editor.h"

#include <histedit.h>
#include <langinfo.h>

#include <clocale>
#include <cstdio>
#include <string_view>
#include <utility>

namespace emotion::client {
namespace {

constexpr int kHistoryLines = 1000;

struct EndEditor {
  void operator()(EditLine* editor) const { el_end(editor); }
};
struct EndHistory {
  void operator()(History* history) const { history_end(history); }
};

// libedit counts characters by the locale.
void WantUtf8() {
  std::setlocale(LC_CTYPE, "");
  if (std::string_view(nl_langinfo(CODESET)) != "UTF-8") {
    std::setlocale(LC_CTYPE, "C.UTF-8");
  }
}

char* PromptOf(EditLine* editor) {
  void* prompt = nullptr;
  el_get(editor, EL_CLIENTDATA, &prompt);
  return static_cast<std::string*>(prompt)->data();
}

class TerminalSource final : public LineSource {
 public:
  TerminalSource(EditLine* editor, History* history)
      : history_(history), editor_(editor) {
    HistEvent event;
    ::history(history, &event, H_SETSIZE, kHistoryLines);
    el_set(editor, EL_CLIENTDATA, &prompt_);
    el_set(editor, EL_PROMPT, PromptOf);
    el_set(editor, EL_EDITOR, "emacs");
    el_set(editor, EL_SIGNAL, 1);
    el_set(editor, EL_HIST, ::history, history);
    el_source(editor, nullptr);
  }

  Result<std::optional<std::string>> Next(const std::string& prompt) override {
    prompt_ = prompt;
    int bytes = 0;
    const char* const typed = el_gets(editor_.get(), &bytes);
    if (typed == nullptr || bytes <= 0) {
      std::fputc('\n', stdout);
      std::fflush(stdout);
      return std::optional<std::string>();
    }
    std::string line(typed, static_cast<std::size_t>(bytes));
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    if (!line.empty()) Remember(line);
    return std::optional<std::string>(std::move(line));
  }

 private:
  void Remember(const std::string& line) {
    HistEvent event;
    ::history(history_.get(), &event, H_ENTER, line.c_str());
  }

  std::string prompt_;
  std::unique_ptr<History, EndHistory> history_;
  // Goes before what it points to.
  std::unique_ptr<EditLine, EndEditor> editor_;
};

}  // namespace

std::unique_ptr<LineSource> TerminalLines() {
  WantUtf8();
  std::unique_ptr<History, EndHistory> history(history_init());
  std::unique_ptr<EditLine, EndEditor> editor(
      el_init("emotion-client", stdin, stdout, stderr));
  if (history == nullptr || editor == nullptr) return nullptr;
  return std::make_unique<TerminalSource>(editor.release(), history.release());
}

}  // namespace emotion::client
