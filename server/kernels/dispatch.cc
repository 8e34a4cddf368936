#include "server/kernels/dispatch.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <span>

#include "server/kernels/instruction_sets.h"

namespace emotion::kernels {
namespace {

// __builtin_cpu_supports asks CPUID, and XGETBV whether the operating system
// saves the wide registers on a context switch: both must hold. AVX-VNNI uses
// the registers of AVX2, so HasAvx2 answers the second question for it.
bool HasAvx2() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

bool HasAvx2Vnni() {
#if defined(__x86_64__)
  // Leaf 7, subleaf 1, bit 4 of EAX; older compilers have no name for it.
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  return HasAvx2() && __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0 &&
         (eax & (1U << 4)) != 0;
#else
  return false;
#endif
}

// All parts together, although fp32 needs the first four only: the tables of an
// instruction set come from one file, compiled for all of them, and each
// processor with AVX512_BF16 has the others as well.
bool HasAvx512() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vnni") &&
         __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

void Append(std::span<const KernelTable> tables, Precision precision,
            std::vector<const KernelTable*>& usable) {
  for (const KernelTable& table : tables) {
    if (table.precision == precision) usable.push_back(&table);
  }
}

}  // namespace

std::vector<const KernelTable*> UsableKernels(Precision precision) {
  std::vector<const KernelTable*> usable;
#if defined(__x86_64__)
  if (HasAvx512()) Append(Avx512Kernels(), precision, usable);
  if (HasAvx2Vnni()) Append(Avx2VnniKernels(), precision, usable);
  if (HasAvx2()) Append(Avx2Kernels(), precision, usable);
#endif
  Append(PortableKernels(), precision, usable);
  return usable;
}

bool IsNative(Precision precision) {
  switch (precision) {
    case Precision::kFp32:
      return true;
    case Precision::kBf16:
      // AVX2 widens bfloat16 to fp32 first, which only adds work.
      return HasAvx512();
    case Precision::kInt8:
      // Without VNNI too: vpmaddwd multiplies 16 values, an fp32 vector has 8.
      return HasAvx2();
  }
  return false;
}

}  // namespace emotion::kernels
