#include "server/main/openmp.h"

#include <stdlib.h>
#include <unistd.h>

namespace emotion {

void BoundOpenMpSpinning(char** argv) {
  // Tens of microseconds: longer than the gaps between a layer's operators,
  // shorter than a scheduler's time slice by far.
  constexpr char kSpins[] = "20000";
  if (getenv("GOMP_SPINCOUNT") != nullptr ||
      getenv("OMP_WAIT_POLICY") != nullptr) {
    return;
  }
  if (setenv("GOMP_SPINCOUNT", kSpins, 0) != 0) return;
  execv("/proc/self/exe", argv);
}

}  // namespace emotion
