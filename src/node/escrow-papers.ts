import type { EscrowPapers } from '../channel/escrow/escrow-chain.ts'
import type { Address } from '../domain/ids.ts'
import {
  chunksHashOf,
  escrowDomain,
  escrowIdOf,
  isReceiptSignedBy,
  isReleaseSigned,
  signReceipt,
  signRelease,
} from '../settlement/receipt.ts'
import type { Signer } from '../system/signer.ts'

/** What a wallet signs and checks for one Escrow contract. */
export function createEscrowPapers(chainId: number, contract: Address, signer: Signer): EscrowPapers {
  const domain = escrowDomain(chainId, contract)
  return {
    ...receiptJudge(chainId, contract),
    domain,
    chunksHashOf,
    signReceipt: (terms) => signReceipt(domain, signer, terms),
    signRelease: (terms) => signRelease(domain, signer, terms),
    isReleaseSigned: (release) => isReleaseSigned(domain, release),
  }
}

/** What tells, without a wallet, whether a receipt is good. */
export function receiptJudge(
  chainId: number,
  contract: Address,
): Pick<EscrowPapers, 'escrowIdOf' | 'isReceiptSignedBy'> {
  const domain = escrowDomain(chainId, contract)
  return { escrowIdOf, isReceiptSignedBy: (payer, receipt) => isReceiptSignedBy(domain, payer, receipt) }
}
