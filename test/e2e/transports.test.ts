import { expect } from 'chai'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { IN_BAND_PROTOCOLS, type InBandProtocol } from '../../src/domain/in-band-protocol.ts'
import { fieldsOf } from '../support/json.ts'
import { Market, payoutsTo, type RunningSeller, sha256Of } from '../support/market.ts'

const TIMEOUT_MS = 180_000
const SIZE_BYTES = 5 * CHUNK_SIZE_BYTES + 7

/** Where the only seller can be reached. */
interface Case {
  readonly transport: string
  /** Nothing: only through a relay. */
  readonly listen: string
  readonly address: RegExp
}

const CASES: readonly Case[] = [
  { transport: 'tcp', listen: '/ip4/127.0.0.1/tcp/0', address: /\/tcp\/\d+\/p2p\/\w+$/ },
  { transport: 'ws', listen: '/ip4/127.0.0.1/tcp/0/ws', address: /\/tcp\/\d+\/ws\/p2p\/\w+$/ },
  { transport: 'webrtc-direct', listen: '/ip4/127.0.0.1/udp/0/webrtc-direct', address: /\/webrtc-direct\/certhash\// },
  { transport: 'webrtc', listen: '', address: /\/p2p-circuit\/webrtc\/p2p\/\w+$/ },
]

describe('transports', function () {
  this.timeout(TIMEOUT_MS)
  let market: Market
  let relay: string

  before(async () => {
    market = await Market.open()
    const daemon = market.processes.start(
      [
        ...['daemon', '--json', '--data-dir', market.path('relay'), '--rpc', market.rpcUrl],
        ...['--listen', '/ip4/127.0.0.1/tcp/0'],
      ],
      { env: { CHIRAL_SERVE_AS_RELAY: 'true' } },
    )
    const { addresses } = fieldsOf(await daemon.document())
    if (!Array.isArray(addresses)) throw new Error('the relay told no addresses')
    relay = String(addresses[0])
  })

  after(() => market?.close())

  /** What it spent, when the file came whole and by this protocol. */
  async function buy(name: string, from: RunningSeller, protocol: InBandProtocol, file: string): Promise<string> {
    const buyer = market.buyer(`${name} ${protocol} buyer`)
    const { code, stderr, stdout } = await buyer.get(from, { more: ['--protocol', protocol] }).finished
    expect(code, stderr).to.equal(0)
    expect(await sha256Of(buyer.out)).to.equal(await sha256Of(file))
    const { sources, spent } = fieldsOf(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
    expect(Array.isArray(sources) && sources.map((source) => fieldsOf(source)['protocol'])).to.deep.equal([protocol])
    return String(spent)
  }

  for (const { transport, listen, address } of CASES)
    it(`sells and settles a file over ${transport}, chunk by chunk and in a session`, async () => {
      const file = await market.file(`${transport}.bin`, SIZE_BYTES)
      const seller = await market.seller(`${transport} seller`, file, '0.001', listen)
      const from = await seller.start(listen === '' ? { env: { CHIRAL_RELAYS: relay } } : {})
      expect(from.bootstrap).to.match(address)
      const spent = await Promise.all(IN_BAND_PROTOCOLS.map((protocol) => buy(transport, from, protocol, file)))
      const events = await market.events()
      const payouts = events
        .filter((event) => event.kind === 'opened' && event.payee === from.address)
        .map((event) => (event.kind === 'opened' ? payoutsTo(events, event) : undefined))
      expect(payouts.map((payout) => payout?.paid.toString())).to.have.members(spent)
      expect(payouts.map((payout) => payout?.closed)).to.deep.equal([1, 1])
      await from.process.stop()
    })
})
