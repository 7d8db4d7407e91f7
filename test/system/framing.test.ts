import { expect } from 'chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { codeOf } from '../../src/domain/errors.ts'
import { readFrames } from '../../src/system/framing.ts'

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('system/framing', () => {
  async function* pieces(...all: Uint8Array[]): AsyncGenerator<Uint8Array> {
    yield* all
  }
  async function collect(source: AsyncIterable<Uint8Array>, limit: number): Promise<number[][]> {
    const frames: number[][] = []
    for await (const frame of readFrames(source, limit)) frames.push([...frame.slice()])
    return frames
  }

  it('splits frames however they arrive', async () => {
    expect(await collect(pieces(Uint8Array.of(2, 1, 2, 1), Uint8Array.of(9)), 10)).to.deep.equal([[1, 2], [9]])
  })

  it('refuses what is too long, cut short, or in too many pieces', async () => {
    const single = Array.from({ length: 5_000 }, () => Uint8Array.of(1))
    for (const source of [
      pieces(Uint8Array.of(0x91, 0x4e)), // 10,001
      pieces(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)),
      pieces(Uint8Array.of(5, 1)),
      pieces(Uint8Array.of(0x90, 0x4e), ...single), // 10,000 in single bytes
    ])
      expect(codeOf(await rejection(collect(source, 10_000)))).to.equal('DECODE_FAILED')
  })

  it('passes the errors of its source', async () => {
    async function* broken(): AsyncGenerator<Uint8ArrayList> {
      yield new Uint8ArrayList(Uint8Array.of(1))
      throw Object.assign(new Error('reset'), { code: 'STREAM_RESET' })
    }
    const work = (async () => {
      for await (const _ of readFrames(broken(), 10));
    })()
    expect(codeOf(await rejection(work))).to.equal('STREAM_RESET')
  })
})
