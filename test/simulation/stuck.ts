import { vouchered } from '../../src/channel/books.ts'
import { prepaidElsewhere } from '../../src/channel/budget-store.ts'
import { loadPayeePair } from '../../src/channel/payee-books.ts'
import { loadPayerPair } from '../../src/channel/payer-books.ts'
import type { FileHash } from '../../src/domain/ids.ts'
import type { Actor } from './actor.ts'
import type { SimulatedNode } from './node.ts'
import type { World } from './world.ts'

/** docs/specs/01-voucher.md §7. */
const PREPAYMENT_CAP = 4

type Seller = Pick<Actor, 'node'>

/** Can nothing be bought from any honest seller of the file? What no rule mends: docs/adr/0051-simulator.md. */
export function isStuck(world: World, node: SimulatedNode, fileHash: FileHash): boolean {
  const sellers = world.actors.filter(
    ({ machine, plan, shares }) =>
      'files' in plan && machine.honest && shares.some((share) => share.fileHash === fileHash),
  )
  return sellers.every((seller) => isStalemate(node, seller) || isCappedOut(node, seller))
}

/**
 * A chunk was paid, lost in a crash, and then bought from another: the payee counts it and the payer never will. V is a chunk above R, and D
 * at V, so the payer may not sign for the next one, nor the payee send it on what it has.
 */
function isStalemate({ machine, parts }: SimulatedNode, { node }: Seller): boolean {
  if (node === undefined) return false
  const payee = node.machine.signer.address
  const theirs = parts.database.read((connection) => loadPayerPair(connection, payee))
  const ours = node.parts.database.read((connection) => loadPayeePair(connection, machine.signer.address))
  return vouchered(theirs) > theirs.verified && ours.committed >= vouchered(theirs)
}

/** So many false sellers keep a prepayment of the download that it may not prepay another stranger. */
function isCappedOut({ downloads, parts }: SimulatedNode, { node }: Seller): boolean {
  if (node === undefined) return false
  const payee = node.machine.signer.address
  return parts.database.read((connection) => {
    const { verified, channels } = loadPayerPair(connection, payee)
    if (verified > 0n || channels.some(({ best }) => best > 0n)) return false
    return downloads.list().some(({ downloadId }) => {
      const others = prepaidElsewhere(connection, { payee, downloadId })
      return others.filter((other) => loadPayerPair(connection, other).verified === 0n).length >= PREPAYMENT_CAP
    })
  })
}
