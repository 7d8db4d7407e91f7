import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { freemem } from 'node:os'

/** More than any run uses: its file in the page cache, and two processes. */
const WARM_BYTES = 3 * 2 ** 30
const BLOCK_BYTES = 2 ** 26

/**
 * Uses free memory and lets it go again. The host of a virtual machine may take back what is free for some seconds: a page of it then costs ten times as
 * much as another, and a run measures which kind it got (docs/performance.md).
 */
export async function warmMemory(): Promise<void> {
  const blocks = Math.floor(Math.min(WARM_BYTES, freemem() / 2) / BLOCK_BYTES)
  const script = `const used = Array.from({ length: ${blocks} }, () => Buffer.alloc(${BLOCK_BYTES}, 1))`
  await once(spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit')
}
