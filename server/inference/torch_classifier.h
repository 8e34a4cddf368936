#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "common/result.h"
#include "server/inference/classifier.h"
#include "server/inference/manifest.h"

namespace emotion {

// A TorchScript trace run by LibTorch in inference mode on the CPU. This header
// is free of torch, whose own headers clash with those of other libraries; only
// torch_classifier.cc includes them.
//
// Predict may run on several threads at once; each uses its own team of
// threads, as many as SetThreads said when it first ran a model. The parameters
// are shared.
//
// A packed trace takes any mix of dialogues at once. A padded one is given only
// dialogues of one length at a time, since the answers of such a model change
// with padding; a mixed batch costs one pass for each length.
class TorchClassifier final : public Classifier {
 public:
  // Loads `model_file`, one of a package's whose checksum VerifyFile has
  // verified, and runs it until it is warm. FAILED_PRECONDITION names the file
  // if it cannot be loaded or gives logits of another shape than one row a
  // dialogue and one column a label and head. May be called while other
  // classifiers predict.
  static Result<std::unique_ptr<TorchClassifier>> Create(
      const std::filesystem::path& model_file, const Manifest& manifest);

  ~TorchClassifier() override;

  // Threads of each forward pass on this thread from now on, and on each thread
  // that runs its first one later. A setting of the process, not of a model:
  // call it at the start, before other threads predict. REQUIRES: threads >= 1.
  static void SetThreads(std::size_t threads);

  // INTERNAL if the model throws or a logit is not finite.
  Result<std::vector<Prediction>> Predict(const TokenBatch& batch) override;
  bool allows_concurrent_calls() const override { return true; }

  // The version of LibTorch, "2.13.0".
  static std::string LibraryVersion();

 private:
  struct Model;
  explicit TorchClassifier(std::unique_ptr<Model> model);

  std::unique_ptr<Model> model_;
};

}  // namespace emotion
