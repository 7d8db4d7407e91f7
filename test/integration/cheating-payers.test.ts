import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { channelIdOf } from '../../src/channel/channel-id.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { bigintToBytes } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { type FileHash, type PeerIdText, parseAddress } from '../../src/domain/ids.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import type { Voucher } from '../../src/domain/voucher.ts'
import { MAX_SIGNATURE_BYTES } from '../../src/in-band/limits.ts'
import { type Clock, systemClock } from '../../src/system/clock.ts'
import { until } from '../network/nodes.ts'
import { get, type LiveNode, type Swarm, sha256Of, startSwarm } from '../support/live-swarm.ts'
import { type Conversation, type OwnChannel, type PayerByHand, startPayerByHand } from '../support/payer-by-hand.ts'

const FILE_CHUNKS = 40
const PRICE_PER_MIB = wei(10n ** 15n)
const PRICE = chunkPrice(PRICE_PER_MIB, CHUNK_SIZE_BYTES)
const DEPOSIT = wei(PRICE * 40n)
/** secp256k1's order: the twin of (r, s) is (r, n − s). */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const chunks = (count: number): Wei => wei(PRICE * BigInt(count))

describe('integration: payers that cheat an honest seeder', function () {
  this.timeout(180_000)
  let swarm: Swarm
  let seeder: LiveNode
  let leecher: LiveNode
  let payer: PayerByHand
  let victim: PayerByHand
  let fileHash: FileHash
  let sha256: string
  let ahead = 0

  before(async () => {
    swarm = await startSwarm()
    /** The system's, moved on by what a test says: minutes pass without waiting. */
    const clock: Clock = { ...systemClock, now: () => systemClock.now() + ahead }
    seeder = await swarm.start('seeder', { system: { clock } })
    leecher = await swarm.start('leecher')
    payer = await startPayerByHand(swarm.config('payer'))
    swarm.defer(() => payer.stop())
    victim = await startPayerByHand(swarm.config('victim'))
    swarm.defer(() => victim.stop())
    const { path } = await swarm.file('file', FILE_CHUNKS * CHUNK_SIZE_BYTES)
    ;({ fileHash, sha256 } = await seeder.node.share({ path, pricePerMiB: PRICE_PER_MIB }))
  })
  after(() => swarm.stop())

  /** What the seeder has on disk about a payer and the chunks it was sent. */
  function books({ chain }: PayerByHand): unknown {
    const database = new DatabaseSync(join(seeder.config.dataDirectory, 'node.db'), { readOnly: true })
    const address = chain.signer.address
    try {
      const pair = database
        .prepare("SELECT state FROM channel_pairs WHERE role = 'payee' AND counterparty = ?")
        .get(address)
      const deliveries = database
        .prepare('SELECT chunk_index, price, resends FROM channel_deliveries WHERE payer = ?')
        .all(address)
      // when the last connection ended is no matter of money
      const { endedAt: _, ...books } = JSON.parse(String(pair?.['state'] ?? '{}'))
      return { books, deliveries }
    } finally {
      database.close()
    }
  }

  async function rejection(promise: Promise<unknown>): Promise<string> {
    return promise.then(
      () => 'accepted',
      (error: Error) => error.message,
    )
  }

  /** A fresh channel and a stream on which one chunk was bought. */
  async function buyOne(by: PayerByHand): Promise<{ channel: OwnChannel; stream: Conversation; quoteId: number }> {
    const channel = await by.open(seeder, DEPOSIT)
    const stream = await by.connect(seeder, channel)
    const quoteId = await stream.quote(fileHash)
    const voucher = by.voucher(channel, PRICE)
    expect(await stream.want({ fileHash, chunkIndex: 0, quoteId, voucher })).to.equal('block')
    return { channel, stream, quoteId }
  }

  describe('HELLO', () => {
    afterEach(() => payer.hangUp(seeder))

    const cases: Record<string, () => Promise<unknown>> = {
      'signed for another nonce: replayed from another stream': async () => {
        const channel = await payer.open(seeder, DEPOSIT)
        const first = await payer.dial(seeder)
        const second = await payer.dial(seeder)
        const payeePeerId = seeder.status.peerId as PeerIdText
        second.send({
          type: 'payer-hello',
          proof: payer.prove(channel, { payeePeerId, nonce: first.hello.nonce }),
        })
        return second.next('hello-ack')
      },
      'about another wallet’s channel': async () => {
        const channel = await victim.open(seeder, DEPOSIT)
        return payer.connect(seeder, channel)
      },
      'the victim’s, sent by another peer': async () => {
        const channel = await victim.open(seeder, DEPOSIT)
        const stream = await payer.dial(seeder)
        const payeePeerId = seeder.status.peerId as PeerIdText
        const { nonce } = stream.hello
        stream.send({ type: 'payer-hello', proof: victim.prove(channel, { payeePeerId, nonce }) })
        return stream.next('hello-ack')
      },
      'signed for another seeder': async () => {
        const channel = await payer.open(seeder, DEPOSIT)
        const stream = await payer.dial(seeder)
        const payeePeerId = leecher.status.peerId as PeerIdText
        stream.send({
          type: 'payer-hello',
          proof: payer.prove(channel, { payeePeerId, nonce: stream.hello.nonce }),
        })
        return stream.next('hello-ack')
      },
    }
    for (const [name, attempt] of Object.entries(cases))
      it(`is refused when it is ${name}`, async () => {
        const before = [books(payer), books(victim)]
        expect(await rejection(attempt())).to.equal('HELLO_INVALID')
        expect([books(payer), books(victim)]).to.deep.equal(before)
      })

    it('is refused for a channel that is not on the chain', async () => {
      const key = { payer: payer.chain.signer.address, payee: seeder.status.address, salt: 999n }
      const before = books(payer)
      const unknown = { key, channelId: channelIdOf(key), deposit: DEPOSIT }
      expect(await rejection(payer.connect(seeder, unknown))).to.equal('CHANNEL_UNKNOWN')
      expect(books(payer)).to.deep.equal(before)
    })

    it('serves nothing that has a price without one', async () => {
      const stream = await payer.dial(seeder)
      stream.send({ type: 'payer-hello' })
      await stream.next('hello-ack')
      const quoteId = await stream.quote(fileHash)
      expect(await stream.want({ fileHash, chunkIndex: 0, quoteId })).to.equal('HELLO_REQUIRED')
      await stream.close()
    })
  })

  describe('a voucher', () => {
    let bought: Awaited<ReturnType<typeof buyOne>>
    /** Redeemed on chain, so everybody can read it there. */
    let published: Voucher
    let victimChannel: OwnChannel

    before(async () => {
      bought = await buyOne(payer)
      const victims = await buyOne(victim)
      victimChannel = victims.channel
      published = victim.voucher(victimChannel, PRICE)
      const item = {
        payer: victim.chain.signer.address,
        salt: victimChannel.key.salt,
        cumulativeAmount: PRICE,
        signature: published.signature,
      }
      const { contract } = victim.chain
      await (await contract.redeem({ payee: seeder.status.address, item, key: 'published' })).wait(0)
      await victims.stream.close()
      // The seeder sees in its own time what the chain has paid it.
      await until(() => JSON.stringify(books(victim)).includes(`"settled":"${PRICE}"`))
    })

    const otherDomain = (chainId: number, contract: string) => signingDomain(chainId, parseAddress(contract))
    const next = chunks(2)
    const forgeries: Record<string, { make: () => Voucher; code: string }> = {
      'for another chain id': {
        make: () => payer.voucher(bought.channel, next, otherDomain(98_765, payer.domain.contract)),
        code: 'VOUCHER_INVALID',
      },
      'for another contract': {
        make: () => payer.voucher(bought.channel, next, otherDomain(payer.domain.chainId, `0x${'11'.repeat(20)}`)),
        code: 'VOUCHER_INVALID',
      },
      'signed by somebody else': {
        make: () => victim.voucher(bought.channel, next),
        code: 'VOUCHER_INVALID',
      },
      'whose amount was changed afterwards': {
        make: () => ({ ...payer.voucher(bought.channel, next), cumulativeAmount: chunks(3) }),
        code: 'VOUCHER_INVALID',
      },
      'with the malleable twin of its signature (high s)': {
        make: () => {
          const voucher = payer.voucher(bought.channel, next)
          return { ...voucher, signature: malleated(voucher.signature) }
        },
        code: 'VOUCHER_INVALID',
      },
      'cut short': {
        make: () => {
          const voucher = payer.voucher(bought.channel, next)
          return { ...voucher, signature: voucher.signature.subarray(0, 63) }
        },
        code: 'VOUCHER_INVALID',
      },
      'above the deposit': {
        make: () => payer.voucher(bought.channel, wei(DEPOSIT + 1n)),
        code: 'VOUCHER_OVER_DEPOSIT',
      },
      'for another channel of the same payer': {
        make: () => payer.voucher(victimChannel, next),
        code: 'VOUCHER_WRONG_CHANNEL',
      },
      'of somebody else, read from the chain': { make: () => published, code: 'VOUCHER_WRONG_CHANNEL' },
      'read from the chain, with the own channel’s id': {
        make: () => ({ ...published, channelId: bought.channel.channelId, cumulativeAmount: next }),
        code: 'VOUCHER_INVALID',
      },
    }
    for (const [name, { make, code }] of Object.entries(forgeries))
      it(`is refused ${name}`, async () => {
        const before = books(payer)
        const { stream, quoteId } = bought
        const blocks = stream.blocks
        expect(await stream.want({ fileHash, chunkIndex: 5, quoteId, voucher: make() })).to.equal(code)
        expect(await stream.pay(make())).to.equal(code)
        expect(stream.blocks).to.equal(blocks)
        expect(books(payer)).to.deep.equal(before)
      })

    it('below the best held changes nothing and covers nothing', async () => {
      const before = books(payer)
      const voucher = payer.voucher(bought.channel, wei(PRICE - 1n))
      const { stream, quoteId } = bought
      expect(await stream.want({ fileHash, chunkIndex: 5, quoteId, voucher })).to.equal('VOUCHER_TOO_LOW')
      expect(await stream.pay(voucher)).to.equal('pay-ack')
      expect(books(payer)).to.deep.equal(before)
    })

    it('of the victim opens nothing to a peer that is not the victim', async () => {
      const before = books(victim)
      const stream = await payer.dial(seeder)
      const claim = { payeePeerId: seeder.status.peerId as PeerIdText, nonce: stream.hello.nonce }
      // the attacker can sign with its own key only
      stream.send({ type: 'payer-hello', proof: payer.prove(victimChannel, claim) })
      expect(await rejection(stream.next('hello-ack'))).to.equal('HELLO_INVALID')
      expect(books(victim)).to.deep.equal(before)
    })

    after(() => payer.hangUp(seeder))

    it('with a signature longer than any ends the stream', async () => {
      const before = books(payer)
      const voucher = payer.voucher(bought.channel, next)
      const signature = new Uint8Array(MAX_SIGNATURE_BYTES + 1)
      expect(await bought.stream.pay({ ...voucher, signature })).to.equal('MALFORMED')
      expect(books(payer)).to.deep.equal(before)
    })
  })

  describe('service', () => {
    it('sends the same chunk again three times and no more', async () => {
      const repeater = await startPayerByHand(swarm.config('repeater'))
      swarm.defer(() => repeater.stop())
      const { stream, quoteId } = await buyOne(repeater)
      for (let i = 0; i < 3; i++) expect(await stream.want({ fileHash, chunkIndex: 0, quoteId })).to.equal('block')
      const before = books(repeater)
      expect(await stream.want({ fileHash, chunkIndex: 0, quoteId })).to.equal('RESEND_LIMIT')
      expect(books(repeater)).to.deep.equal(before)
      await stream.close()
    })

    it('begins when the deposit is confirmed, and ends when a close is requested, confirmed or not', async () => {
      const careful = await swarm.start('careful', { payments: { confirmations: 2 } })
      const { path } = await swarm.file('careful-file', 3 * CHUNK_SIZE_BYTES)
      const share = await careful.node.share({ path, pricePerMiB: PRICE_PER_MIB })
      const channel = await victim.open(careful, DEPOSIT)
      expect(await rejection(victim.connect(careful, channel))).to.equal('CHANNEL_UNKNOWN')
      const { client, contract } = victim.chain
      await client.request('anvil_mine', ['0x2'])

      const stream = await victim.connect(careful, channel)
      const quoteId = await stream.quote(share.fileHash)
      const buy = (count: number): Promise<string> => {
        const voucher = victim.voucher(channel, chunks(count))
        return stream.want({ fileHash: share.fileHash, chunkIndex: count - 1, quoteId, voucher })
      }
      expect(await buy(1)).to.equal('block')
      const { payee, salt } = channel.key
      await (await contract.requestClose({ payee, salt, key: 'close' })).wait(0)
      await untilClosing(careful, channel)
      expect(await buy(2)).to.equal('CHANNEL_CLOSING')
      expect(stream.blocks).to.equal(1)
      await stream.close()
    })

    it('gives a free rider no more than an eighth of what it paid, and nothing after it left', async () => {
      const rider = await startPayerByHand(swarm.config('rider'))
      swarm.defer(() => rider.stop())
      const channel = await rider.open(seeder, DEPOSIT)
      const stream = await rider.connect(seeder, channel)
      const quoteId = await stream.quote(fileHash)
      for (let i = 0; i < 16; i++) {
        const voucher = rider.voucher(channel, chunks(i + 1))
        expect(await stream.want({ fileHash, chunkIndex: i, quoteId, voucher })).to.equal('block')
      }
      let free = 0
      while ((await stream.want({ fileHash, chunkIndex: 16 + free, quoteId })) === 'block') free++
      expect(free).to.equal(2)
      await stream.close()

      // SPEC 01 §5.3: "D > V sixty seconds after the last connection ended is a default: C = 0 until V ≥ D."
      await untilEnded(rider)
      ahead += 61_000
      const back = await rider.connect(seeder, channel)
      const fresh = await back.quote(fileHash)
      const halfPaid = rider.voucher(channel, chunks(17))
      expect(await back.pay(halfPaid)).to.equal('pay-ack')
      expect(await back.want({ fileHash, chunkIndex: 25, quoteId: fresh })).to.equal('VOUCHER_TOO_LOW')
      expect(await back.pay(rider.voucher(channel, chunks(18)))).to.equal('pay-ack')
      expect(await back.want({ fileHash, chunkIndex: 25, quoteId: fresh })).to.equal('block')
      await back.close()
    })

    it('still serves an honest leecher, to the wei', async () => {
      const before = await swarm.received(seeder.status.address)
      const out = swarm.path('out')
      const download = await get(leecher.node, { reference: fileHash, out })
      expect(download.phase).to.equal('done')
      expect(await sha256Of(out)).to.equal(sha256)
      const [source] = download.sources
      expect(source?.verified).to.equal(chunks(FILE_CHUNKS))
      expect((await swarm.received(seeder.status.address)) - before).to.equal(chunks(FILE_CHUNKS))
    })
  })

  /** Resolves when the seeder's books show that the channel is being closed. */
  async function untilClosing({ node }: LiveNode, { channelId }: OwnChannel): Promise<void> {
    while (node.channels().find((channel) => channel.channelId === channelId)?.phase !== 'closing')
      await new Promise((resolve) => setImmediate(resolve))
  }

  /** Resolves when the seeder has written down that the payer's last connection ended. */
  async function untilEnded({ chain }: PayerByHand): Promise<void> {
    const database = new DatabaseSync(join(seeder.config.dataDirectory, 'node.db'), { readOnly: true })
    const state = database.prepare("SELECT state FROM channel_pairs WHERE role = 'payee' AND counterparty = ?")
    while (!String(state.get(chain.signer.address)?.['state']).includes('endedAt'))
      await new Promise((resolve) => setImmediate(resolve))
    database.close()
  }
})

/** (r, n − s) with the other parity: signs the same for who does not refuse a high s. */
function malleated(signature: Uint8Array): Uint8Array {
  const twin = Uint8Array.from(signature)
  const parity = (twin[32] ?? 0) & 0x80
  twin[32] = (twin[32] ?? 0) & 0x7f
  const s = BigInt(`0x${Buffer.from(twin.subarray(32)).toString('hex')}`)
  twin.set(bigintToBytes(ORDER - s, 32), 32)
  if (parity === 0) twin[32] = (twin[32] ?? 0) | 0x80
  return twin
}
