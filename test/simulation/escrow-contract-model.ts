import type {
  Allocation,
  OnChainAllocation,
  OnChainEscrow,
  ReceiptItem,
} from '../../src/channel/escrow/escrow-chain.ts'
import { MAX_CHANNEL_AMOUNT, minWei, type Wei, wei, ZERO_WEI } from '../../src/domain/amount.ts'
import type { Address, EscrowId, FileHash } from '../../src/domain/ids.ts'
import type { Release } from '../../src/domain/receipt.ts'
import { escrowIdOf, isReceiptSignedBy, isReleaseSigned } from '../../src/settlement/receipt.ts'
import type { SigningDomain } from '../../src/system/eip712.ts'
import type { CallContext } from './channel-contract-model.ts'

/** Of the sender. */
interface Place {
  readonly fileHash: FileHash
  readonly salt: bigint
}

/** A call of contracts/Escrow.sol. */
export type EscrowCall = Place &
  (
    | {
        readonly kind: 'lock'
        readonly deadline: number
        readonly value: Wei
        readonly allocations: readonly Allocation[]
      }
    | { readonly kind: 'addToEscrow'; readonly value: Wei }
    | { readonly kind: 'allocate'; readonly allocations: readonly Allocation[] }
    | { readonly kind: 'refund'; readonly releases: readonly Pick<Release, 'seeder' | 'allocated' | 'signature'>[] }
    | { readonly kind: 'requestReclaim'; readonly payer: Address }
    | { readonly kind: 'reclaim'; readonly payer: Address; readonly seeders: readonly Address[] }
  )
export interface RedeemReceipts {
  readonly kind: 'redeemReceipts'
  readonly seeder: Address
  readonly items: readonly ReceiptItem[]
}

export interface EscrowRules {
  readonly domain: SigningDomain
  readonly graceSeconds: number
  readonly graceBlocks: number
}

export interface ModelEscrow extends OnChainEscrow {
  readonly payer: Address
  readonly fileHash: FileHash
  readonly salt: bigint
  readonly allocations: ReadonlyMap<Address, OnChainAllocation>
}

export type Escrows = ReadonlyMap<EscrowId, ModelEscrow>

/** What a call does; `undefined` where it reverts. */
export interface EscrowEffect {
  readonly escrows: Escrows
  readonly value: Wei
  readonly payouts: readonly { readonly to: Address; readonly amount: Wei }[]
  /** What receipts paid. */
  readonly redeemed: readonly { readonly payer: Address; readonly seeder: Address; readonly amount: Wei }[]
}

/** contracts/Escrow.sol: `MAX_LIFETIME_SECONDS`. */
const MAX_LIFETIME_SECONDS = 366 * 24 * 3_600

/** Coin that an escrow holds. */
export function heldIn({ free, allocations }: ModelEscrow): bigint {
  return [...allocations.values()].reduce((sum, { allocated, redeemed }) => sum + allocated - redeemed, 0n + free)
}

/** The contract's rules once more, pure: escrow-contract-model.test.ts holds them against the bytecode. */
export function callEscrow(
  rules: EscrowRules,
  escrows: Escrows,
  call: EscrowCall | RedeemReceipts,
  context: CallContext,
): EscrowEffect | undefined {
  if (call.kind === 'redeemReceipts') return redeem(rules, escrows, call)
  const payer = 'payer' in call ? call.payer : context.sender
  const { fileHash, salt } = call
  const escrowId = escrowIdOf({ payer, fileHash, salt })
  const before = escrows.get(escrowId)
  if (call.kind === 'lock') {
    const { deadline, value } = call
    const isTimely = deadline > context.timestamp && deadline <= context.timestamp + MAX_LIFETIME_SECONDS
    if (!isTimely || before !== undefined || !isAmount(value)) return undefined
    const place = { payer, fileHash, salt, deadline, graceAt: 0, graceBlock: 0 }
    const locked = allocate({ ...place, free: value, allocations: new Map() }, call.allocations)
    return locked && effect(escrows, escrowId, locked, { value })
  }
  if (before === undefined) return undefined
  const { deadline, graceAt, graceBlock, free } = before
  const { timestamp, blockNumber } = context
  switch (call.kind) {
    case 'addToEscrow': {
      const sum = wei(free + call.value)
      if (timestamp >= deadline || call.value === 0n || !isAmount(sum)) return undefined
      return effect(escrows, escrowId, { ...before, free: sum }, { value: call.value })
    }
    case 'allocate': {
      const after = timestamp >= deadline ? undefined : allocate(before, call.allocations)
      return after && effect(escrows, escrowId, after, {})
    }
    case 'refund': {
      const after = release(rules, before, { ...call, escrowId, sender: context.sender })
      if (after === undefined || after.free === 0n) return undefined
      return effect(escrows, escrowId, { ...after, free: ZERO_WEI }, { payouts: [{ to: payer, amount: after.free }] })
    }
    case 'requestReclaim': {
      if (graceAt !== 0 || timestamp < deadline) return undefined
      const grace = { graceAt: timestamp + rules.graceSeconds, graceBlock: blockNumber + rules.graceBlocks }
      return effect(escrows, escrowId, { ...before, ...grace }, {})
    }
    case 'reclaim': {
      if (graceAt === 0 || timestamp < graceAt || blockNumber < graceBlock) return undefined
      const allocations = new Map(before.allocations)
      let amount: bigint = free
      for (const seeder of call.seeders) {
        const held = allocations.get(seeder)
        if (held === undefined || held.allocated === held.redeemed) continue
        amount += held.allocated - held.redeemed
        allocations.set(seeder, { ...held, allocated: held.redeemed, nonce: held.nonce + 1n })
      }
      if (amount === 0n) return undefined
      const payouts = [{ to: payer, amount: wei(amount) }]
      return effect(escrows, escrowId, { ...before, allocations, free: ZERO_WEI }, { payouts })
    }
  }
}

