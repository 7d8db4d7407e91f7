import type { Address } from '../../domain/ids.ts'
import type { Delivered } from '../../domain/receipt.ts'
import type { Connection } from '../../system/database.ts'
import type { Channel } from '../channel-state.ts'
import { allocationIdOf } from '../escrow/allocation.ts'
import type { EscrowPapers } from '../escrow/escrow-chain.ts'
import { deliveredBy } from '../escrow/escrow-source.ts'
import { contractOf, findAllocation, findEscrow } from '../escrow/escrow-store.ts'
import type { Role } from '../store.ts'
import type { ReceiptEntry, ReceiptFacts } from './entry.ts'

/** What the wallet signs for one Escrow contract. */
export type PapersOf = (contract: Address) => Pick<EscrowPapers, 'escrowIdOf' | 'chunksHashOf' | 'signReceipt'>

/** What tells whether a receipt for one Escrow contract is good: nothing but what the receipt says. */
export type ReceiptJudgeOf = (
  chainId: number,
  contract: Address,
) => Pick<EscrowPapers, 'escrowIdOf' | 'isReceiptSignedBy'>

/** What only an entry of a receipt says. */
type ReceiptFields = Pick<ReceiptFacts, 'signature' | 'escrowContract' | 'escrowFile' | 'chunksHash' | 'protocol'>

/**
 * The best receipt on an allocation: as payee the one that was taken; as payer one of the same total, which says of the chunks what the books say now and is as
 * good as the one that was sent. `undefined` for an allocation whose contract was not remembered, until it is used again.
 */
export function bestReceipt(
  connection: Connection,
  { role, channel: { channelId, best, signature, delivered } }: { readonly role: Role; readonly channel: Channel },
  papersOf: PapersOf,
): ReceiptFields | undefined {
  const contract = contractOf(connection, channelId)
  const named = findAllocation(connection, channelId)
  if (contract === undefined || named === undefined) return undefined
  const escrow = { escrowContract: contract, escrowFile: named.fileHash }
  if (role === 'payee')
    return delivered === undefined || signature === undefined ? undefined : { ...escrow, ...delivered, signature }
  const papers = papersOf(contract)
  const escrowId = papers.escrowIdOf(named)
  const { seeder } = named
  const own = findEscrow(connection, escrowId)
  if (own === undefined) return undefined
  const says: Delivered = deliveredBy(connection, { escrow: own, payee: seeder }, papers)
  const receipt = papers.signReceipt({ escrowId, seeder, cumulativeAmount: best, ...says })
  return { ...escrow, ...says, signature: receipt.signature }
}

/** What is wrong with an entry of a receipt, if anything: its allocation and its signature, which name each other. Pure. */
export function faultOfReceipt(entry: ReceiptEntry, judgeOf: ReceiptJudgeOf): string | undefined {
  const { chainId, role, wallet, peer, salt, channelId, cumulativeAmount, signature } = entry
  const { escrowContract, escrowFile, chunksHash, protocol = '' } = entry
  if (escrowContract === undefined || escrowFile === undefined || chunksHash === undefined)
    return 'it is not a whole receipt'
  const [payer, seeder] = role === 'payer' ? [wallet, peer] : [peer, wallet]
  const judge = judgeOf(chainId, escrowContract)
  if (salt >= 1n << 96n) return 'its salt is no number of 96 bits'
  const escrowId = judge.escrowIdOf({ payer, fileHash: escrowFile, salt })
  if (allocationIdOf(escrowId, seeder) !== channelId) return 'its allocation is not one of the wallet and the peer'
  if (cumulativeAmount === undefined || signature === undefined) return 'it is not a whole receipt'
  const receipt = { escrowId, seeder, cumulativeAmount, chunksHash, protocol, signature }
  return judge.isReceiptSignedBy(payer, receipt) ? undefined : 'its receipt is not signed by the payer'
}
