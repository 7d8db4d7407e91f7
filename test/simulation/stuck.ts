import { vouchered } from '../../src/channel/books.ts'
import { loadPayeePair } from '../../src/channel/payee-books.ts'
import { MAX_RESENDS } from '../../src/channel/payee-state.ts'
import { loadPayerPair } from '../../src/channel/payer-books.ts'
import { maxWei, wei, ZERO_WEI } from '../../src/domain/amount.ts'
import type { FileHash } from '../../src/domain/ids.ts'
import type { Actor } from './actor.ts'
import type { SimulatedNode } from './node.ts'
import type { World } from './world.ts'

/** docs/specs/01-voucher.md §5.4. */
const WRITE_OFF_DIVISOR = 8n

type Seller = Pick<Actor, 'node'>

/** Can nothing be bought from any honest seller of the file, because none of them may write off more? docs/adr/0054-two-stalemates.md. */
export function isStuck(world: World, node: SimulatedNode, fileHash: FileHash): boolean {
  const sellers = world.actors.filter(
    ({ machine, plan, shares }) =>
      'files' in plan && machine.honest && shares.some((share) => share.fileHash === fileHash),
  )
  return sellers.every((seller) => isUsedUp(node, seller) || isSentNoMore(node, seller, fileHash))
}

/** A chunk was lost as often as it is sent for nothing, and its seller may not take it off the bill. docs/adr/0078-bought-again.md */
function isSentNoMore({ machine, content }: SimulatedNode, { node }: Seller, fileHash: FileHash): boolean {
  if (node === undefined) return false
  const payer = machine.signer.address
  const ours = node.parts.database.read((connection) => loadPayeePair(connection, payer))
  const most = (price: bigint): bigint =>
    [price, vouchered(ours) / WRITE_OFF_DIVISOR, ours.opening ?? 0n].reduce((a, b) => (a < b ? b : a))
  const rows = node.parts.database.read((connection) =>
    connection.all('SELECT * FROM channel_deliveries WHERE payer = ? AND file_hash = ?', payer, fileHash),
  )
  return rows.some((row) => {
    const price = BigInt(String(row['price']))
    if (content.have(fileHash).has(Number(row['chunk_index'])) || Number(row['resends']) < MAX_RESENDS) return false
    return ours.writtenOff + price > most(price)
  })
}

/**
 * A chunk was paid, lost in a crash, and then bought from another: the payee counts it and the payer never will. V is a chunk above R, and D
 * at V, so the payer may not sign for the next one, nor the payee send it on what it has. Where the payee has written off as much as it may,
 * that is how it stays: the bound at work.
 */
function isUsedUp({ machine, parts }: SimulatedNode, { node }: Seller): boolean {
  if (node === undefined) return false
  const payee = node.machine.signer.address
  const theirs = parts.database.read((connection) => loadPayerPair(connection, payee))
  const ours = node.parts.database.read((connection) => loadPayeePair(connection, machine.signer.address))
  const excess = vouchered(theirs) - theirs.verified
  const isStalemate = excess > 0n && ours.committed >= vouchered(theirs)
  const most = maxWei(wei(vouchered(ours) / WRITE_OFF_DIVISOR), ours.opening ?? ZERO_WEI)
  return isStalemate && ours.writtenOff > 0n && ours.writtenOff + excess > most
}