function effect(
  escrows: Escrows,
  escrowId: EscrowId,
  after: ModelEscrow,
  moved: Partial<Pick<EscrowEffect, 'value' | 'payouts'>>,
): EscrowEffect {
  return { escrows: new Map(escrows).set(escrowId, after), value: ZERO_WEI, payouts: [], redeemed: [], ...moved }
}

function allocate(escrow: ModelEscrow, wanted: readonly Allocation[]): ModelEscrow | undefined {
  const allocations = new Map(escrow.allocations)
  let free: bigint = escrow.free
  for (const { seeder, amount } of wanted) {
    if (amount === 0n || amount > free) return undefined
    const held = allocations.get(seeder) ?? { allocated: ZERO_WEI, redeemed: ZERO_WEI, nonce: 0n }
    const allocated = wei(held.allocated + amount)
    if (!isAmount(allocated)) return undefined
    free -= amount
    allocations.set(seeder, { ...held, allocated, nonce: held.nonce + 1n })
  }
  return { ...escrow, free: wei(free), allocations }
}

function release(
  { domain }: EscrowRules,
  escrow: ModelEscrow,
  {
    releases,
    escrowId,
    sender,
  }: {
    readonly releases: Extract<EscrowCall, { kind: 'refund' }>['releases']
    readonly escrowId: EscrowId
    readonly sender: Address
  },
): ModelEscrow | undefined {
  const allocations = new Map(escrow.allocations)
  let free: bigint = escrow.free
  for (const { seeder, allocated, signature } of releases) {
    const held = allocations.get(seeder)
    if (held === undefined || allocated < held.redeemed || allocated > held.allocated) return undefined
    const { nonce } = held
    if (seeder !== sender && !isReleaseSigned(domain, { escrowId, seeder, allocated, nonce, signature }))
      return undefined
    free += held.allocated - allocated
    allocations.set(seeder, { ...held, allocated, nonce: nonce + 1n })
  }
  return { ...escrow, free: wei(free), allocations }
}

/** One that cannot be redeemed alone reverts; among several it is passed over. */
function redeem({ domain }: EscrowRules, escrows: Escrows, call: RedeemReceipts): EscrowEffect | undefined {
  const after = new Map(escrows)
  const redeemed: { payer: Address; seeder: Address; amount: Wei }[] = []
  const { seeder, items } = call
  for (const item of items) {
    const escrowId = escrowIdOf(item)
    const escrow = after.get(escrowId)
    const held = escrow?.allocations.get(seeder)
    if (escrow === undefined || held === undefined) continue
    const total = minWei(item.cumulativeAmount, held.allocated)
    if (total <= held.redeemed || !isReceiptSignedBy(domain, item.payer, { ...item, escrowId, seeder })) continue
    redeemed.push({ payer: item.payer, seeder, amount: wei(total - held.redeemed) })
    const allocations = new Map(escrow.allocations).set(seeder, { ...held, redeemed: total })
    after.set(escrowId, { ...escrow, allocations })
  }
  if (items.length === 1 && redeemed.length === 0) return undefined
  const payouts = redeemed.map(({ amount }) => ({ to: seeder, amount }))
  return { escrows: after, value: ZERO_WEI, payouts, redeemed }
}

function isAmount(amount: bigint): boolean {
  return amount > 0n && amount <= MAX_CHANNEL_AMOUNT
}
