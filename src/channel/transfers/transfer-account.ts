import type { Wei } from '../../domain/amount.ts'
import type { TransferRef } from '../../domain/coin-transfer.ts'
import type { Address, PeerIdText } from '../../domain/ids.ts'
import type { CloseAgreement, Voucher } from '../../domain/voucher.ts'
import type { Database } from '../../system/database.ts'
import type { SigningDomain } from '../../system/eip712.ts'
import type { Signer } from '../../system/signer.ts'
import { coverOnCredit } from '../batches/batch-plan.ts'
import { loadBudgetView } from '../budget-store.ts'
import { signTransferHello } from '../hello.ts'
import type { PayerAuthorization, PaymentRequest } from '../payer-account.ts'
import { applyToPayer, duplicatesAt, loadPayerPair } from '../payer-books.ts'
import { loadPeer, savePeer } from '../store.ts'
import { coverByTransfers } from './transfer-plan.ts'
import { type OwnTransfer, ownTransfersTo, setOwnTransfer } from './transfer-store.ts'

export interface TransferAccountDependencies {
  readonly database: Database
  readonly signer: Signer
  readonly domain: SigningDomain
}

/** The payer's side of one pair within one download that pays by coin transfers. See `PayerAccount` in src/in-band/payments.ts. */
export class TransferPayerAccount {
  readonly #deps: TransferAccountDependencies
  readonly #key: { readonly payee: Address; readonly downloadId: string }
  readonly #onCredit: boolean
  /** What this stream's HELLO showed. */
  #shown: OwnTransfer | undefined

  /** `onCredit`: it pays afterwards, with what is owed to others, and not a chunk ahead. */
  constructor(
    deps: TransferAccountDependencies,
    key: { readonly payee: Address; readonly downloadId: string },
    { onCredit = false }: { readonly onCredit?: boolean } = {},
  ) {
    this.#deps = deps
    this.#key = key
    this.#onCredit = onCredit
  }

  /** Shows the oldest transfer that the payee does not count yet, or none: then the payee says whether it knows this account. */
  async prove(challenge: {
    readonly payerPeerId: PeerIdText
    readonly payeePeerId: PeerIdText
    readonly nonce: Uint8Array
  }): Promise<{
    readonly transfer: TransferRef | undefined
    readonly signature: Uint8Array
    readonly seeksCredit?: boolean
  }> {
    const { database, signer, domain } = this.#deps
    const { payee } = this.#key
    if (database.read((connection) => loadPeer(connection, 'payer', payee)) !== challenge.payeePeerId)
      await database.write((connection) => savePeer(connection, 'payer', payee, challenge.payeePeerId))
    this.#shown = database.read((connection) => ownTransfersTo(connection, payee, 'counted'))[0]
    const transfer = refOf(this.#shown)
    const signature = signTransferHello(domain, signer, { ...challenge, transfer })
    return { transfer, signature, ...(this.#onCredit ? { seeksCredit: true } : {}) }
  }

  /** The payee let us in: it counts what it was shown. An account that lost its books learns what it had paid. */
  async takeBack(status: { readonly committed: Wei; readonly transferred?: Wei | undefined }): Promise<void> {
    const { payee } = this.#key
    const shown = this.#shown
    const { committed, transferred } = status
    await this.#deps.database.write((connection) => {
      if (shown !== undefined) setOwnTransfer(connection, shown.transferId, { phase: 'shown' })
      if (transferred !== undefined)
        applyToPayer(connection, payee, { type: 'transfersReturned', transferred, committed })
    })
  }

  async authorize(request: PaymentRequest): Promise<PayerAuthorization> {
    const cover = this.#onCredit ? coverOnCredit : coverByTransfers
    const decision = this.#deps.database.read((connection) =>
      cover(loadPayerPair(connection, this.#key.payee), request, loadBudgetView(connection, this.#key)),
    )
    switch (decision) {
      case 'covered':
        return { kind: 'covered' }
      case 'VERIFY_FIRST':
        return { kind: 'wait' }
      case 'DEPOSIT_EXHAUSTED':
      case 'BUDGET_EXHAUSTED':
        return { kind: 'refused', code: decision }
    }
  }

  /** What was never here is written off: a payee goes on counting it, and as long as it does the next chunk is not covered. */
  duplicates(status: Parameters<typeof duplicatesAt>[2]): ReturnType<typeof duplicatesAt> {
    return this.#deps.database.read((connection) => duplicatesAt(connection, this.#key.payee, status))
  }

  /** There is no channel to give a voucher on: what is owed goes with the next transfer. */
  async settle(): Promise<Voucher | undefined> {
    return undefined
  }

  highest(): Voucher | undefined {
    return undefined
  }

  agreeToClose(): CloseAgreement | undefined {
    return undefined
  }
}

function refOf(transfer: OwnTransfer | undefined): TransferRef | undefined {
  if (transfer?.transactionHash === undefined) return undefined
  return { transactionHash: transfer.transactionHash, fileHash: transfer.fileHash }
}
