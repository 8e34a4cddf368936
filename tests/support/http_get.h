#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace emotion {

// A connection to a port of this machine. Every wait ends after `kPatience`.
class LoopbackSocket {
 public:
  static constexpr timeval kPatience{.tv_sec = 20, .tv_usec = 0};

  explicit LoopbackSocket(std::uint16_t port)
      : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof(kPatience));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address),
                         sizeof(address)) == 0;
  }
  ~LoopbackSocket() { close(fd_); }
  LoopbackSocket(const LoopbackSocket&) = delete;
  LoopbackSocket& operator=(const LoopbackSocket&) = delete;

  bool connected() const { return connected_; }

  bool Send(std::string_view text) const {
    return send(fd_, text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
  }

  // All that comes until the other side closes or patience ends.
  std::string ReceiveAll() const {
    std::string all;
    char buffer[4096];
    for (ssize_t n; (n = recv(fd_, buffer, sizeof(buffer), 0)) > 0;) {
      all.append(buffer, static_cast<std::size_t>(n));
    }
    return all;
  }

 private:
  int fd_;
  bool connected_ = false;
};

struct HttpReply {
  // "HTTP/1.1 200 OK"; empty if nothing came.
  std::string status_line;
  std::string body;
};

// One GET over HTTP/1.0, so that the body is neither chunked nor packed.
inline HttpReply HttpGet(std::uint16_t port, std::string_view path) {
  const LoopbackSocket socket(port);
  socket.Send("GET " + std::string(path) + " HTTP/1.0\r\n\r\n");
  const std::string reply = socket.ReceiveAll();
  const std::size_t body = reply.find("\r\n\r\n");
  if (body == std::string::npos) return {};
  return {reply.substr(0, reply.find("\r\n")), reply.substr(body + 4)};
}

}  // namespace emotion
