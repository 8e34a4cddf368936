#include "common/loopback.h"

#include <arpa/inet.h>

#include "common/host_port.h"

namespace emotion {

bool IsLoopback(std::string_view address) {
  constexpr std::string_view kDns = "dns:///";
  if (address.starts_with("unix:")) return true;
  if (address.starts_with(kDns)) address.remove_prefix(kDns.size());
  const auto parsed = ParseHostPort(address);
  if (!parsed.ok()) return false;
  if (parsed->host == "localhost") return true;
  in_addr four{};
  if (inet_pton(AF_INET, parsed->host.c_str(), &four) == 1) {
    return ntohl(four.s_addr) >> 24 == 127;
  }
  in6_addr six{};
  return inet_pton(AF_INET6, parsed->host.c_str(), &six) == 1 &&
         IN6_IS_ADDR_LOOPBACK(&six);
}

}  // namespace emotion
