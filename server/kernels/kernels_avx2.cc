#include "server/kernels/instruction_sets.h"
#include "server/kernels/make_kernel_table.h"
#include "server/kernels/simd_avx2.h"

namespace emotion::kernels {
namespace {

constexpr KernelTable kTables[] = {
    MakeKernelTable<Avx2, Precision::kFp32>("avx2"),
    MakeKernelTable<Avx2, Precision::kBf16>("avx2"),
    MakeKernelTable<Avx2, Precision::kInt8>("avx2"),
};

}  // namespace

std::span<const KernelTable> Avx2Kernels() { return kTables; }

}  // namespace emotion::kernels
