import { setFlagsFromString } from 'node:v8'

/** The V8 whose flag was tried: Node 24. Another may not know it, and says so on standard error. */
const V8_MAJOR = '13'

/**
 * Lets memory outside of V8's heap count as part of all memory, whose limit grows with what is in use.
 *
 * V8 otherwise collects the whole heap for every 64 MiB of buffers that were allocated, dead or not. A transfer allocates half a
 * GiB a second, and what it collected was a heap full of code: a quarter of the processor's time (docs/performance.md).
 */
export function countBuffersAsMemory(): void {
  if (process.versions.v8.split('.')[0] === V8_MAJOR) setFlagsFromString('--external-memory-accounted-in-global-limit')
}
