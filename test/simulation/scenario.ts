import { OPENING_CHUNKS, STRANGERS_DIVISOR } from '../../src/channel/payee-state.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import type { ConfirmationRule } from '../../src/domain/confirmation-rule.ts'
import { IN_BAND_PROTOCOLS, type InBandProtocol } from '../../src/domain/in-band-protocol.ts'
import type { PayBy } from '../../src/domain/pay-by.ts'
import { Chance } from './chance.ts'
import { BUYER_LIES, type BuyerLie } from './lying-buyers.ts'
import { SELLER_LIES, type SellerLie } from './lying-sellers.ts'
import type { CrashPoint } from './machine.ts'
import type { ChainRules } from './simulated-chain.ts'
import type { LineQuality } from './simulated-network.ts'

/** Where a file stands in `soldFiles()`. */
type FileNumber = number

export interface SellerPlan {
  readonly name: string
  readonly pricePerMiB: Wei
  /** Takes bids from here up. */
  readonly lowestPricePerMiB?: Wei
  readonly files: readonly FileNumber[]
  readonly protocols: readonly InBandProtocol[]
  /** Sells over another protocol as well, paid on the stream. */
  readonly carries?: boolean
  readonly lie?: { readonly kind: SellerLie; readonly after: number }
  readonly crashPoints: readonly CrashPoint[]
}

export interface Purchase {
  readonly file: FileNumber
  readonly closeChannels: boolean
  readonly window: number
  readonly maxSources: number
}

export interface BuyerPlan {
  readonly name: string
  readonly purchases: readonly Purchase[]
  /** What it asks by, where a seller speaks it. */
  readonly prefers: InBandProtocol
  /** Default: by channels. */
  readonly payBy?: PayBy
  /** What it offers to whoever asks more. */
  readonly bid?: Wei
  /** What it sells of what it bought, and while it still buys. */
  readonly resells?: Wei
  readonly protocols: readonly InBandProtocol[]
  readonly carries?: boolean
  /** Has chunks come over that protocol, where it does not fail. */
  readonly isCarried?: boolean
  readonly lie?: { readonly kind: BuyerLie; readonly after: number }
  readonly crashPoints: readonly CrashPoint[]
}

export type Fault =
  | { readonly kind: 'cut' }
  /** So many chunks that the first sends the second from then on do not arrive, and their streams break. */
  | { readonly kind: 'lose'; readonly machines: readonly [number, number]; readonly chunks: number }
  | { readonly kind: 'hold'; readonly machines: readonly [number, number]; readonly forMs: number }
  | { readonly kind: 'reorganise'; readonly depth: number }
  | { readonly kind: 'chainAway'; readonly forMs: number }
  | { readonly kind: 'crash'; readonly machine: number; readonly downMs: number }
  /** It comes back with its wallet, and with nothing else. */
  | { readonly kind: 'loseDisk'; readonly machine: number; readonly downMs: number }

export interface Scenario extends ConfirmationRule {
  readonly seed: string
  readonly line: LineQuality
  readonly chain: ChainRules
  readonly rpcMs: number
  /** A new head does not reach a node. */
  readonly lostHeads: number
  readonly creditCapTotal: Wei
  /** What a seller asks for to begin with. */
  readonly minDeposit: Wei
  readonly redeemThreshold: Wei
  readonly sellers: readonly SellerPlan[]
  readonly buyers: readonly BuyerPlan[]
  readonly faults: readonly { readonly atMs: number; readonly fault: Fault }[]
  /** From here on nothing goes wrong but liars. */
  readonly faultsEndMs: number
}

