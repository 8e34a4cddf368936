#pragma once

#include <functional>
#include <string>

#include "common/result.h"

namespace emotion::client {

// TLS towards the server or a proxy before it. All material is PEM text.
struct TlsOptions {
  // Whom to trust. Empty: the public authorities that gRPC knows of, or those
  // of the file that GRPC_DEFAULT_SSL_ROOTS_FILE_PATH names.
  std::string ca{};
  // Who we are, for a server that asks: a chain and its key without a pass
  // phrase. Both or neither.
  std::string certificate{};
  std::string key{};
  // The name that the server's certificate must hold; empty: the host of the
  // address.
  std::string server_name{};
};

// Where the material lies; an empty path leaves its field empty.
struct TlsFiles {
  std::string ca{};
  std::string certificate{};
  std::string key{};
};

// Reads the files once, up to 1 MiB each. INVALID_ARGUMENT names the path that
// cannot be read; whether it holds PEM is for Client::Create to say.
Result<TlsOptions> ReadTls(const TlsFiles& files);

// Gives the token for one try: 1 to 4096 characters of visible ASCII, without
// "Bearer". A failure ends the call with that status; it must not quote the
// token. Called from many threads at once, and must be quick.
using TokenSource = std::function<Result<std::string>()>;

// Always the same token.
TokenSource FixedToken(std::string token);

// What the file holds, less white space at its ends; read anew for each try, so
// that a token can be replaced at any time, best by renaming a file over it.
// FAILED_PRECONDITION names the path that cannot be read.
TokenSource TokenFile(std::string path);

// Asks `source`. FAILED_PRECONDITION if the token cannot be sent.
Result<std::string> AskForToken(const TokenSource& source);

}  // namespace emotion::client
