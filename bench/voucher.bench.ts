/**
 * Vouchers signed and verified per second, and purchases per second through both shells with their durable stores.
 * Run: `node bench/voucher.bench.ts [--json]`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signingDomain } from '../src/channel/eip712.ts'
import { signedByKey } from '../src/channel/signed-by.ts'
import { isVoucherSigned, signVoucher } from '../src/channel/voucher.ts'
import { wei } from '../src/domain/amount.ts'
import { fromHex } from '../src/domain/bytes.ts'
import { parseAddress, parseChannelId } from '../src/domain/ids.ts'
import { systemClock } from '../src/system/clock.ts'
import { openDatabase } from '../src/system/database.ts'
import { createSigner } from '../src/system/signer.ts'
import { chunk, World } from '../test/channel/fixture.ts'

const ROUNDS = 5
const SIGNATURES = 5000
/** As many requests as the chunk protocol has under way. */
const WINDOW = 32
const PURCHASES = 3200

const domain = signingDomain(98767, parseAddress('0x5FbDB2315678afecb367f032d93F642f64180aa3'))
const signer = createSigner(fromHex('11'.repeat(32)))
const signedBySigner = signedByKey(signer.address)
const channelId = parseChannelId('ab'.repeat(32))

function perSecond(count: number, work: () => void): number {
  const start = systemClock.monotonic()
  work()
  return (count * 1000) / (systemClock.monotonic() - start)
}

function median(values: number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0)
}

function signAndVerify(): { sign: number; verify: number } {
  const vouchers = Array.from({ length: SIGNATURES }, (_, index) => ({
    channelId,
    cumulativeAmount: wei(BigInt(index)),
  }))
  const signed = vouchers.map((voucher) => signVoucher(domain, signer, voucher))
  return {
    sign: perSecond(SIGNATURES, () => {
      for (const voucher of vouchers) signVoucher(domain, signer, voucher)
    }),
    verify: perSecond(SIGNATURES, () => {
      for (const voucher of signed)
        if (!isVoucherSigned(domain, voucher, signedBySigner)) throw new Error('a voucher did not verify')
    }),
  }
}

/** One process plays both parties, so a real pair of machines has up to twice this. */
async function purchases(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'chiral-bench-'))
  const world = new World({
    payerDatabase: openDatabase(join(directory, 'payer.db')),
    payeeDatabase: openDatabase(join(directory, 'payee.db')),
  })
  await world.openChannel({ deposit: wei(10n ** 18n), maxTotal: wei(10n ** 18n) })
  const { buying, selling } = await world.connect()
  const price = wei(1000n)
  const buyOne = async (index: number): Promise<boolean> => {
    const { committed, credit } = selling.status()
    const required = wei(committed + price > credit ? committed + price - credit : 0n)
    const said = await buying.authorize({ price, required })
    if (said.kind === 'wait') return false
    const voucher = said.kind === 'voucher' ? said.voucher : undefined
    if ((await selling.commit({ ...chunk(index), price, voucher })).kind !== 'committed') return false
    return world.verify(index, price)
  }
  let next = 0
  for (; next < 600; next++) await buyOne(next) // until credit covers the window
  const start = systemClock.monotonic()
  let bought = 0
  while (bought < PURCHASES) {
    const window = await Promise.all(Array.from({ length: WINDOW }, () => buyOne(next++)))
    bought += window.filter(Boolean).length
  }
  const rate = (bought * 1000) / (systemClock.monotonic() - start)
  world.payerDatabase.close()
  world.payeeDatabase.close()
  rmSync(directory, { recursive: true })
  return rate
}

const rounds = []
for (let round = 0; round < ROUNDS; round++) rounds.push({ ...signAndVerify(), purchases: await purchases() })
const result = {
  signPerSecond: median(rounds.map(({ sign }) => sign)),
  verifyPerSecond: median(rounds.map(({ verify }) => verify)),
  purchasesPerSecond: median(rounds.map(({ purchases: rate }) => rate)),
}
console.log(process.argv.includes('--json') ? JSON.stringify(result) : result)
