import { setFlagsFromString } from 'node:v8'

/** The V8 whose flags were tried: Node 24. Another may not know them, and says so on standard error. */
const V8_MAJOR = '13'

const FLAGS = [
  '--external-memory-accounted-in-global-limit',
  // V8's own factor goes up to four where collecting is quick: a seller of 130 MiB then takes 800 at some time, and keeps them.
  '--heap-growing-percent=100',
]

/**
 * Lets memory outside of V8's heap count as part of all memory, which may double before it is collected.
 *
 * V8 otherwise collects the whole heap for every 64 MiB of buffers that were allocated, dead or not. A transfer allocates half a
 * GiB a second, and what it collected was a heap full of code: a quarter of the processor's time (docs/performance.md).
 */
export function countBuffersAsMemory(): void {
  if (process.versions.v8.split('.')[0] === V8_MAJOR) for (const flag of FLAGS) setFlagsFromString(flag)
}