/** Sellers that take a prepayment and vanish, more than a download may prepay before its user comes again. */
const CROWD = [6, 9, 14]
const CROWD_PROBABILITY = 0.03
/** A buyer pays by coin transfers. */
const TRANSFER_PROBABILITY = 0.15
/** A line loses chunks. */
const LOSSES_PROBABILITY = 0.1
/** How many: with the fourth loss of a chunk its seller has sent it as often as is free. */
const LOSSES = [1, 4, 4, 5, 9]
/** A buyer locks coin in an escrow. */
const ESCROW_PROBABILITY = 0.2
/** A seller takes bids; a buyer bids. */
const BARGAIN_PROBABILITY = 0.7
/** Of a price, in tenths: where bids are taken from, and what is bid. */
const LOWEST_TENTHS = [1n, 5n, 9n]
const BID_TENTHS = [5n, 8n, 9n]
/** One that has its chunks carried pays afterwards, many sellers at once. */
const BATCH_PROBABILITY = 0.5
/** A liar by escrow keeps what a seller released. */
const KEEPS_RELEASES_PROBABILITY = 0.4
/** One that asks for more than it offered signs for another price as well. */
const SIGNS_FALSELY_PROBABILITY = 0.5
// What came to the lies later is drawn beside the others: so seeds of before mean what they did.
const { 'signs another price than it quotes': _signs, ...DRAWN_SELLER_LIES } = SELLER_LIES
const { 'pays with what was released': _keeps, ...DRAWN_BUYER_LIES } = BUYER_LIES
const SPOKEN: readonly (readonly InBandProtocol[])[] = [['bitswap'], ['webrpc'], IN_BAND_PROTOCOLS]
const PRICES = [1n, 7n, 1_000n, 123_457n, 10n ** 12n + 1n]
/** Most crashes at a chosen effect, of one machine. */
const MAX_CRASH_POINTS = 2
/** Effects of a machine in an ordinary run, roughly: crash points lie among them. */
const USUAL_EFFECTS = 150

/** The whole of a run, from its seed. */
export function scenarioOf(seed: string): Scenario {
  const chance = new Chance(seed)
  const confirmations = chance.integer(0, 4)
  const faultsEndMs = chance.between(5_000, 90_000)
  const isRough = chance.happens(0.8)
  const files = chance.happens(0.7) ? [chance.integer(1, 7)] : [chance.integer(0, 4), chance.integer(5, 8)]
  const spoken = chance.child('protocols')
  const carriers = chance.child('carriers')
  const bids = chance.child('bids')
  const quotes = chance.child('quotes')
  const sellers = planSellers(chance, files, isRough).map((plan) => ({
    ...plan,
    ...(bids.happens(BARGAIN_PROBABILITY)
      ? { lowestPricePerMiB: partOf(plan.pricePerMiB, bids.pick(LOWEST_TENTHS)) }
      : {}),
    protocols: spoken.pick(SPOKEN),
    carries: carriers.happens(0.7),
    ...(plan.lie?.kind === 'asks for more than it offered' && quotes.happens(SIGNS_FALSELY_PROBABILITY)
      ? { lie: { ...plan.lie, kind: 'signs another price than it quotes' as const } }
      : {}),
  }))
  const transfers = chance.child('transfers')
  const buyers = planBuyers(chance, files, isRough).map((plan) => ({
    ...plan,
    // A liar buys by hand, and at the asked price.
    ...(plan.lie === undefined && bids.happens(BARGAIN_PROBABILITY)
      ? { bid: partOf(bids.pick(sellers).pricePerMiB, bids.pick(BID_TENTHS)) }
      : {}),
    ...(plan.lie === undefined && transfers.happens(TRANSFER_PROBABILITY) ? { payBy: 'transfer' as const } : {}),
    prefers: spoken.pick(IN_BAND_PROTOCOLS),
    protocols: spoken.pick(SPOKEN),
    carries: carriers.happens(0.5),
    isCarried: carriers.happens(0.5),
  }))
  const scenario: Scenario = {
    seed,
    line: {
      latencyMs: chance.between(0.2, 150),
      jitterMs: chance.between(0, 100),
      bytesPerMs: chance.pick([100, 1_000, 20_000]),
    },
    chain: {
      blockSeconds: chance.pick([2, 5, 12]),
      windowSeconds: 90,
      windowBlocks: 10,
      fee: wei(chance.pick([0n, 3n, 21_000n])),
      dropProbability: isRough ? chance.between(0, 0.3) : 0,
    },
    confirmations,
    rpcMs: chance.between(0.5, 120),
    lostHeads: isRough ? chance.between(0, 0.4) : 0,
    creditCapTotal: wei(chance.pick([10n ** 17n, 10n ** 17n, 2_000n])),
    minDeposit: wei(chance.pick([1n, 1_000n])),
    redeemThreshold: wei(chance.pick([0n, 500n, 10n ** 17n])),
    sellers,
    buyers,
    faults: isRough ? planFaults(chance, { faultsEndMs, confirmations, sellers, buyers }) : [],
    faultsEndMs,
  }
  return {
    ...scenario,
    ...planSmallDeposit(chance.child('small deposit'), scenario),
    faults: [...scenario.faults, ...planLosses(chance.child('lines that lose'), scenario)],
    ...planWays(chance, scenario),
  }
}

