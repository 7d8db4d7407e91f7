import { expect } from 'chai'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { CHUNK_SIZE_BYTES } from '../../src/domain/chunk.ts'
import { IN_BAND_PROTOCOLS } from '../../src/domain/in-band-protocol.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import type { PayeePayments } from '../../src/in-band/payments.ts'
import type { HistoryEntry } from '../../src/node/types.ts'
import { startEvilSeeder } from '../support/evil-seeder.ts'
import { type LiveNode, type Swarm, sha256Of, startSwarm, untilDownload, untilEnded } from '../support/live-swarm.ts'

const PRICE_PER_MIB = wei(10n ** 15n)
const PRICE = chunkPrice(PRICE_PER_MIB, CHUNK_SIZE_BYTES)
const chunks = (count: number): Wei => wei(PRICE * BigInt(count))

describe('integration: payment by coin transfers', function () {
  this.timeout(180_000)
  let swarm: Swarm
  let seeder: LiveNode

  before(async () => {
    swarm = await startSwarm({ blockTimeSeconds: 1 })
    seeder = await swarm.start('seeder', { payments: { confirmations: 1 } })
  })
  after(() => swarm.stop())

  for (const protocol of IN_BAND_PROTOCOLS)
    it(`buys a file over ${protocol} without a channel, a transfer a chunk`, async () => {
      const leecher = await swarm.start(`leecher-${protocol}`)
      const { path } = await swarm.file(`file-${protocol}`, 3 * CHUNK_SIZE_BYTES)
      const share = await seeder.node.share({ path, pricePerMiB: PRICE_PER_MIB })
      const out = swarm.path(`${protocol}.out`)
      const { downloadId } = await leecher.node.download({
        reference: share.fileHash,
        out,
        closeChannels: true,
        payBy: 'transfer',
        protocol,
      })
      const download = await untilEnded(leecher.node, downloadId)
      expect(download.phase, JSON.stringify([download.error, download.sources.map(({ error }) => error)])).to.equal(
        'done',
      )
      expect(await sha256Of(out)).to.equal(share.sha256)
      expect(download.spent).to.equal(chunks(3))
      expect(leecher.node.channels()).to.deep.equal([])
    })

  it('loses one chunk to a seeder that takes a transfer and gives nothing, and goes elsewhere', async () => {
    const file = await swarm.file('taken', 2 * CHUNK_SIZE_BYTES)
    const liar = await startEvilSeeder({
      config: swarm.config('taker', { payments: { confirmations: 1 } }),
      file,
      pricePerMiB: wei(PRICE_PER_MIB / 2n),
      takesTransfers: true,
      lies: { payments: (honest) => servingNothing(honest) },
    })
    swarm.defer(() => liar.stop())
    const leecher = await swarm.start('taken-from')
    const request = {
      reference: liar.fileHash,
      out: swarm.path('taken.out'),
      payBy: 'transfer',
      maxTotal: chunks(100),
    } as const
    const { downloadId } = await leecher.node.download({ ...request, closeChannels: true })
    await untilDownload(leecher.node, downloadId, ({ spent }) => spent > 0n)
    const share = await seeder.node.share({ path: file.path, pricePerMiB: PRICE_PER_MIB })
    const download = await untilEnded(leecher.node, downloadId)
    expect(download.phase, JSON.stringify(download.error)).to.equal('done')
    expect(download.sha256).to.equal(share.sha256)
    expect(download.spent).to.equal(chunks(2) + PRICE / 2n)
    expect(await leecher.node.history()).to.satisfy((entries: readonly HistoryEntry[]) =>
      entries.every(({ kind }) => kind !== 'other'),
    )
  })
})

/** Counts what it is paid and never commits a chunk. */
function servingNothing(honest: PayeePayments): PayeePayments {
  return {
    async authenticate(proof, challenge) {
      const account = await honest.authenticate(proof, challenge)
      return {
        payer: account.payer,
        status: () => account.status(),
        commit: async () => ({ kind: 'rejected', code: 'VOUCHER_TOO_LOW', status: account.status() }),
        refusal: () => undefined,
        openCredit: () => account.status(),
        pay: (voucher) => account.pay(voucher),
        release: (chunk) => account.release(chunk),
        writeOff: (chunk) => account.writeOff(chunk),
        close: (agreement) => account.close(agreement),
        ended: () => account.ended(),
      }
    },
  }
}
