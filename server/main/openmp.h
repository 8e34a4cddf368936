#pragma once

namespace emotion {

// Keeps OpenMP's idle threads from spinning for long. LibTorch's libgomp lets
// them spin about a millisecond at each barrier; where other work shares the
// processors, that costs many times what it saves. libgomp reads its settings
// when it is loaded, before main, so this starts the program anew, once, with
// GOMP_SPINCOUNT set; it returns if that variable or OMP_WAIT_POLICY is set
// already, or if the program cannot be started anew. Call it first in main.
void BoundOpenMpSpinning(char** argv);

}  // namespace emotion
