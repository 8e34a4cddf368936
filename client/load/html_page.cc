#include "client/load/html_page.h"

#include "client/cli/style.h"
#include "client/load/svg_text.h"

namespace emotion::load {
namespace {

constexpr char kStyle[] = R"(
:root{color-scheme:light dark;--paper:#fff;--ink:#1d2430;--soft:#5b6675;
--grid:#e3e7ed;--card:#f6f8fa;--c0:#1f6feb;--c1:#d9730d;--c2:#2a8f4f;--c3:#c93c37}
@media(prefers-color-scheme:dark){:root{--paper:#12161c;--ink:#e6eaf0;
--soft:#9aa6b5;--grid:#2a313b;--card:#1a2028;--c0:#6ea8ff;--c1:#f0a35a;
--c2:#5cc489;--c3:#ff7b72}}
body{background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;
max-width:860px;margin:32px auto;padding:0 20px}
h1{font-size:24px;margin:0 0 4px}h2{font-size:17px;margin:32px 0 8px}
p{margin:4px 0}.soft{color:var(--soft)}
.tiles{display:flex;flex-wrap:wrap;gap:12px;margin:20px 0}
.tile{background:var(--card);border-radius:8px;padding:10px 16px;min-width:110px}
.tile b{display:block;font-size:22px}.tile span{color:var(--soft);font-size:13px}
.warning{border-left:4px solid var(--c3);background:var(--card);padding:8px 14px;
margin:8px 0}
figure{margin:24px 0}figcaption{font-weight:600;margin-bottom:6px}
svg{width:100%;height:auto;background:var(--card);border-radius:8px}
svg text{fill:var(--soft);font:12px system-ui,sans-serif}
.grid{stroke:var(--grid)}.axis{stroke:var(--soft)}
.line{fill:none;stroke-width:2;stroke-linejoin:round}
.dashed{stroke-dasharray:7 6}
.c0.line{stroke:var(--c0)}.c1.line{stroke:var(--c1)}
.c2.line{stroke:var(--c2)}.c3.line{stroke:var(--c3)}
.c0.fill{fill:var(--c0)}.c1.fill{fill:var(--c1)}
.c2.fill{fill:var(--c2)}.c3.fill{fill:var(--c3)}
table{border-collapse:collapse;margin:8px 0}
td,th{padding:4px 14px;border-bottom:1px solid var(--grid);text-align:right;
font-variant-numeric:tabular-nums}
td:first-child,th:first-child{text-align:left;padding-left:0}
th{color:var(--soft);font-weight:600}
.text td,.text th{text-align:left;overflow-wrap:anywhere}
)";

}  // namespace

std::string HtmlPage(const std::string& title, const std::string& body) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" "
         "content=\"default-src 'none'; style-src 'unsafe-inline'; "
         "img-src data:\">\n"
         "<meta name=\"viewport\" content=\"width=device-width\">\n"
         "<link rel=\"icon\" href=\"data:,\">\n<title>" +
         EscapeHtml(title) + "</title><style>" + kStyle +
         "</style></head>\n<body>\n" + body + "</body></html>\n";
}

std::string TimeText(double ms) {
  return client::Fixed(ms, ms < 10 ? 2 : 1) + " ms";
}

std::string HtmlWarnings(const std::vector<std::string>& warnings) {
  std::string html;
  for (const std::string& warning : warnings) {
    html += "<p class=\"warning\">" + EscapeHtml(warning) + "</p>\n";
  }
  return html;
}

std::string HtmlTile(const std::string& figure, const std::string& name) {
  return "<div class=\"tile\"><b>" + EscapeHtml(figure) + "</b><span>" +
         EscapeHtml(name) + "</span></div>\n";
}

std::string HtmlTable(const std::vector<std::vector<std::string>>& rows,
                      bool numbers) {
  std::string html = numbers ? "<table>\n" : "<table class=\"text\">\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    html += "<tr>";
    for (const std::string& text : rows[i]) {
      html += i == 0 ? "<th>" : "<td>";
      html += EscapeHtml(text);
      html += i == 0 ? "</th>" : "</td>";
    }
    html += "</tr>\n";
  }
  return html + "</table>\n";
}

}  // namespace emotion::load
