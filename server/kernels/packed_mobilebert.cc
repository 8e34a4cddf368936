#include "server/kernels/packed_mobilebert.h"

namespace emotion::kernels {
namespace {

AlignedVector<float> Copy(std::span<const float> values) {
  return {values.begin(), values.end()};
}

class Packer {
 public:
  explicit Packer(const KernelTable& kernels) : kernels_(kernels) {}

  PackedLinear Pack(const LinearWeights& weights) const {
    return PackLinear(weights, kernels_.precision, kernels_.panel_columns);
  }

  PackedLayer Pack(const LayerWeights& weights) const {
    PackedLayer layer;
    layer.wide = Pack(weights.wide);
    layer.narrow = Pack(weights.narrow);
    layer.mix = Pack(weights.mix);
    for (const LinearWeights& up : weights.up) layer.up.push_back(Pack(up));
    for (const LinearWeights& down : weights.down) {
      layer.down.push_back(Pack(down));
    }
    layer.widen = Pack(weights.widen);
    return layer;
  }

 private:
  const KernelTable& kernels_;
};

}  // namespace

PackedMobileBert PackMobileBert(const MobileBertWeights& weights,
                                const KernelTable& kernels) {
  const Packer packer(kernels);
  PackedMobileBert packed;
  packed.shape = weights.shape;
  packed.words = Copy(weights.words);
  packed.positions = Copy(weights.positions);
  packed.segments = Copy(weights.segments);
  packed.transform = packer.Pack(weights.transform);
  packed.layers.reserve(weights.layers.size());
  for (const LayerWeights& layer : weights.layers) {
    packed.layers.push_back(packer.Pack(layer));
  }
  // Not packed: they run for one row a dialogue, in fp32.
  packed.pooler = Copy(weights.pooler.weight);
  packed.pooler_bias = Copy(weights.pooler.bias);
  packed.classifier = Copy(weights.classifier.weight);
  packed.classifier_bias = Copy(weights.classifier.bias);
  return packed;
}

}  // namespace emotion::kernels
