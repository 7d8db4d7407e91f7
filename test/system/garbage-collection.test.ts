import { spawnSync } from 'node:child_process'
import { expect } from 'chai'

const MODULE = new URL('../../src/system/garbage-collection.ts', import.meta.url).href

/** How often a program collects its whole heap while it allocates 2 GiB of buffers and drops each at once. */
function collections(prelude: string): number {
  const program = `
    import { PerformanceObserver, constants } from 'node:perf_hooks'
    ${prelude}
    const kept = Array.from({ length: 200_000 }, (_, index) => ({ index }))
    let count = 0
    const observer = new PerformanceObserver((list) => {
      for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) count++
    })
    observer.observe({ entryTypes: ['gc'] })
    for (let i = 0; i < 8192; i++) {
      Buffer.allocUnsafeSlow(262144)
      if (i % 16 === 0) await new Promise(setImmediate)
    }
    await new Promise(setImmediate)
    console.log(count, kept.length)
  `
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  expect(stderr).to.equal('')
  return Number(stdout.split(' ')[0])
}

describe('system/garbage-collection', () => {
  it('collects the whole heap less often while buffers come and go', () => {
    const before = collections('')
    const after = collections(`import { countBuffersAsMemory } from ${JSON.stringify(MODULE)}; countBuffersAsMemory()`)
    expect(before).to.be.above(0)
    expect(after).to.be.below(before / 2)
  })
})
