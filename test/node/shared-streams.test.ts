import { expect } from 'chai'
import { type FileHash, parseAddress, parseFileHash } from '../../src/domain/ids.ts'
import type { ChunkClient } from '../../src/in-band/chunk-client.ts'
import type { ChunkRef } from '../../src/in-band/payments.ts'
import { SharedStreams } from '../../src/node/download/shared-streams.ts'
import type { LateChunk } from '../../src/node/download/source-host.ts'

const [ONE, TWO] = ['11', '22'].map((byte) => parseFileHash(byte.repeat(32))) as [FileHash, FileHash]

/** A stream that is only opened, used by name and closed. */
class FakeStream implements ChunkClient {
  readonly protocol = 'webrpc'
  readonly payee = parseAddress(`0x${'aa'.repeat(20)}`)
  readonly status = undefined
  readonly sessionId: string
  readonly had: ChunkRef[] = []
  readonly #end = Promise.withResolvers<Error>()
  closed = 0

  constructor(sessionId: string) {
    this.sessionId = sessionId
  }

  get ended(): Promise<Error> {
    return this.#end.promise
  }

  quote(): never {
    throw new Error('no quote')
  }

  bid(): never {
    throw new Error('no bid')
  }

  request(): never {
    throw new Error('no request')
  }

  withdraw(): boolean {
    return false
  }

  verified(): void {}

  alreadyHave(chunk: ChunkRef): void {
    this.had.push(chunk)
  }

  async disown(): Promise<boolean> {
    return false
  }

  async payAhead(): Promise<void> {}

  async settle(): Promise<void> {}

  async closeChannel(): Promise<string> {
    return ''
  }

  async close(): Promise<void> {
    this.closed++
    this.#end.resolve(new Error('closed'))
  }
}

describe('node/download/shared-streams', () => {
  let streams: SharedStreams
  let opened: { stream: FakeStream; resume: string | undefined; late: (late: LateChunk) => void }[]
  beforeEach(() => {
    streams = new SharedStreams()
    opened = []
  })

  const use = (fileHash: FileHash, late: LateChunk[] = []): Promise<ChunkClient> =>
    streams.use('seeder', {
      fileHash,
      onLateChunk: (chunk) => late.push(chunk),
      open: async ({ onLateChunk, resume }) => {
        const stream = new FakeStream(`session ${opened.length}`)
        opened.push({ stream, resume, late: onLateChunk })
        return stream
      },
    })
  const lateOf = (fileHash: FileHash): LateChunk => ({ chunk: { fileHash, chunkIndex: 0 }, bytes: new Uint8Array(1) })

  it('opens one stream for all files, which a file lets go of without closing it', async () => {
    const [first, second] = await Promise.all([use(ONE), use(TWO)])
    expect(opened.length).to.equal(1)
    await first.close()
    await second.close()
    expect(opened[0]?.stream.closed).to.equal(0)
    await streams.close()
    expect(opened[0]?.stream.closed).to.equal(1)
  })

  it('gives a late chunk to its file, and has one of a finished file written off', async () => {
    const [ofOne, ofTwo]: [LateChunk[], LateChunk[]] = [[], []]
    const [first] = await Promise.all([use(ONE, ofOne), use(TWO, ofTwo)])
    opened[0]?.late(lateOf(TWO))
    await first.close()
    opened[0]?.late(lateOf(ONE))
    await new Promise((resolve) => setImmediate(resolve))
    expect([ofOne.length, ofTwo.length]).to.deep.equal([0, 1])
    expect(opened[0]?.stream.had).to.deep.equal([{ fileHash: ONE, chunkIndex: 0 }])
  })

  it('opens another when one broke or was dropped, and goes on with its session', async () => {
    await use(ONE)
    await opened[0]?.stream.close()
    await new Promise((resolve) => setImmediate(resolve))
    await use(ONE)
    await streams.drop('seeder')
    expect(opened[1]?.stream.closed).to.equal(1)
    expect(await streams.current('seeder')).to.equal(undefined)
    await use(TWO)
    expect(opened.map(({ resume }) => resume)).to.deep.equal([undefined, 'session 0', 'session 1'])
  })
})
