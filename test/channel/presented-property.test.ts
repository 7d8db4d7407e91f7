import { expect } from 'chai'
import fc from 'fast-check'
import type { PresentedAccount } from '../../src/channel/payee-presented.ts'
import type { PresentedVoucher } from '../../src/domain/voucher.ts'
import { chunk, PRICE } from './fixture.ts'
import { ASKER, ask, DEPOSIT, opened, pairOf, run, voucherOf } from './presented-fixture.ts'

describe('channel/payee-presented: whatever is asked in whatever order', () => {
  type Move =
    | { readonly kind: 'ask'; readonly raise: number; readonly first: number; readonly more: number }
    | { readonly kind: 'again'; readonly which: number; readonly first: number }
    | { readonly kind: 'break' }
    | { readonly kind: 'restart' }
  const moves: fc.Arbitrary<Move[]> = fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('ask' as const),
          raise: fc.nat(250),
          first: fc.nat(9),
          more: fc.nat(3),
        }),
      },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('again' as const), which: fc.nat(50), first: fc.nat(9) }) },
      { weight: 2, arbitrary: fc.constant({ kind: 'break' as const }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
    ),
    { maxLength: 25 },
  )

  it('D never passes V, V is the highest voucher that was good, and what left was paid', async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (played) => {
        const world = await opened()
        let signed = 0n
        let good = 0n
        const shown: PresentedVoucher[] = []
        const left = new Set<number>()
        let last: { account: PresentedAccount; index: number; isNew: boolean } | undefined
        const show = async (voucher: PresentedVoucher, first: number, end: number): Promise<void> => {
          const account = await world.payee.present(voucher, ASKER)
          const result = await account.commit(run(first, end))
          if (voucher.cumulativeAmount <= DEPOSIT && voucher.cumulativeAmount > good) good = voucher.cumulativeAmount
          if (result.kind === 'committed') {
            last = { account, index: first, isNew: !left.has(first) }
            left.add(first)
          }
          const { committed, channels } = pairOf(world)
          expect(channels[0]?.best).to.equal(good)
          expect(committed <= good, `D ${committed} V ${good}`).to.equal(true)
          expect(committed >= PRICE * BigInt(left.size), 'what left is in D').to.equal(true)
          if (result.kind === 'committed') expect(result).to.include({ accepted: good })
          // What a refusal asks for is enough, if the deposit is.
          else if (result.required !== undefined && result.code === 'VOUCHER_TOO_LOW' && result.required <= DEPOSIT) {
            const answer = await account.commit(run(first, end))
            expect(answer).to.deep.equal(result)
            const more = await ask(world, voucherOf(result.required), first, end)
            expect(more.kind).to.equal('committed')
            last = undefined
            left.add(first)
            if (result.required > good) good = result.required
            if (good > signed) signed = good
          }
        }
        for (const move of played) {
          if (move.kind === 'restart') await world.restartPayee()
          else if (move.kind === 'break' && last !== undefined) {
            await last.account.release(chunk(last.index))
            if (last.isNew) left.delete(last.index)
            last = undefined
          } else if (move.kind === 'again') {
            const voucher = shown[move.which % Math.max(1, shown.length)]
            if (voucher !== undefined) await show(voucher, move.first, move.first)
          } else if (move.kind === 'ask') {
            signed += BigInt(move.raise)
            const voucher = voucherOf(signed)
            shown.push(voucher)
            await show(voucher, move.first, move.first + move.more)
          }
        }
        world.payee.stop()
        await world.payeeWatcher.stop()
        await world.payerWatcher.stop()
      }),
      { numRuns: 60 },
    )
  }).timeout(60_000)
})