/** A bad line loses one chunk after the other, or the same again and again: as often as it is sent for nothing, and once more. */
function planLosses(chance: Chance, { sellers, buyers, faultsEndMs, faults }: Scenario): Scenario['faults'] {
  if (faults.length === 0 || !chance.happens(LOSSES_PROBABILITY)) return []
  const machines = [
    chance.integer(0, sellers.length - 1),
    sellers.length + chance.integer(0, buyers.length - 1),
  ] as const
  return [{ atMs: chance.between(0, faultsEndMs / 2), fault: { kind: 'lose', machines, chunks: chance.pick(LOSSES) } }]
}

/** How buyers pay that do not pay by channels or transfers. */
function planWays(chance: Chance, scenario: Scenario): Pick<Scenario, 'buyers'> {
  const afterwards = planBatches(chance.child('batches'), scenario)
  const escrows = chance.child('escrows')
  return {
    buyers: afterwards.buyers.map((plan) => {
      if (!escrows.happens(ESCROW_PROBABILITY) || plan.payBy !== undefined) return plan
      const keeps = plan.lie !== undefined && escrows.happens(KEEPS_RELEASES_PROBABILITY)
      const lie = keeps ? { lie: { kind: 'pays with what was released' as const, after: 0 } } : {}
      return { ...plan, ...lie, payBy: 'escrow' as const }
    }),
  }
}

/** Where every seller gives a stranger credit; others let nobody in who pays afterwards. */
function planBatches(chance: Chance, { sellers, buyers, creditCapTotal }: Scenario): Pick<Scenario, 'buyers'> {
  const dearest = PRICES.reduce((most, price) => (price > most ? price : most), 0n)
  const givesCredit = ({ carries, protocols }: SellerPlan): boolean =>
    carries === true && protocols.includes('bitswap') && creditCapTotal > STRANGERS_DIVISOR * OPENING_CHUNKS * dearest
  return {
    buyers: buyers.map((plan) => {
      const mayPayAfterwards = plan.lie === undefined && plan.payBy === undefined && plan.isCarried === true
      return mayPayAfterwards && sellers.every(givesCredit) && chance.happens(BATCH_PROBABILITY)
        ? { ...plan, payBy: 'batch' as const }
        : plan
    }),
  }
}

/** Half of the sellers' worlds count a part of a deposit as soon as no reorganisation can undo it: then the bounds hold as ever. */
function planSmallDeposit(chance: Chance, { faults }: Scenario): Pick<Scenario, 'small'> {
  if (chance.happens(0.5)) return {}
  const depths = faults.map(({ fault }) => (fault.kind === 'reorganise' ? fault.depth : 0))
  return { small: { amount: wei(chance.pick([1n, 500n, 10n ** 17n])), confirmations: Math.max(0, ...depths) } }
}

