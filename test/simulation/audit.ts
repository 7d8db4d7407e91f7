import { allocationsOf, type Books, channelsOf, vouchered } from '../../src/channel/books.ts'
import { type Channel, contribution } from '../../src/channel/channel-state.ts'
import type { ChannelSummary } from '../../src/channel/channel-summary.ts'
import { decodeBudget } from '../../src/channel/codec.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { listPayeePairs, loadPayeePair } from '../../src/channel/payee-books.ts'
import { listPayerPairs, loadPayerPair } from '../../src/channel/payer-books.ts'
import { isQuoteSigned } from '../../src/channel/quote-promise.ts'
import { minWei, parseWei, type Wei } from '../../src/domain/amount.ts'
import { fromHex } from '../../src/domain/bytes.ts'
import { CHUNK_SIZE_BYTES, chunkLength } from '../../src/domain/chunk.ts'
import { type Address, type ChannelId, parseAddress, parseFileHash } from '../../src/domain/ids.ts'
import { chunkPrice } from '../../src/domain/price.ts'
import type { SignedQuote } from '../../src/domain/quote.ts'
import type { Row } from '../../src/system/database.ts'
import { type Actor, pathOf } from './actor.ts'
import { heldIn } from './escrow-contract-model.ts'
import { chunkOf } from './files.ts'
import type { Share, SimulatedNode } from './node.ts'
import { CHAIN_ID, CONTRACT } from './simulated-chain.ts'
import { chunkNamed, nameOf } from './witness.ts'
import type { World } from './world.ts'

/** What docs/specs/01-voucher.md §5.3 and §7 say, and not what the code says that is judged by it. */
const CREDIT_DIVISOR = 8n
const PREPAYMENT_CAP = 4
/** Two transactions, each held to cost at most twice what it does. */
const RECLAIMING = 4n

/** §5.6, after every voucher: V − R is at most the dearest chunk that was asked for. */
export function checkRisk(world: World, { machine, parts }: SimulatedNode, payee: Address): void {
  const pair = parts.database.read((connection) => loadPayerPair(connection, payee))
  const most = world.witness.dearest({ payer: machine.signer.address, payee })
  if (vouchered(pair) - pair.verified > most)
    world.violated(`${machine.name} risks ${vouchered(pair) - pair.verified} with ${payee}, a chunk costs ${most}`)
  checkDeposits(world, machine.name, pair.channels)
}

/** §10.3, when a transfer is offered to the chain: with it V − R is at most the dearest chunk, where the user allowed no more. */
export function checkTransfer(
  world: World,
  { machine, parts }: SimulatedNode,
  { payee, amount }: { readonly payee: Address; readonly amount: bigint },
): void {
  const pair = parts.database.read((connection) => loadPayerPair(connection, payee))
  const most = world.witness.dearest({ payer: machine.signer.address, payee })
  const risk = vouchered(pair) + amount - pair.verified
  if (risk > most) world.violated(`${machine.name} risks ${risk} with ${payee} by a transfer, a chunk costs ${most}`)
}

/** §5.6, after every chunk that was committed: D − V is at most an eighth of V, or the opening credit. */
export function checkCredit(
  world: World,
  { machine, parts }: SimulatedNode,
  { payer, isServed }: { readonly payer: Address; readonly isServed: boolean },
): void {
  const pair = parts.database.read((connection) => loadPayeePair(connection, payer))
  const opening = world.witness.opening({ payer, payee: machine.signer.address })
  if (pair.committed - vouchered(pair) > larger(vouchered(pair) / CREDIT_DIVISOR, opening))
    world.violated(`${machine.name} gives ${payer} ${pair.committed} for ${vouchered(pair)}`)
  // §10.2: a transfer counts once, and not before it has the payee's confirmations.
  const parties = { payer, payee: machine.signer.address }
  const deep = world.chain.transferred(parties, world.chain.head.number - world.scenario.confirmations)
  if ((pair.transferred ?? 0n) > deep)
    world.violated(`${machine.name} counts transfers of ${pair.transferred}: ${deep}`)
  // §5.2: "The payee MUST stop serving when a close request is first seen, even unconfirmed".
  if (!isServed) world.violated(`${machine.name} serves ${payer}, which had no open channel`)
  const owed = parts.database.read(listPayeePairs).map((other) => other.committed - vouchered(other))
  const risk = owed.reduce((sum, amount) => sum + larger(amount, 0n), 0n)
  checkDeposits(world, machine.name, pair.channels)
  if (risk > world.scenario.creditCapTotal) world.violated(`${machine.name} is owed ${risk} by all`)
}

