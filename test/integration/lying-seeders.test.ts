import { randomFillSync } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { decodeMessage } from '../../src/bitswap/codec.ts'
import type { Message } from '../../src/bitswap/message.ts'
import { MAX_PAYEE_FRAME_BYTES } from '../../src/bitswap/protocol.ts'
import { type ChainClient, connectChain } from '../../src/chain/client.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import type { PayeeAccount } from '../../src/in-band/payments.ts'
import { FIRST_BAN_MS } from '../../src/node/ban-list.ts'
import type { SourceView } from '../../src/node/source-view.ts'
import type { DownloadView } from '../../src/node/types.ts'
import { systemClock } from '../../src/system/clock.ts'
import type { DuplexStream } from '../../src/system/duplex-stream.ts'
import { readFrames } from '../../src/system/framing.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { chunkOf, corrupted, type EvilSeeder, type Lies, startEvilSeeder } from '../support/evil-seeder.ts'
import { get, type LiveNode, type Swarm, sha256Of, startSwarm } from '../support/live-swarm.ts'

const FILE_CHUNKS = 40
const PRICE_PER_MIB = wei(10n ** 15n)
/** Cheaper, so that its channel is opened first and it is asked before the honest ones can have delivered everything. */
const LIAR_PRICE_PER_MIB = wei(PRICE_PER_MIB - 4n)
const CHUNK_PRICE = chunkPrice(PRICE_PER_MIB, CHUNK_SIZE_BYTES)
const LIAR_CHUNK_PRICE = chunkPrice(LIAR_PRICE_PER_MIB, CHUNK_SIZE_BYTES)

interface Outcome {
  readonly download: DownloadView
  readonly liar: EvilSeeder
  /** What the leecher says of the liar. */
  readonly source: SourceView | undefined
  readonly bannedUntil: number
  /** What the contract paid the liar after it redeemed all it holds. */
  readonly received: Wei
}

const NEVER = new Promise<never>(() => {})