function planSellers(chance: Chance, files: readonly FileNumber[], isRough: boolean): Omit<SellerPlan, 'protocols'>[] {
  const honest = chance.integer(1, 2)
  const isCrowd = chance.happens(CROWD_PROBABILITY)
  const liars = isCrowd ? chance.child('crowd').pick(CROWD) : chance.pick([0, 0, 1, 1, 2])
  return Array.from({ length: honest + liars }, (_, number) => ({
    name: `seller${number}`,
    pricePerMiB: wei(chance.happens(0.04) ? 0n : chance.pick(PRICES)),
    files,
    ...(number < honest
      ? {}
      : {
          lie: {
            kind: isCrowd ? 'takes the money and sends nothing' : anyOf(chance, DRAWN_SELLER_LIES),
            after: chance.integer(0, 4),
          },
        }),
    crashPoints: isRough ? planCrashes(chance) : [],
  }))
}

function planBuyers(
  chance: Chance,
  files: readonly FileNumber[],
  isRough: boolean,
): Omit<BuyerPlan, 'protocols' | 'prefers'>[] {
  const honest = chance.pick([1, 1, 1, 2])
  const liars = chance.pick([0, 0, 1])
  return Array.from({ length: honest + liars }, (_, number) => ({
    name: `buyer${number}`,
    purchases: files.map((file) => ({
      file,
      closeChannels: chance.happens(0.5),
      window: chance.pick([1, 2, 8]),
      maxSources: chance.pick([2, 4, 8]),
    })),
    ...(number < honest && chance.happens(0.3) ? { resells: wei(chance.pick(PRICES)) } : {}),
    ...(number < honest ? {} : { lie: { kind: anyOf(chance, DRAWN_BUYER_LIES), after: chance.integer(0, 12) } }),
    crashPoints: isRough ? planCrashes(chance) : [],
  }))
}

function partOf(price: Wei, tenths: bigint): Wei {
  return wei((price * tenths) / 10n + 1n) // a bid is above zero
}

function planCrashes(chance: Chance): CrashPoint[] {
  return Array.from({ length: chance.integer(0, MAX_CRASH_POINTS) }, () => ({
    effect: chance.integer(1, USUAL_EFFECTS),
    when: chance.pick(['before', 'after'] as const),
    downMs: chance.between(100, 15_000),
  }))
}

function planFaults(
  chance: Chance,
  {
    faultsEndMs,
    confirmations,
    sellers,
    buyers,
  }: Pick<Scenario, 'faultsEndMs' | 'confirmations' | 'sellers' | 'buyers'>,
): Scenario['faults'] {
  const machines = sellers.length + buyers.length
  const kinds: (() => Fault)[] = [
    () => ({ kind: 'cut' }),
    () => ({ kind: 'cut' }),
    () => {
      const pair = [chance.integer(0, sellers.length - 1), chance.integer(sellers.length, machines - 1)] as const
      return { kind: 'hold', machines: pair, forMs: chance.between(100, 40_000) }
    },
    () => ({ kind: 'chainAway', forMs: chance.between(100, 20_000) }),
    () => ({ kind: 'crash', machine: chance.integer(0, machines - 1), downMs: chance.between(100, 15_000) }),
  ]
  // A reorganisation deeper than the confirmations is beyond what any rule can bound.
  if (confirmations > 0) kinds.push(() => ({ kind: 'reorganise', depth: chance.integer(1, confirmations) }))
  return Array.from({ length: chance.integer(0, 8) }, () => ({
    atMs: chance.between(0, faultsEndMs),
    fault: chance.pick(kinds)(),
  }))
}

function anyOf<Name extends string>(chance: Chance, table: Readonly<Record<Name, unknown>>): Name {
  return chance.pick(Object.keys(table) as Name[]) // the table has no other keys
}
