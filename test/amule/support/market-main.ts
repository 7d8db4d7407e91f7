/**
 * A chain, a seller and a buyer in a process of their own: it runs in the name space it is started in. The seller sells a file slowly; the buyer gets
 * it from the seller and from whom Kad knows. Prints one line of JSON of what came of it.
 */
import { wei } from '../../../src/domain/amount.ts'
import { get, sha256Of, startSwarm } from '../../support/live-swarm.ts'

const PRICE = wei(10n ** 15n)
/** 25 MB take three quarters of a minute: time enough for a place in the queue of an aMule. */
const BYTES_PER_SECOND = 2 ** 19

const [path = '', address = '', port = ''] = process.argv.slice(2)
const market = await startSwarm()
try {
  const seller = await market.start('seller', { uploads: { maxRate: BYTES_PER_SECOND } })
  const share = await seller.node.share({ path, pricePerMiB: PRICE })
  const buyer = await market.start('buyer', {
    network: { scope: 'lan' },
    ed2k: { kadBootstrap: { kind: 'node', address, port: Number(port) } },
  })
  const out = market.path('out')
  const { phase, error, spent, sources } = await get(buyer.node, { reference: share.fileHash, out, freeSources: true })
  const told = {
    phase,
    error,
    spent,
    sources: sources.map(({ peerId, chunks, verified, paid }) => ({ peerId, chunks, verified, paid })),
    seller: { peerId: seller.status.peerId, received: await market.received(seller.status.address) },
    isSame: phase === 'done' && (await sha256Of(out)) === share.sha256,
  }
  const asText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)
  process.stdout.write(`${JSON.stringify(told, asText)}\n`)
} finally {
  await market.stop()
}
