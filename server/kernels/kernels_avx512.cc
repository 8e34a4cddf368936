#include "server/kernels/instruction_sets.h"
#include "server/kernels/make_kernel_table.h"
#include "server/kernels/simd_avx512.h"

namespace emotion::kernels {
namespace {

constexpr KernelTable kTables[] = {
    MakeKernelTable<Avx512, Precision::kFp32>("avx512"),
    MakeKernelTable<Avx512, Precision::kBf16>("avx512-bf16"),
    MakeKernelTable<Avx512, Precision::kInt8>("avx512-vnni"),
};

}  // namespace

std::span<const KernelTable> Avx512Kernels() { return kTables; }

}  // namespace emotion::kernels