/** §5.1 and §5.2: "A voucher MUST NOT exceed the confirmed deposit of its channel". */
function checkDeposits(world: World, name: string, channels: readonly Channel[]): void {
  const { chain, scenario } = world
  for (const channel of channels) {
    // One that is gone from the chain was closed, which its parties are about to see.
    if (channel.phase !== 'open' || chain.depositAt(channel.channelId, chain.head.number) === undefined) continue
    const at = (depth: number): bigint => chain.depositAt(channel.channelId, chain.head.number - depth) ?? 0n
    const { small } = scenario
    const soon = small === undefined ? 0n : smaller(at(small.confirmations), small.amount)
    const deposit = larger(at(scenario.confirmations), soon)
    if (channel.best > deposit) world.violated(`${name} counts ${channel.best} on a deposit of ${deposit}`)
  }
}

/** Nothing that anybody was told is forgotten: vouchers, on both sides, and stored chunks with what they cost. */
export function checkAfterRestart(world: World, { machine, plan }: Actor, node: SimulatedNode): void {
  if (machine.isAmnesiac) return
  const { issued, acknowledged } = world.witness
  requireHeld(world, machine.name, node.payer.list(), issued, 'forgot a voucher that it gave')
  requireHeld(world, machine.name, node.payer.list(), acknowledged, 'forgot a voucher that its payee holds')
  requireHeld(world, machine.name, node.payee.list(), acknowledged, 'forgot a voucher that it took')
  if ('files' in plan) return
  const rows = node.parts.database.read((connection) => connection.all('SELECT * FROM channel_verified'))
  const paidFor = new Set(
    rows.map((row) =>
      nameOf({ fileHash: chunkNamed(`${row['file_hash']} 0`).fileHash, chunkIndex: Number(row['chunk_index']) }),
    ),
  )
  for (const name of world.witness.stored.get(machine.name) ?? []) {
    const { fileHash, chunkIndex } = chunkNamed(name)
    if (!node.content.have(fileHash).has(chunkIndex)) world.violated(`${machine.name} lost the stored chunk ${name}`)
    if (world.isPriced && !paidFor.has(name))
      world.violated(`${machine.name} has ${name} and does not know what it owes`)
  }
  for (const name of paidFor) {
    const { fileHash, chunkIndex } = chunkNamed(name)
    if (!node.content.have(fileHash).has(chunkIndex)) world.violated(`${machine.name} owes for ${name} and lacks it`)
  }
  for (const purchase of plan.purchases) checkBytes(world, machine.name, node, purchase.file)
}

function requireHeld(
  world: World,
  name: string,
  channels: readonly ChannelSummary[],
  amounts: ReadonlyMap<ChannelId, bigint>,
  what: string,
): void {
  for (const { channelId, phase, vouchered: held } of channels)
    if (phase !== 'closed' && held < (amounts.get(channelId) ?? 0n))
      world.violated(`${name} ${what}: ${held} is less than ${amounts.get(channelId)}`)
}

/** Every chunk that counts is on the disk, and right. */
function checkBytes(world: World, name: string, { machine, content }: SimulatedNode, file: number): void {
  const sold = world.fileOf(file)
  const copy = content.list().find(({ path }) => path === pathOf(name, file))
  if (copy === undefined) return
  const path = [copy.path, `${copy.path}.chiral-part`].find((candidate) => machine.files.paths().includes(candidate))
  if (path === undefined) {
    if (copy.chunksHeld > 0) world.violated(`${name} holds ${copy.chunksHeld} chunks of a file that is gone`)
    return
  }
  const bytes = machine.files.contentOf(path)
  const have = content.have(copy.fileHash)
  for (let chunkIndex = 0; chunkIndex < have.length; chunkIndex++) {
    if (!have.has(chunkIndex)) continue
    const start = chunkIndex * CHUNK_SIZE_BYTES
    const found = bytes.subarray(start, start + chunkLength(sold.bytes.byteLength, chunkIndex))
    if (Buffer.compare(found, chunkOf(sold, chunkIndex)) !== 0)
      world.violated(`${name}: chunk ${chunkIndex} counts and is wrong`)
  }
}

