#pragma once

#include <span>

#include "server/kernels/kernel_table.h"

namespace emotion::kernels {

// The tables of one instruction set each, one table a precision. A file of its
// own holds each, compiled for that instruction set; calling what a processor
// lacks ends the process.
//
// AVX-512 with VNNI and BF16 (Zen 4, Cooper Lake, Sapphire Rapids and later).
std::span<const KernelTable> Avx512Kernels();
// AVX2 and FMA with AVX-VNNI (Alder Lake, Zen 5 and later).
std::span<const KernelTable> Avx2VnniKernels();
// AVX2 and FMA.
std::span<const KernelTable> Avx2Kernels();
// Any processor.
std::span<const KernelTable> PortableKernels();

}  // namespace emotion::kernels
