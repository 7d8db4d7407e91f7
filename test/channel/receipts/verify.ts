import type { ReceiptsDocument } from '../../../src/channel/receipts/document.ts'
import { type Verification, verifyReceipts } from '../../../src/channel/receipts/verify.ts'
import { receiptJudge } from '../../../src/node/escrow-papers.ts'

/** As the command line does it. */
export function verify(document: ReceiptsDocument): Verification {
  return verifyReceipts(document, receiptJudge)
}
