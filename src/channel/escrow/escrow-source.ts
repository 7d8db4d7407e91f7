import type { Wei } from '../../domain/amount.ts'
import { Bitfield } from '../../domain/bitfield.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { Address, ChannelId, PeerIdText } from '../../domain/ids.ts'
import type { Delivered, EscrowKey, Release } from '../../domain/receipt.ts'
import type { Voucher } from '../../domain/voucher.ts'
import type { Connection, Database } from '../../system/database.ts'
import type { Signer } from '../../system/signer.ts'
import { vouchered } from '../books.ts'
import { signEscrowHello } from '../hello.ts'
import { applyToPayer, loadPayerPair } from '../payer-books.ts'
import { allocationIdOf } from './allocation.ts'
import type { EscrowPapers } from './escrow-chain.ts'
import { type OwnEscrow, protocolOf, saveRelease, verifiedChunks } from './escrow-store.ts'

/** What an account pays from, where that is an escrow: it shows the escrow, and signs receipts. */
export interface EscrowSource {
  readonly allocationId: ChannelId
  prove(challenge: {
    readonly payerPeerId: PeerIdText
    readonly payeePeerId: PeerIdText
    readonly nonce: Uint8Array
  }): { readonly escrow: EscrowKey; readonly signature: Uint8Array }
  /** The amount is durable before. */
  sign(cumulativeAmount: Wei): Voucher
  /** @throws ChiralError `RELEASE_INVALID` */
  takeRelease(release: Release): Promise<void>
}

const NOT_SAID = new Uint8Array(32)

/** What a receipt to the payee says now. SPEC 04 §11.4: "It says nothing of the chunks where it pays for one that did not verify yet" */
export function deliveredBy(
  connection: Connection,
  { escrow, payee }: { readonly escrow: OwnEscrow; readonly payee: Address },
  papers: Pick<EscrowPapers, 'chunksHashOf'>,
): Delivered {
  const pair = loadPayerPair(connection, payee)
  const protocol = protocolOf(connection, allocationIdOf(escrow.escrowId, payee))
  if (escrow.chunks === 0 || vouchered(pair) > pair.verified) return { chunksHash: NOT_SAID, protocol }
  const chunks = new Bitfield(escrow.chunks)
  for (const index of verifiedChunks(connection, { ...escrow, payee })) chunks.add(index)
  return { chunksHash: papers.chunksHashOf(chunks), protocol }
}

export function createEscrowSource(
  deps: { readonly database: Database; readonly signer: Signer; readonly papers: EscrowPapers },
  { escrow, payee }: { readonly escrow: OwnEscrow; readonly payee: Address },
): EscrowSource {
  const { database, signer, papers } = deps
  const { escrowId, payer, fileHash, salt } = escrow
  const allocationId = allocationIdOf(escrowId, payee)

  return {
    allocationId,
    prove: (challenge) => ({
      escrow: { payer, fileHash, salt },
      signature: signEscrowHello(papers.domain, signer, { ...challenge, escrowId }),
    }),
    sign(cumulativeAmount) {
      const delivered = database.read((connection) => deliveredBy(connection, { escrow, payee }, papers))
      const { signature } = papers.signReceipt({ escrowId, seeder: payee, cumulativeAmount, ...delivered })
      return { channelId: allocationId, cumulativeAmount, signature, delivered }
    },
    async takeRelease(release) {
      if (release.escrowId !== escrowId || release.seeder !== payee || !papers.isReleaseSigned(release))
        throw new ChiralError('RELEASE_INVALID', `${payee} did not sign a release of this escrow.`, {
          details: { payee, escrowId },
        })
      await database.write((connection) => {
        saveRelease(connection, release)
        applyToPayer(connection, payee, { type: 'closeDecided', channelId: allocationId })
      })
    },
  }
}
