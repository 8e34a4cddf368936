#include "server/kernels/instruction_sets.h"
#include "server/kernels/make_kernel_table.h"
#include "server/kernels/simd_portable.h"

namespace emotion::kernels {
namespace {

constexpr KernelTable kTables[] = {
    MakeKernelTable<Portable, Precision::kFp32>("portable"),
    MakeKernelTable<Portable, Precision::kBf16>("portable"),
    MakeKernelTable<Portable, Precision::kInt8>("portable"),
};

}  // namespace

std::span<const KernelTable> PortableKernels() { return kTables; }

}  // namespace emotion::kernels
