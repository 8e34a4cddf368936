#include "tests/support/fake_credentials.h"

namespace emotion {

std::shared_ptr<grpc::ServerCredentials> FakeCredentials(
    const FakeServerOptions& options) {
  if (options.certificate.empty()) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions tls(
      options.client_ca.empty()
          ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
          : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = options.client_ca;
  tls.pem_key_cert_pairs = {{options.key, options.certificate}};
  return grpc::SslServerCredentials(tls);
}

}  // namespace emotion