/** When all channels are closed: who paid whom how much, and for what. */
export function checkBooks(world: World): void {
  world.chain.checkConservation()
  const byChannels = paidByChannels(world)
  const paid: Paid = (payer, payee) =>
    byChannels(payer, payee) + world.chain.transferred({ payer, payee }, world.chain.head.number)
  for (const actor of world.actors) {
    if (!actor.machine.honest || actor.node === undefined) continue
    actor.machine.files.crash() // what is not on the disk by now never will be
    if (!actor.machine.isAmnesiac) checkPayer(world, actor, actor.node, paid)
    checkEscrows(world, actor, actor.node)
    checkPayee(world, actor, actor.node, { paid, byChannels })
  }
}

type Paid = (payer: Address, payee: Address) => bigint

/** By vouchers and by receipts. */
function paidByChannels(world: World): Paid {
  const parties = new Map<ChannelId, string>()
  const paid = new Map<string, bigint>()
  for (const event of world.chain.events({ fromBlock: 0, toBlock: world.chain.head.number })) {
    if (event.kind === 'opened') parties.set(event.channelId, `${event.payer} ${event.payee}`)
    const pair = parties.get(event.channelId) ?? ''
    if (event.kind === 'closed') paid.set(pair, (paid.get(pair) ?? 0n) + event.settled)
  }
  return (payer, payee) => (paid.get(`${payer} ${payee}`) ?? 0n) + world.chain.redeemed({ payer, payee })
}

function checkPayer(world: World, { machine, plan }: Actor, { parts }: SimulatedNode, paid: Paid): void {
  const payer = machine.signer.address
  const books = parts.database.read((connection) => ({
    pairs: listPayerPairs(connection),
    purchases: connection.all('SELECT payee, price FROM channel_verified'),
    quotes: connection.all('SELECT * FROM channel_quotes').map(quoteOf),
    budgets: connection.all('SELECT budget FROM channel_downloads').map((row) => decodeBudget(String(row['budget']))),
  }))
  // SPEC 03 §4.2: "A payer MUST refuse a quote whose signature is not the payee's"
  for (const quote of books.quotes)
    if (!isQuoteSigned(signingDomain(CHAIN_ID, CONTRACT), { ...quote, payer }))
      world.violated(`${machine.name} buys under a quote that ${quote.payee} did not sign`)
  let falseSellers = 0
  for (const { machine: seller } of world.actors) {
    const payee = seller.signer.address
    const bought = books.purchases.filter((row) => row['payee'] === payee)
    const price = bought.reduce((sum, row) => sum + BigInt(String(row['price'])), 0n)
    const spent = paid(payer, payee)
    const dearest = world.witness.dearest({ payer, payee })
    if (spent - price > dearest)
      world.violated(`${machine.name} paid ${seller.name} ${spent} for chunks worth ${price}; a chunk costs ${dearest}`)
    if (spent > 0n && bought.length === 0) falseSellers++
    const pair = books.pairs.find((candidate) => candidate.payee === payee)
    if (pair === undefined) {
      if (spent > 0n) world.violated(`${machine.name} does not know that it paid ${seller.name}`)
      continue
    }
    // One that was decided on and never opened costs nothing, and is opened when it is needed.
    if (channelsOf(pair).some(({ phase }) => phase !== 'opening'))
      world.violated(`${machine.name} still counts on a channel to ${seller.name}`)
    if (vouchered(pair) - promised(pair) !== spent)
      world.violated(`by the books of ${machine.name} it paid ${seller.name} ${vouchered(pair)}, by the chain ${spent}`)
    if (pair.verified !== price) world.violated(`${machine.name} counts ${pair.verified} for chunks worth ${price}`)
    // Of two downloads from one seller the first to end may close the channel while a chunk of the other is under way.
    const mayOwe = wasUnsettled(world, machine.name) || ('purchases' in plan && plan.purchases.length > 1)
    if (seller.honest && pair.verified > spent && !mayOwe)
      world.violated(`${machine.name} still owes ${seller.name} ${pair.verified - spent}`)
  }
  const starts = world.starts.get(machine.name) ?? 0
  if (falseSellers > PREPAYMENT_CAP * starts)
    world.violated(`${machine.name} prepaid ${falseSellers} false sellers in ${starts} starts`)
  for (const { limit, signed, gasSpent, gasReserved } of books.budgets)
    if (signed + gasSpent + gasReserved > limit)
      world.violated(`${machine.name} spent ${signed} and gas of a limit of ${limit}`)
  if ('files' in plan) return
  for (const { file } of plan.purchases.filter((purchase) => !world.givenUp.has(pathOf(machine.name, purchase.file))))
    if (Buffer.compare(machine.files.contentOf(pathOf(machine.name, file)), world.fileOf(file).bytes) !== 0)
      world.violated(`${machine.name} has not the file ${file} that it says it has`)
}

