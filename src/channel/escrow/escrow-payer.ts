import { addWei, minWei, subtractWei, type Wei, ZERO_WEI } from '../../domain/amount.ts'
import { bytesToBigint } from '../../domain/bytes.ts'
import { type ConfirmationRule, confirmationRuleOf } from '../../domain/confirmation-rule.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { Address, ChannelId, FileHash } from '../../domain/ids.ts'
import type { Connection } from '../../system/database.ts'
import type { Random } from '../../system/random.ts'
import { awaitDeposit } from '../await-deposit.ts'
import { findChannel } from '../books.ts'
import { leftOf } from '../budget.ts'
import { loadBudget } from '../budget-store.ts'
import type { ChannelContract } from '../channel-contract.ts'
import { SALT_LENGTH } from '../channel-id.ts'
import type { ChainSnapshot, Channel } from '../channel-state.ts'
import { loadPayerPair } from '../payer-books.ts'
import { followHeads } from '../snapshot.ts'
import { findKnownChannel, migrateChannels } from '../store.ts'
import { allocationIdOf, DEFAULT_LIFETIME_SECONDS, MAX_ESCROW_SEEDERS, MIN_LIFETIME_SECONDS } from './allocation.ts'
import type { Escrow } from './escrow-chain.ts'
import { createEscrowExit } from './escrow-exit.ts'
import { createEscrowMoves, type EscrowMovesDependencies, type MoveTerms } from './escrow-moves.ts'
import { missingAllocations, planEscrow, reserveFor, sumOf, type WantedSeeder } from './escrow-plan.ts'
import { createEscrowSource, type EscrowSource } from './escrow-source.ts'
import { type EscrowMove, escrowOf, insertEscrow, type OwnEscrow, saveProtocol, seedersOf } from './escrow-store.ts'
import { createEscrowFinder } from './find-escrows.ts'
import { unshownTo } from './unshown.ts'

export interface EscrowPayerDependencies extends EscrowMovesDependencies {
  /** Which knows allocations: see with-escrows.ts. */
  readonly contract: ChannelContract
  readonly random: Random
  readonly observe: (channelId: ChannelId, snapshot: ChainSnapshot) => Promise<void>
}

/** What a seeder is to have, with what its offer asks for before that counts. */
export interface SeederDeposit extends ConfirmationRule {
  readonly payee: Address
  /** What should be left to spend. */
  readonly deposit: Wei
}

export interface EnsureAllocationOptions extends SeederDeposit {
  /** All that the download begins with: one transaction locks the coin for them. */
  readonly together: readonly SeederDeposit[]
  /** What it is locked for: a file, or a bundle of several. */
  readonly fileHash: FileHash
  /** Of the file; 0 of a bundle. */
  readonly chunks: number
  /** Whose budget the gas counts against. */
  readonly downloadId: string
  /** An allocation with too little left is raised. */
  readonly topUp: boolean
  readonly onProgress?: (progress: { readonly blocksLeft: number }) => void
  /** Ends the wait; what was sent stays sent. */
  readonly signal: AbortSignal
}

