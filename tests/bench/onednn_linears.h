#pragma once

#include <cstddef>

namespace emotion::bench {

// The int8 linears of the default model by oneDNN, as LibTorch brings it
// (`onednn::qlinear_pointwise`): billions of operations a second over `tokens`
// rows, on one thread, for about `seconds`. It is given an easier task than our
// own linears have: one scale for all rows, known beforehand, and no residual.
double MeasureOneDnnLinears(std::size_t tokens, double seconds);

}  // namespace emotion::bench
