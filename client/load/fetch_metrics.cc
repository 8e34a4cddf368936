#include "client/load/fetch_metrics.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <memory>

#include "common/host_port.h"

namespace emotion::load {
namespace {

constexpr std::size_t kMaxPageBytes = 16 << 20;

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

Status Unreachable(const std::string& address) {
  return {StatusCode::kUnavailable,
          "the metrics at " + address + " cannot be read"};
}

}  // namespace

Result<std::string> FetchMetrics(const std::string& address,
                                 Clock::Duration patience) {
  const Result<HostPort> target = ParseHostPort(address);
  if (!target.ok()) return target.status();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(target->host.c_str(), std::to_string(target->port).c_str(),
                  &hints, &found) != 0) {
    return Unreachable(address);
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> guard(found,
                                                             freeaddrinfo);
  const Socket socket(::socket(found->ai_family, SOCK_STREAM, 0));
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(patience).count();
  const timeval limit{.tv_sec = micros / 1000000, .tv_usec = micros % 1000000};
  setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  setsockopt(socket.fd(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  if (connect(socket.fd(), found->ai_addr, found->ai_addrlen) != 0) {
    return Unreachable(address);
  }
  const std::string request = "GET /metrics HTTP/1.0\r\nHost: " + address +
                              "\r\nConnection: close\r\n\r\n";
  if (send(socket.fd(), request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return Unreachable(address);
  }
  std::string page;
  char buffer[1 << 14];
  for (ssize_t got = 0;
       page.size() < kMaxPageBytes &&
       (got = recv(socket.fd(), buffer, sizeof(buffer), 0)) > 0;) {
    page.append(buffer, static_cast<std::size_t>(got));
  }
  const std::size_t body = page.find("\r\n\r\n");
  const std::string first = page.substr(0, page.find("\r\n"));
  if (body == std::string::npos || first.find(" 200") == std::string::npos) {
    return Unreachable(address);
  }
  return page.substr(body + 4);
}

}  // namespace emotion::load
