#include "client/tls_check.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace emotion::client {
namespace {

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

Status Bad(const char* field, std::string problem) {
  return Status(StatusCode::kInvalidArgument, std::move(problem))
      .WithField(field);
}

// Answers every question for a pass phrase with none, where OpenSSL would ask
// the terminal.
int NoPassPhrase(char*, int, int, void*) { return 0; }

Bio Open(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

Certificate ReadCertificate(const std::string& pem) {
  const Bio bio = Open(pem);
  return Certificate(
      PEM_read_bio_X509(bio.get(), nullptr, NoPassPhrase, nullptr));
}

Status CheckPair(const TlsOptions& tls) {
  if (tls.certificate.empty() && tls.key.empty()) return {};
  if (tls.key.empty()) return Bad("tls.key", "is empty: expected the key");
  if (tls.certificate.empty()) {
    return Bad("tls.certificate", "is empty: expected the key's certificate");
  }
  const Certificate certificate = ReadCertificate(tls.certificate);
  if (!certificate) {
    return Bad("tls.certificate", "holds no certificate: expected PEM");
  }
  const Bio bio = Open(tls.key);
  const Key key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassPhrase, nullptr));
  if (!key) {
    return Bad("tls.key",
               "holds no readable key: expected PEM without a pass phrase");
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return Bad("tls.key", "does not belong to tls.certificate");
  }
  return {};
}

}  // namespace

Status CheckTls(const TlsOptions& tls) {
  Status status;
  if (!tls.ca.empty() && !ReadCertificate(tls.ca)) {
    status = Bad("tls.ca", "holds no certificate: expected PEM");
  }
  if (status.ok()) status = CheckPair(tls);
  // OpenSSL's errors queue up in the thread and would be found by others.
  ERR_clear_error();
  return status;
}

}  // namespace emotion::client
