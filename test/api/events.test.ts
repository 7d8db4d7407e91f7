import { expect } from 'chai'
import fc from 'fast-check'
import { parseEventStream } from '../../src/api/event-stream.ts'
import { HEARTBEAT_MS } from '../../src/api/events.ts'
import type { ApiEvent } from '../../src/api/schema.ts'
import { parseCoins } from '../../src/domain/amount.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { FILE_HASH } from '../support/fake-node.ts'
import { startTestApi, type TestApi, TOKEN } from './support.ts'

describe('api/events', () => {
  let api: TestApi
  let clock: FakeClock
  beforeEach(async () => {
    clock = new FakeClock()
    api = await startTestApi(clock)
  })
  afterEach(() => api.server.stop())

  it('begins with the current state and goes on with what happens', async () => {
    await api.client.share({ path: '/files/a', pricePerMiB: parseCoins('0.001') })
    api.node.script = []
    await api.client.download({ reference: FILE_HASH, out: '/tmp/x' })
    const seen: ApiEvent[] = []
    const end = new AbortController()
    const replayed = Promise.withResolvers<void>()
    const reading = (async () => {
      for await (const event of api.client.events({ signal: end.signal, onReplayed: replayed.resolve })) {
        seen.push(event)
        if (event.kind === 'notice') end.abort()
      }
    })()
    await replayed.promise
    expect(seen.map(({ kind }) => kind)).to.deep.equal(['share', 'download'])
    api.node.emit({ kind: 'hashing', path: '/a', hashedBytes: 1, sizeBytes: 2 })
    api.node.emit({ kind: 'notice', level: 'warn', message: 'line one\nline two' })
    await reading
    expect(seen.slice(2)).to.deep.equal([
      { kind: 'hashing', path: '/a', hashedBytes: 1, sizeBytes: 2 },
      { kind: 'notice', level: 'warn', message: 'line one\nline two' },
    ])
  })

  it('forgets a client that went away', async () => {
    const end = new AbortController()
    const replayed = Promise.withResolvers<void>()
    const reading = (async () => {
      for await (const _ of api.client.events({ signal: end.signal, onReplayed: replayed.resolve }));
    })()
    await replayed.promise
    expect([api.server.openStreams, api.node.listeners.size]).to.deep.equal([1, 1])
    end.abort()
    await reading
    while (api.server.openStreams > 0) await new Promise((resolve) => setImmediate(resolve))
    expect(api.node.listeners.size).to.equal(0)
  })

  it('sends a heartbeat while nothing happens', async () => {
    const response = await fetch(`${api.server.url}/v1/events`, { headers: { authorization: `Bearer ${TOKEN}` } })
    const comments: string[] = []
    expect(response.headers.get('content-type')).to.match(/^text\/event-stream/)
    for await (const event of parseEventStream(response.body ?? new ReadableStream())) {
      if ('comment' in event) comments.push(event.comment)
      if (comments.length === 3) break
      await clock.advance(HEARTBEAT_MS)
    }
    expect(comments).to.deep.equal(['replayed', 'heartbeat', 'heartbeat'])
  })

  it('parses the same events however the bytes are cut', async () => {
    const stream = Buffer.from('retry: 1\n\n: note\nevent: x\ndata: é1\ndata:two\r\n\r\nid: 3\n\ndata: last\n\n')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(stream.length), { maxLength: 8 }), async (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), stream.length]
        const pieces = edges.slice(1).map((edge, index) => stream.subarray(edges[index], edge))
        const events = []
        for await (const event of parseEventStream(asStream(pieces))) events.push(event)
        expect(events).to.deep.equal([{ comment: 'note' }, { data: 'é1\ntwo' }, { data: 'last' }])
      }),
    )
  })
})

async function* asStream(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}
