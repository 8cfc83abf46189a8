#ifndef GATEHOUSE_CLIBFUZZER_H
#define GATEHOUSE_CLIBFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// libFuzzer as a library (https://llvm.org/docs/LibFuzzer.html, "Using libFuzzer as a library"). Part of the Swift toolchain:
/// libclang_rt.fuzzer_no_main.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

#endif