/** The side of a node that locks coin for a file, pays with receipts, and has the rest back. */
export interface EscrowPayer {
  /**
   * Resolves when the seeder was allocated enough; `confirmed` when that lies as deep as its offer asks.
   * @throws ChiralError `BUDGET_EXHAUSTED`, `ESCROW_FAILED`, `ESCROW_FULL`, `CHANNEL_CLOSING`, `CONTRACT_UNKNOWN`, or what the chain refused with
   */
  ensureAllocation(options: EnsureAllocationOptions): Promise<{ readonly confirmed: Promise<void> }>
  /** What an account of this download pays the payee from. @throws ChiralError `CHANNEL_UNKNOWN` where nothing was locked */
  source(payee: Address, downloadId: string): EscrowSource
  allocationOf(payee: Address, downloadId: string): ChannelId | undefined
  /** How chunks of the download come from the payee: receipts say it. */
  comesBy(key: { readonly downloadId: string; readonly payee: Address }, protocol: string): Promise<void>
  /** See unshown.ts. */
  unshownTo(key: { readonly downloadId: string; readonly payee: Address }): string[]
  /** Has back at once what is free and what the seeders released. What remains comes back by itself, after the deadline. */
  end(downloadId: string, signal: AbortSignal): Promise<void>
  /** The most that the transactions on an escrow with so many seeders may cost: locked, added to once, and refunded. */
  feeCeiling(seeders: number): Promise<Wei>
  /** Why nothing can be locked on this chain; `undefined` where it can. @throws ChiralError `CHAIN_UNREACHABLE` */
  whyNone(): Promise<ChiralError | undefined>
  /** Goes on with what was under way, and follows the chain. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** A new seeder must still find the escrow long enough when it sees it first. */
const SLACK_SECONDS = 600

export function createEscrowPayer(deps: EscrowPayerDependencies): EscrowPayer {
  const { database, signer, site, contract, random } = deps
  migrateChannels(database)
  const moves = createEscrowMoves(deps)
  const exit = createEscrowExit(deps)
  const findUnknown = createEscrowFinder(deps)
  let stopFollowing: (() => Promise<void>) | undefined

  const allocationOf = (payee: Address, downloadId: string): ChannelId | undefined => {
    const escrow = database.read((connection) => escrowOf(connection, downloadId))
    return escrow && allocationIdOf(escrow.escrowId, payee)
  }

  /** The escrow that the download may still buy from. */
  function usable(connection: Connection, downloadId: string, timestamp: number): OwnEscrow | undefined {
    const escrow = escrowOf(connection, downloadId)
    if (escrow?.phase !== 'locked') return undefined
    return escrow.deadline - timestamp > MIN_LIFETIME_SECONDS + SLACK_SECONDS ? escrow : undefined
  }

  function newEscrow({ papers }: Escrow, options: EnsureAllocationOptions, timestamp: number): OwnEscrow {
    const { downloadId, fileHash, chunks } = options
    const key = { payer: signer.address, fileHash, salt: bytesToBigint(random.bytes(SALT_LENGTH)) }
    const deadline = timestamp + DEFAULT_LIFETIME_SECONDS
    return { ...key, escrowId: papers.escrowIdOf(key), downloadId, deadline, chunks, phase: 'locked' }
  }

  function wantedOf(connection: Connection, { escrowId }: OwnEscrow, options: EnsureAllocationOptions): WantedSeeder[] {
    const left = leftOf(loadBudget(connection, options.downloadId))
    const others = options.together.filter(({ payee }) => payee !== options.payee)
    const seeders = new Map([options, ...others].map((seeder) => [seeder.payee, seeder]))
    return [...seeders.values()].map(({ payee, deposit }) => {
      const allocationId = allocationIdOf(escrowId, payee)
      const isOwn = payee === options.payee
      return {
        seeder: payee,
        pair: loadPayerPair(connection, payee),
        allocationId,
        // What lies there beyond the budget serves nobody.
        deposit: isOwn && options.topUp ? minWei(deposit, left) : deposit,
        more: isOwn && options.topUp,
        isClosed: findKnownChannel(connection, 'payer', allocationId)?.closed === true,
      }
    })
  }

  /** The next transaction that is needed, decided; `undefined` when none is. */
  async function decide(escrow: Escrow, options: EnsureAllocationOptions): Promise<EscrowMove | undefined> {
    const { downloadId, payee, together } = options
    const { timestamp } = await contract.head()
    const known = database.read((connection) => usable(connection, downloadId, timestamp))
    const own = known ?? newEscrow(escrow, options, timestamp)
    const count = together.length + 1
    const fees = {
      lock: await site.feeCeiling('lock', count),
      topUp: await site.feeCeiling('topUp', 0),
      allocate: await site.feeCeiling('allocate', count),
    }
    const free = known === undefined ? ZERO_WEI : ((await escrow.chain.escrow(own.escrowId))?.free ?? ZERO_WEI)
    const balance = await escrow.chain.balance()
    const rules = new Map([...together, options].map((seeder) => [seeder.payee, confirmationRuleOf(seeder)]))
    const rule = confirmationRuleOf(options)
    const terms = (more: Pick<MoveTerms, 'kind' | 'value' | 'allocations'>): MoveTerms => ({
      ...more,
      escrow: own,
      contract: escrow.papers.domain.contract,
      fee: fees[more.kind],
      ruleOf: (seeder) => rules.get(seeder) ?? rule,
    })
    return database.write((connection) => {
      const wanted = wantedOf(connection, own, options)
      const missing = missingAllocations(wanted)
      if (known === undefined) {
        const allocations = missing.slice(0, MAX_ESCROW_SEEDERS)
        const reserve = reserveFor(allocations, subtractWei(balance, (sumOf(allocations) + 2n * fees.lock) as Wei)) // a sum
        insertEscrow(connection, own)
        const value = (sumOf(allocations) + reserve) as Wei // the brand: a sum of amounts
        return moves.decide(connection, terms({ kind: 'lock', value, allocations }))
      }
      const live = findChannel(loadPayerPair(connection, payee), allocationIdOf(own.escrowId, payee))
      const isClosed = wanted.some(({ seeder, isClosed }) => seeder === payee && isClosed)
      if (isClosed || live?.phase === 'closing' || live?.phase === 'closed') throw ended(payee)
      if (options.topUp && missing.every(({ seeder }) => seeder !== payee) && leftIsNothing(wanted, payee))
        throw exhausted(payee)
      const seeders = new Set([...seedersOf(connection, own), ...missing.map(({ seeder }) => seeder)])
      if (seeders.size > MAX_ESCROW_SEEDERS) throw full(payee)
      const plan = planEscrow(missing, free)
      if (plan.kind === 'enough') return undefined
      return plan.kind === 'topUp'
        ? moves.decide(connection, terms({ kind: 'topUp', value: plan.value, allocations: [] }))
        : moves.decide(connection, terms({ kind: 'allocate', value: ZERO_WEI, allocations: plan.allocations }))
    })
  }

  return {
    allocationOf,
    async ensureAllocation(options) {
      const { payee, deposit, downloadId, signal } = options
      signal.throwIfAborted()
      const escrow = await site.require()
      await moves.inTurn(downloadId, async () => {
        await moves.resume(downloadId, signal)
        // At most: what lacks is paid in, then allocated.
        for (let move = await decide(escrow, options); move !== undefined; move = await decide(escrow, options))
          await moves.carryOut(move, signal)
      })
      const channelId = allocationOf(payee, downloadId)
      if (channelId === undefined) throw ended(payee)
      const read = (): ReturnType<typeof findChannel> =>
        database.read((connection) => findChannel(loadPayerPair(connection, payee), channelId))
      const confirmed = awaitDeposit(contract, {
        channelId,
        target: paidIn(read()) ?? deposit,
        rule: confirmationRuleOf(options),
        ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
        signal,
        onReceipt: async () => {},
        onSnapshot: (snapshot) => deps.observe(channelId, snapshot),
        isOver: () => !/^open/.test(read()?.phase ?? ''),
      })
      confirmed.catch(() => undefined) // the caller may look later, or never
      return { confirmed }
    },
    source(payee, downloadId) {
      const escrow = database.read((connection) => escrowOf(connection, downloadId))
      const papers = site.known()?.papers
      if (escrow === undefined || papers === undefined)
        throw new ChiralError('CHANNEL_UNKNOWN', `No coin is locked for ${payee}: lock some first.`, {
          details: { payee, downloadId },
        })
      return createEscrowSource({ database, signer, papers }, { escrow, payee })
    },
    async comesBy({ payee, downloadId }, protocol) {
      const allocationId = allocationOf(payee, downloadId)
      if (allocationId !== undefined)
        await database.write((connection) => saveProtocol(connection, allocationId, protocol))
    },
    unshownTo: (key) => database.read((connection) => unshownTo(connection, key)),
    end: (downloadId, signal) =>
      moves.inTurn(downloadId, async () => {
        await moves.resume(downloadId, signal)
        await exit.end(downloadId, signal)
      }),
    async feeCeiling(seeders) {
      const fees = await Promise.all([
        site.feeCeiling('lock', seeders),
        site.feeCeiling('topUp', 0),
        site.feeCeiling('allocate', 1),
        site.feeCeiling('refund', seeders),
      ])
      return fees.reduce((sum, fee) => addWei(sum, fee), ZERO_WEI)
    },
    whyNone: () => site.whyNone(),
    async start() {
      await site.find().catch(() => undefined) // it is looked for again when it is needed
      await moves.start()
      stopFollowing = followHeads(contract, async (head) => {
        await findUnknown(head)
        await exit.afterHead(head)
      })
    },
    async stop() {
      await stopFollowing?.()
      await moves.stop()
    },
  }
}

/** With what is on its way. */
function paidIn(channel: Channel | undefined): Wei | undefined {
  return (channel?.phase === 'open' ? channel.topUp?.target : undefined) ?? channel?.deposit
}

function leftIsNothing(wanted: readonly WantedSeeder[], payee: Address): boolean {
  return wanted.some(({ seeder, deposit }) => seeder === payee && deposit === 0n)
}

function ended(payee: Address): ChiralError {
  return new ChiralError('CHANNEL_CLOSING', `The escrow holds nothing more for ${payee}.`, { details: { payee } })
}

function exhausted(payee: Address): ChiralError {
  return new ChiralError('BUDGET_EXHAUSTED', `The budget does not cover a larger allocation to ${payee}: raise it.`, {
    details: { payee },
  })
}

function full(payee: Address): ChiralError {
  return new ChiralError(
    'ESCROW_FULL',
    `The escrow has ${MAX_ESCROW_SEEDERS} seeders, as many as one may have: ${payee} is not added.`,
    { details: { payee } },
  )
}