function quoteOf(row: Row): Omit<SignedQuote, 'payer'> {
  return {
    payee: parseAddress(String(row['payee'])),
    fileHash: parseFileHash(String(row['file_hash'])),
    quoteId: Number(row['quote_id']),
    expiresAt: Number(row['expires_at']),
    pricePerMiB: parseWei(String(row['price'])),
    signature: fromHex(String(row['signature'])),
  }
}

/** What was signed on allocations that are not redeemed: a receipt that its seller never got, or that would bring less than it costs. */
function promised(books: Books): bigint {
  return allocationsOf(books).reduce((sum, allocation) => {
    const settled = 'settled' in allocation ? allocation.settled : 0n
    return sum + (contribution(allocation) - settled)
  }, 0n)
}

/** SPEC 04 §11.4: "What a seeder does not release comes back after the deadline", where that brings more than it costs. */
function checkEscrows(world: World, { machine }: Actor, { parts }: SimulatedNode): void {
  const pairs = parts.database.read(listPayerPairs)
  const kept = pairs.reduce((sum, pair) => sum + promised(pair), 0n)
  const own = [...world.chain.escrowsAt(undefined).values()].filter(({ payer }) => payer === machine.signer.address)
  for (const escrow of own)
    if (heldIn(escrow) > kept + RECLAIMING * world.chain.rules.fee)
      world.violated(`${machine.name} does not have back ${heldIn(escrow)} of an escrow; ${kept} is promised`)
}

/** A download of the machine ended without having paid all that it owed; it is paid at the next contact. */
function wasUnsettled(world: World, name: string): boolean {
  return world.scheduler.trace.some((line) => line.includes(`${name}: warn: A seeder could not be settled with`))
}

function checkPayee(
  world: World,
  { machine, shares }: Actor,
  { parts }: SimulatedNode,
  on: { readonly paid: Paid; readonly byChannels: Paid },
): void {
  const payee = machine.signer.address
  const pairs = parts.database.read(listPayeePairs)
  for (const { machine: buyer, plan } of world.actors) {
    const payer = buyer.signer.address
    const received = on.paid(payer, payee)
    const byChannels = on.byChannels(payer, payee)
    const given = [...(world.witness.obtained.get(`${payer} ${payee}`) ?? [])].map(chunkNamed)
    const prices = given.map(({ fileHash, chunkIndex }): bigint => {
      const price = priceFor(
        plan,
        shares.find((share) => share.fileHash === fileHash),
      )
      return price === undefined
        ? 0n
        : chunkPrice(price, chunkLength(world.witness.fileOf(fileHash).bytes.byteLength, chunkIndex))
    })
    const worth = prices.reduce((sum, price) => sum + price, 0n)
    const dearest = prices.reduce(larger, 0n)
    const opening = world.witness.opening({ payer, payee })
    const most = [received / CREDIT_DIVISOR, opening].reduce(larger, dearest)
    if (worth - received > most)
      world.violated(`${machine.name} gave ${buyer.name} chunks worth ${worth} and got ${received}`)
    const pair = pairs.find((candidate) => candidate.payer === payer)
    if (pair === undefined) {
      // A transfer that its payer never showed is known to nobody else.
      if (byChannels > 0n) world.violated(`${machine.name} does not know that ${buyer.name} paid it`)
      continue
    }
    if (channelsOf(pair).length > 0) world.violated(`${machine.name} still counts on a channel of ${buyer.name}`)
    const { transferred = 0n } = pair
    if (vouchered(pair) - promised(pair) - transferred !== byChannels || transferred > received - byChannels)
      world.violated(`by the books of ${machine.name} ${buyer.name} paid ${vouchered(pair)}, by the chain ${received}`)
  }
}

/** What a share costs a buyer: its bid where that is taken. */
function priceFor(plan: Actor['plan'], share: Share | undefined): Wei | undefined {
  const bid = 'files' in plan ? undefined : plan.bid
  if (share === undefined || bid === undefined || share.lowestPricePerMiB === undefined) return share?.pricePerMiB
  return share.lowestPricePerMiB <= bid ? minWei(bid, share.pricePerMiB) : share.pricePerMiB
}

function larger(a: bigint, b: bigint): bigint {
  return a < b ? b : a
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
