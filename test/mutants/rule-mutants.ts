import type { Mutation } from './mutation.ts'

/** A wrong rule that one test is there to catch. */
export interface RuleMutant extends Mutation {
  readonly name: string
  /** Under test/. */
  readonly test: string
  /** Of the test that fails: as much of its title as names no other. */
  readonly title: string
}

const WAY = { test: 'node/batch-way.test.ts' } as const
const POLICY = { file: 'node/download/pay-policy.ts' } as const
const REMEDY = { file: 'node/download/remedy.ts', test: 'node/remedy.test.ts' } as const
const REMEDIES = { file: 'node/download/remedies.ts', test: 'node/remedies.test.ts' } as const
const AHEAD = { file: 'in-band/pay-ahead.ts', test: 'bitswap/client.test.ts' } as const

/** Rules of money that runs of the simulator do not come to, as it loses no files and buys one at a time: docs/adr/0026, 0077 and 0078. */
export const RULE_MUTANTS: readonly RuleMutant[] = [
  {
    name: 'what came on opening credit is not written off beyond a chunk',
    file: 'channel/payee-state.ts',
    find: 'const least = maxWei(chunkPrice, pair.opening ?? ZERO_WEI)',
    replace: 'const least = chunkPrice',
    test: 'simulation/stalemates.test.ts',
    title: 'several chunks that were lost on opening credit',
  },
  {
    name: 'a refused write-off is taken for one',
    file: 'bitswap/write-offs.ts',
    find: 'this.#take(chunk)?.resolve(isWrittenOff)',
    replace: 'this.#take(chunk)?.resolve(isWrittenOff || true)',
    test: 'bitswap/client.test.ts',
    title: 'hears that nothing is written off any more',
  },
  {
    ...REMEDIES,
    name: 'a chunk is asked for anew though it was not written off',
    find: 'if (!(await client.disown({ fileHash: this.#fileHash, chunkIndex }, price))) throw usedUp(seller, chunkIndex)',
    replace: 'await client.disown({ fileHash: this.#fileHash, chunkIndex }, price)',
    title: 'gives a chunk up that its seller does not take off the bill',
  },
  {
    ...REMEDY,
    name: 'what never came is bought again',
    find: "if (!chunk.cameOnce) return 'writeOff'",
    replace: "if (!chunk.cameOnce) return 'buyAgain'",
    title: 'has what never came written off',
  },
  {
    ...REMEDY,
    name: 'a chunk is bought again and again',
    find: 'if (chunk.tried >= MAX_REMEDIES) return undefined',
    replace: '',
    title: 'leaves a chunk to others after a few tries',
  },
  {
    ...REMEDY,
    name: 'what is paid afterwards is bought again ahead',
    find: "return chunk.payBy === 'channel' || chunk.payBy === 'escrow' ? 'buyAgain' : undefined",
    replace: "return 'buyAgain'",
    title: 'buys again what came once',
  },
  {
    ...AHEAD,
    name: 'what is bought again is asked for on credit',
    find: 'required: addWei(status.committed, price)',
    replace: 'required: status.committed',
    title: 'buys again what is sent no more for nothing',
  },
  {
    ...AHEAD,
    name: 'two chunks are paid ahead for one that is bought again',
    find: 'account.authorize({ price, required: addWei(status.committed, price) })',
    replace: 'account.authorize({ price, required: addWei(status.committed, addWei(price, price)) })',
    title: 'buys again what is sent no more for nothing',
  },
  {
    ...REMEDIES,
    name: 'a chunk that was written off is paid ahead all the same',
    find: "if (this.#chosen.get(keyOf(seller, chunkIndex)) !== 'buyAgain') return false",
    replace: '',
    title: 'has one that never came taken off the bill',
  },
  {
    ...REMEDIES,
    name: 'a chunk that is sent again is paid again, since it was lost here',
    find: 'again === true || (!wasInD && this.#isBoughtElsewhere(seller, chunkIndex))',
    replace: 'again === true || this.#isBoughtElsewhere(seller, chunkIndex)',
    title: 'pays another seller for a lost chunk',
  },
  {
    ...REMEDIES,
    name: 'every chunk of another seller counts as bought again',
    find: 'return this.#lost.has(chunkIndex) && !',
    replace: 'return !',
    title: 'pays another seller for a lost chunk',
  },
  {
    name: 'a chunk is booked as often as it verifies',
    file: 'channel/payer.ts',
    find: 'if (!again) return false',
    replace: '',
    test: 'channel/payer.test.ts',
    title: 're-request paid again',
  },
  {
    ...{ ...POLICY, ...WAY },
    name: 'a batch is locked for where one of its sellers takes no escrows',
    find: 'payees.length > MAX_ESCROW_SEEDERS || !payees.every(takesLocks)',
    replace: 'payees.length > MAX_ESCROW_SEEDERS',
    title: 'never locks by itself where one of the sellers takes none',
  },
  {
    ...{ ...POLICY, ...WAY },
    name: 'a batch is locked for more sellers than an escrow holds',
    find: 'payees.length > MAX_ESCROW_SEEDERS || !payees.every(takesLocks)',
    replace: '!payees.every(takesLocks)',
    title: 'locks by itself from so many sellers on',
  },
  {
    ...{ ...POLICY, ...WAY },
    name: 'a lock is weighed against channels that are open already',
    find: '!hasChannel(seeder)).length',
    replace: '!hasChannel(seeder) || true).length',
    title: 'counts a seller of several files once',
  },
  {
    ...{ ...POLICY, ...WAY },
    name: 'a seller of several files is counted for each of them',
    find: '.map((each) => [each.payee, each]))',
    replace: '.map((each, index) => [(each.payee + index) as never, each]))',
    title: 'counts a seller of several files once',
  },
  {
    ...POLICY,
    name: 'auto pays afterwards where there is no Escrow to pay through',
    find: "if (!download.hasEscrow) return 'channel'",
    replace: '',
    test: 'node/pay-policy.test.ts',
    title: 'takes channels where there is no Escrow',
  },
  {
    ...WAY,
    name: 'a batch is locked for where there is no Escrow',
    file: 'node/download/batch-way.ts',
    find: 'by.hasEscrow && isLockCheaper',
    replace: 'isLockCheaper',
    title: 'opens channels where there is no Escrow to lock in',
  },
  {
    ...WAY,
    name: 'a seller that takes no escrows is paid from one',
    file: 'node/download/batch-way.ts',
    find: 'seeders: file.seeders.filter(takesLocks)',
    replace: 'seeders: file.seeders',
    title: 'leaves each file those that take a lock',
  },
  {
    ...WAY,
    name: 'the gas of a lock is that of its first seller',
    file: 'node/download/batch-way.ts',
    find: 'wei(one + BigInt(payees - 1) * each)',
    replace: 'wei(one + 0n * each)',
    title: 'counts gas by the channel, and of a lock by what each seller adds',
  },
  {
    name: 'a way that its user named is taken without the Escrow that it needs',
    file: 'node/download/escrow-at-hand.ts',
    find: "if (lack !== undefined && choice !== 'auto') throw lack",
    replace: '',
    test: 'node/escrow-at-hand.test.ts',
    title: 'says no to auto where there is none',
  },
  {
    name: 'a lock for several files names one of them',
    file: 'settlement/bundle.ts',
    find: 'return second === undefined ? first :',
    replace: 'return first.length > 0 || second === undefined ? first :',
    test: 'settlement/bundle.test.ts',
    title: 'is of several files the hash of their ids',
  },
]