describe('integration: seeders that lie, beside two honest ones', function () {
  this.timeout(180_000)
  let swarm: Swarm
  let honest: LiveNode[]
  let leecher: LiveNode
  let count = 0

  before(async () => {
    swarm = await startSwarm()
    honest = [await swarm.start('honest-1')]
    honest.push(...(await Promise.all([swarm.start('honest-2')])))
    leecher = await swarm.start('leecher', { downloads: { prefer: 'cheapest' } })
  })
  after(() => swarm.stop())

  /** One download of a new file from the honest two and the liar, and what everybody has got by it. */
  async function downloadBeside(lies: Lies): Promise<Outcome> {
    const name = `file-${++count}`
    const file = await swarm.file(name, FILE_CHUNKS * CHUNK_SIZE_BYTES)
    const before = await Promise.all(honest.map(({ status }) => swarm.received(status.address)))
    const [liar, share] = await Promise.all([
      startEvilSeeder({ config: swarm.config(`liar-${count}`), file, pricePerMiB: LIAR_PRICE_PER_MIB, lies }),
      ...honest.map(({ node }) => node.share({ path: file.path, pricePerMiB: PRICE_PER_MIB })),
    ])
    swarm.defer(() => liar.stop())
    const out = swarm.path(`out-${count}`)
    const download = await get(leecher.node, { reference: liar.fileHash, out })
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(await sha256Of(out)).to.equal(share?.sha256)

    for (const [index, { status }] of honest.entries()) {
      const source = download.sources.find(({ payee }) => payee === status.address)
      const received = (await swarm.received(status.address)) - (before[index] ?? 0n)
      expect(received, `honest-${index + 1}`).to.equal(BigInt(source?.chunks ?? 0) * CHUNK_PRICE)
      expect(source?.verified, `honest-${index + 1}`).to.equal(received)
      expect(source?.paid, `honest-${index + 1}`).to.equal(received)
    }
    expect(download.sources.reduce((sum, { chunks }) => sum + chunks, 0)).to.equal(FILE_CHUNKS)
    await liar.redeemAll()
    const source = download.sources.find(({ payee }) => payee === liar.address)
    return {
      download,
      liar,
      source,
      bannedUntil: bannedUntil(leecher, liar.peerId),
      received: await swarm.received(liar.address),
    }
  }

  /** What the bounds allow a liar that delivered some chunks: those, and one more that was paid ahead. */
  function expectPaidOneChunkAtMost({ source, received }: Outcome): void {
    const verified = BigInt(source?.chunks ?? 0) * LIAR_CHUNK_PRICE
    expect(source?.verified ?? 0n).to.equal(verified)
    expect((source?.paid ?? 0n) - verified <= LIAR_CHUNK_PRICE, `paid ${source?.paid}`).to.equal(true)
    expect(received <= verified + LIAR_CHUNK_PRICE, `received ${received}`).to.equal(true)
  }

  /** Nothing more than what verified, whatever had been paid ahead: the seeder agreed to that end. */
  function expectPaidExactly({ source, received }: Outcome): void {
    expect(received).to.equal(BigInt(source?.chunks ?? 0) * LIAR_CHUNK_PRICE)
    expect(source?.verified).to.equal(received)
    expect(source?.paid).to.equal(received)
  }

  function expectBanned(outcome: Outcome): void {
    expect(outcome.source?.phase).to.equal('banned')
    expect(outcome.source?.error?.code).to.equal('CHUNK_WRONG')
    // One offence is one ban, however many wrong chunks were under way.
    expect(outcome.bannedUntil - Date.now()).to.be.within(FIRST_BAN_MS - 60_000, FIRST_BAN_MS)
  }

  function expectNotBanned(outcome: Outcome): void {
    expect(outcome.bannedUntil).to.equal(0)
  }

  it('bans one that sends a wrong chunk of the right length', async () => {
    const outcome = await downloadBeside({
      read: async (content, chunkIndex, served) =>
        served < 2 ? chunkOf(content, chunkIndex) : corrupted(content, chunkIndex),
    })
    expect(outcome.source?.chunks).to.equal(2)
    expectPaidOneChunkAtMost(outcome)
    expectBanned(outcome)
  })

  it('bans one that sends nothing but wrong chunks, again after a restart', async () => {
    const outcome = await downloadBeside({ read: async (content, chunkIndex) => corrupted(content, chunkIndex) })
    expect(outcome.source?.chunks).to.equal(0)
    expect(outcome.received <= LIAR_CHUNK_PRICE).to.equal(true)
    expectBanned(outcome)

    await leecher.stop()
    leecher = await swarm.start('leecher', { downloads: { prefer: 'cheapest' } })
    const { seeders } = await leecher.node.find(outcome.liar.fileHash)
    expect(seeders.map(({ payee }) => payee)).to.have.members(honest.map(({ status }) => status.address))
    const again = await get(leecher.node, { reference: outcome.liar.fileHash, out: swarm.path('again') })
    expect(again.phase).to.equal('done')
    expect(again.sources.map(({ peerId }) => peerId)).to.not.include(outcome.liar.peerId)
  })

  it('bans one that sends a chunk of another length', async () => {
    const outcome = await downloadBeside({
      read: async (content, chunkIndex, served) => chunkOf(content, chunkIndex).subarray(served < 2 ? 0 : 1),
    })
    expectPaidOneChunkAtMost(outcome)
    expectBanned(outcome)
  })

  it('bans one that replays an earlier chunk for another', async () => {
    let first: Uint8Array | undefined
    const outcome = await downloadBeside({
      read: async (content, chunkIndex) => {
        first ??= chunkOf(content, chunkIndex)
        return first
      },
    })
    expect(outcome.source?.chunks).to.equal(1)
    expectPaidOneChunkAtMost(outcome)
    expectBanned(outcome)
  })

  it('bans one that announces a frame above the limit', async () => {
    const outcome = await downloadBeside({
      stream: (stream) => sendingInstead(stream, 100_000, Uint8Array.of(0xff, 0xff, 0xff, 0x7f, 0)),
    })
    expectPaidOneChunkAtMost(outcome)
    expectBanned(outcome)
  })

  it('bans one that sends random bytes after the handshake', async () => {
    const outcome = await downloadBeside({
      // 64 KiB that begin with the length of a small frame
      stream: (stream) =>
        sendingInstead(stream, 100_000, Buffer.concat([Uint8Array.of(20), randomFillSync(Buffer.alloc(65_536))])),
    })
    expectPaidOneChunkAtMost(outcome)
    expectBanned(outcome)
  })

  it('bans one that sends random bytes instead of a handshake, and pays it nothing', async () => {
    const outcome = await downloadBeside({
      handler: () => async (stream) => {
        await stream.send(Buffer.concat([Uint8Array.of(20), randomFillSync(Buffer.alloc(65_536))]))
        for await (const _ of stream.source) void _
      },
    })
    expect(outcome.received).to.equal(0n)
    expectBanned(outcome)
  })

  it('goes round one that stalls for ever', async () => {
    const outcome = await downloadBeside({
      read: async (content, chunkIndex, served) => (served < 2 ? chunkOf(content, chunkIndex) : NEVER),
    })
    expect(outcome.source?.chunks).to.equal(2)
    expectPaidExactly(outcome)
    expectNotBanned(outcome)
  })

  it('pays to the wei one that lost a hedge: it sends, too late, what was paid ahead and came from another', async () => {
    const cancelled = Promise.withResolvers<void>()
    let blocks = 0
    const outcome = await downloadBeside({
      stream: (stream) => ({
        source: watched(stream.source, (message) => {
          if (message.type === 'cancel') cancelled.resolve()
        }),
        async send(data) {
          // It has begun to leave, so it stays in D.
          if (data.byteLength > CHUNK_SIZE_BYTES / 2 && ++blocks > 2) await cancelled.promise
          return stream.send(data)
        },
        close: () => stream.close(),
        abort: (reason) => stream.abort(reason),
      }),
    })
    expect(blocks).to.be.greaterThan(2)
    expectPaidExactly(outcome)
    expectNotBanned(outcome)
  })

  it('goes round one that vanishes', async () => {
    const outcome = await downloadBeside({
      read: async (content, chunkIndex, served, { vanish }) => {
        if (served < 2) return chunkOf(content, chunkIndex)
        void vanish()
        return NEVER
      },
    })
    // the second chunk may have been cut off on its way
    expect(outcome.source?.chunks).to.be.within(1, 2)
    expectPaidOneChunkAtMost(outcome)
    expectNotBanned(outcome)
  })

  const DELIVERS_NOTHING: Lies = {
    read: async () => {
      throw new ChiralError('CHUNK_NOT_HELD', 'gone')
    },
  }

  it('gets its prepayment back from one that cannot deliver', async () => {
    const outcome = await downloadBeside(DELIVERS_NOTHING)
    expect(outcome.source?.chunks).to.equal(0)
    expectPaidExactly(outcome)
  })

  it('loses one prepayment to one that takes it, delivers nothing and agrees to no other end', async () => {
    const outcome = await downloadBeside({
      ...DELIVERS_NOTHING,
      payments: withAccount((account) => ({ close: () => account.close() })),
    })
    expect(outcome.source?.chunks).to.equal(0)
    expect(outcome.received).to.equal(LIAR_CHUNK_PRICE)
    expectPaidOneChunkAtMost(outcome)
  })

  it('pays no more than was offered to one that raises its price when asked for a quote', async () => {
    const outcome = await downloadBeside({
      quotes: (honestQuotes) => ({
        ...honestQuotes,
        quote: (fileHash) => {
          const quote = honestQuotes.quote(fileHash)
          return quote && { ...quote, pricePerMiB: wei(quote.pricePerMiB * 1_000n) }
        },
        priceOf: (...args) => {
          const price = honestQuotes.priceOf(...args)
          return price && wei(price * 1_000n)
        },
      }),
    })
    expect(outcome.received <= LIAR_CHUNK_PRICE, `received ${outcome.received}`).to.equal(true)
  })

  it('pays no more than was quoted to one that wants more afterwards', async () => {
    const outcome = await downloadBeside({
      quotes: (honestQuotes) => ({
        ...honestQuotes,
        priceOf: (...args) => {
          const price = honestQuotes.priceOf(...args)
          return price && wei(price * 2n)
        },
      }),
    })
    expectPaidOneChunkAtMost(outcome)
  })

  it('gets its deposit back from one that will not close', async () => {
    const outcome = await downloadBeside({
      payments: withAccount(() => ({ close: () => Promise.reject(new Error('no')) })),
    })
    expect(outcome.source?.paid).to.equal(outcome.received)
    expectPaidOneChunkAtMost(outcome)

    const channel = leecher.node.channels().find(({ peer }) => peer === outcome.liar.address)
    if (channel === undefined) throw new Error('the channel is still open')
    await leecher.node.closeChannel(channel.channelId)
    const client = await connectChain({ rpcUrl: swarm.chain.rpcUrl, clock: systemClock, log: silentLogger })
    swarm.defer(async () => client.close())
    const before = await leecher.node.balance()
    // Both clocks of the dispute window run out; the node withdraws by itself at the next block.
    await client.request('evm_increaseTime', [3_700])
    await client.request('anvil_mine', ['0x100'])
    while ((await leecher.node.balance()) <= before) await untilHead(client)
    expect((await leecher.node.balance()) - before <= channel.deposit - outcome.received).to.equal(true)
  })

  it('is up and buys from the honest after all of that', async () => {
    const file = await swarm.file('last', 3 * CHUNK_SIZE_BYTES)
    const [share] = await Promise.all(
      honest.map(({ node }) => node.share({ path: file.path, pricePerMiB: PRICE_PER_MIB })),
    )
    const out = swarm.path('last-out')
    const download = await get(leecher.node, { reference: share?.fileHash ?? '', out })
    expect(download.phase).to.equal('done')
    expect(await sha256Of(out)).to.equal(share?.sha256)
  })
})

