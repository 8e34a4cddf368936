#include "server/kernels/instruction_sets.h"
#include "server/kernels/make_kernel_table.h"
#include "server/kernels/simd_avx2.h"

namespace emotion::kernels {
namespace {

// VNNI multiplies bytes only: fp32 and bf16 are those of AVX2.
constexpr KernelTable kTables[] = {
    MakeKernelTable<Avx2Vnni, Precision::kFp32>("avx2"),
    MakeKernelTable<Avx2Vnni, Precision::kBf16>("avx2"),
    MakeKernelTable<Avx2Vnni, Precision::kInt8>("avx2-vnni"),
};

}  // namespace

std::span<const KernelTable> Avx2VnniKernels() { return kTables; }

}  // namespace emotion::kernels
