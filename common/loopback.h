#pragma once

#include <string_view>

namespace emotion {

// Whether what is sent to `address` surely stays on this machine: a Unix
// socket, or "host:port", also after "dns:///", with localhost, 127.0.0.0/8 or
// [::1]. Any other form is not. Resolves nothing.
bool IsLoopback(std::string_view address);

}  // namespace emotion