/** Replaces some of what the seeder's side of a pair does. */
function withAccount(lie: (honest: PayeeAccount) => Partial<PayeeAccount>): NonNullable<Lies['payments']> {
  return (honestPayments) => ({
    authenticate: async (...args) => {
      const account = await honestPayments.authenticate(...args)
      const lies = lie(account)
      return new Proxy(account, {
        get: (target, name) => {
          const value: unknown = Reflect.get(name in lies ? lies : target, name)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
    },
  })
}

/** Shows each message of the payer after it was passed on. Its frames are small: none is cut in two. */
async function* watched(source: DuplexStream['source'], onMessage: (message: Message) => void): DuplexStream['source'] {
  for await (const piece of source) {
    yield piece
    const alone = (async function* () {
      yield piece
    })()
    for await (const frame of readFrames(alone, MAX_PAYEE_FRAME_BYTES)) onMessage(decodeMessage(frame))
  }
}

function untilHead(client: ChainClient): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = client.onHead(() => {
      unsubscribe()
      resolve()
    })
  })
}

/** After so many bytes, something else is sent. */
function sendingInstead(stream: DuplexStream, afterBytes: number, other: Uint8Array): DuplexStream {
  let sent = 0
  return {
    source: stream.source,
    close: () => stream.close(),
    abort: (reason) => stream.abort(reason),
    send(data) {
      sent += data.byteLength
      return stream.send(sent > afterBytes ? other : data)
    },
  }
}

/** The end of a ban as it is remembered on disk; 0 without one. */
function bannedUntil({ config }: LiveNode, subject: string): number {
  const database = new DatabaseSync(join(config.dataDirectory, 'node.db'), { readOnly: true })
  try {
    const row = database.prepare('SELECT until FROM bans WHERE subject = ?').get(subject)
    return Number(row?.['until'] ?? 0)
  } finally {
    database.close()
  }
}
