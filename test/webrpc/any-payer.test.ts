import { expect } from 'chai'
import fc from 'fast-check'
import { wei } from '../../src/domain/amount.ts'
import type { Message } from '../../src/webrpc/message.ts'
import { voucherOf } from '../in-band/fake-accounts.ts'
import type { Rig } from '../in-band/rig.ts'
import { CHUNKS, FILE, PRICE, settleDown } from '../in-band/shelf.ts'
import { type ByHand, chunkRequest, payerByHand } from './by-hand.ts'
import { createRig } from './harness.ts'

const WINDOW = 8

/** Whatever a payer may do, polite or not, short of what ends the stream at once. */
type Action =
  | { readonly kind: 'ask'; readonly first: number; readonly count: number }
  | { readonly kind: 'cancel'; readonly which: number; readonly first: number; readonly count: number }
  | { readonly kind: 'pay'; readonly chunks: number }
  | { readonly kind: 'write-off'; readonly chunkIndex: number }
  | { readonly kind: 'grant' }
  | { readonly kind: 'wait'; readonly turns: number }

const index = fc.nat({ max: CHUNKS + 5 })
const count = fc.integer({ min: 1, max: 12 })
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('ask' as const), first: index, count }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(), first: index, count }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pay' as const), chunks: fc.nat({ max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('write-off' as const), chunkIndex: index }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'grant' as const }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), turns: fc.nat({ max: 6 }) }) },
)

/** Plays the actions and notes what was asked and granted. */
class Payer {
  readonly hand: ByHand
  readonly asked = new Map<number, Set<number>>()
  granted = 0
  #requestId = 0

  constructor(hand: ByHand) {
    this.hand = hand
  }

  get came(): (Message & { type: 'chunk-data' })[] {
    return this.hand.received.filter((message) => message.type === 'chunk-data')
  }

  async act(step: Action): Promise<void> {
    switch (step.kind) {
      case 'ask': {
        const requestId = ++this.#requestId
        this.asked.set(requestId, new Set(Array.from({ length: step.count }, (_, i) => step.first + i)))
        return this.hand.send(chunkRequest(requestId, step.first, step.count))
      }
      case 'cancel': {
        const ids = [...this.asked.keys()]
        const requestId = ids[step.which % Math.max(1, ids.length)]
        if (requestId === undefined) return
        return this.hand.send({ type: 'cancel', requestId, ranges: [{ first: step.first, count: step.count }] })
      }
      case 'pay': {
        const voucher = voucherOf(PRICE * BigInt(step.chunks))
        return this.hand.send({ type: 'payment-proof', requestId: ++this.#requestId, voucher })
      }
      case 'write-off': {
        const chunk = { fileHash: FILE, chunkIndex: step.chunkIndex }
        return this.hand.send({ type: 'write-off', requestId: ++this.#requestId, chunk })
      }
      case 'grant': {
        const chunks = this.came.length - this.granted
        if (chunks === 0) return
        this.granted += chunks
        return this.hand.send({ type: 'grant', chunks })
      }
      case 'wait':
        return settleDown(step.turns)
    }
  }

  /** Every chunk of every request is answered once at the most, and nothing else comes. */
  expectAnsweredOnce(): void {
    const open = new Map([...this.asked].map(([requestId, chunks]) => [requestId, new Set(chunks)]))
    const answer = (requestId: number, chunkIndex: number): unknown =>
      expect(open.get(requestId)?.delete(chunkIndex), `${requestId}/${chunkIndex}`).to.equal(true)
    for (const message of this.hand.received) {
      if (message.type === 'chunk-data') answer(message.requestId, message.chunkIndex)
      if (message.type === 'withheld')
        for (const { first, count: length } of message.ranges)
          for (let i = first; i < first + length; i++) answer(message.requestId, i)
    }
    expect(this.hand.received.filter(({ type }) => type === 'error')).to.deep.equal([])
  }
}

function expectBooks(rig: Rig, payer: Payer): void {
  expect(payer.came.length - payer.granted <= WINDOW, 'the window').to.equal(true)
  expect(rig.payee.committed <= rig.payee.spendable).to.equal(true)
  expect(rig.payee.risked <= rig.payee.creditLimit, 'D ≤ V + C').to.equal(true)
}

describe('webrpc/server: any payer', () => {
  it('keeps to the window and to D ≤ V + C, answers each chunk once, and leaves in D what left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 40 }),
        fc.constantFrom(0n, 2n, 64n),
        async (actions, creditChunks) => {
          const rig = createRig()
          rig.payee.creditLimit = wei(creditChunks * PRICE)
          const payer = new Payer((await payerByHand(rig.pair.dialer, { window: WINDOW })).hand)
          for (const step of actions) {
            await payer.act(step)
            expectBooks(rig, payer)
          }
          await settleDown(30)
          expectBooks(rig, payer)
          payer.expectAnsweredOnce()
          await payer.hand.hangUp()
          await rig.served
          const left = new Set(payer.came.map(({ chunkIndex }) => chunkIndex))
          for (const { chunkIndex } of rig.payee.writtenOff) left.delete(chunkIndex)
          const counted = [...rig.payee.deliveries.values()].map(({ chunk }) => chunk.chunkIndex)
          // Written off and bought again, a chunk is in D again: what is in D left in any case.
          expect(counted.every((chunkIndex) => payer.came.some((chunk) => chunk.chunkIndex === chunkIndex))).to.equal(
            true,
          )
          expect([...left].every((chunkIndex) => counted.includes(chunkIndex))).to.equal(true)
          expect(rig.payee.committed).to.equal(BigInt(counted.length) * PRICE)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('sends everything that is asked for to a payer that pays and grants', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat({ max: CHUNKS - 1 }), { minLength: 1, maxLength: 40 }), async (wanted) => {
        const rig = createRig()
        rig.payee.creditLimit = wei(0n)
        const payer = new Payer((await payerByHand(rig.pair.dialer, { window: WINDOW })).hand)
        for (const chunkIndex of wanted) await payer.act({ kind: 'ask', first: chunkIndex, count: 1 })
        for (let paid = 1; paid <= wanted.length; paid++) {
          await payer.act({ kind: 'pay', chunks: paid })
          await payer.act({ kind: 'wait', turns: 8 })
          await payer.act({ kind: 'grant' })
        }
        await settleDown()
        expect(payer.came.map(({ chunkIndex }) => chunkIndex)).to.deep.equal(wanted)
        expect(rig.payee.risked).to.equal(0n)
      }),
      { numRuns: 20 },
    )
  })
})
