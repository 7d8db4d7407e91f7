import { type Wei, ZERO_WEI } from '../domain/amount.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address, ChannelId, PeerIdText } from '../domain/ids.ts'
import type { Release } from '../domain/receipt.ts'
import type { CloseAgreement, Voucher } from '../domain/voucher.ts'
import type { Connection, Database } from '../system/database.ts'
import type { SigningDomain } from '../system/eip712.ts'
import type { FailPoints } from '../system/fail-points.ts'
import type { Signer } from '../system/signer.ts'
import { loadBudgetView } from './budget-store.ts'
import type { EscrowProof } from './escrow/authenticate-escrow.ts'
import type { EscrowSource } from './escrow/escrow-source.ts'
import { signHello } from './hello.ts'
import type { ChannelProof } from './payee-authentication.ts'
import { applySigning, applyToPayer, authorizeEvent, duplicatesAt, loadPayerPair, signEffect } from './payer-books.ts'
import { fairEnd, forgottenChannel, speakingChannel } from './payer-state.ts'
import { type PayerOutcome, type SignEffect, stepPayer } from './payer-step.ts'
import { signedByKey } from './signed-by.ts'
import { loadPeer, savePeer } from './store.ts'
import { isVoucherSigned, signClose, signVoucher } from './voucher.ts'

/** The payer's decision on one request; see `Authorization` in src/in-band/payments.ts. */
export type PayerAuthorization =
  | { readonly kind: 'covered' }
  | { readonly kind: 'voucher'; readonly voucher: Voucher }
  | { readonly kind: 'wait' }
  | { readonly kind: 'refused'; readonly code: RefusalCode }

type RefusalCode = 'BUDGET_EXHAUSTED' | 'DEPOSIT_EXHAUSTED' | 'PREPAYMENT_CAP' | 'CHANNEL_CLOSING'

/** One request: what the chunk costs, and the V that the payee will want. */
export interface PaymentRequest {
  readonly price: Wei
  readonly required: Wei
}

export interface PayerAccountDependencies {
  readonly database: Database
  readonly signer: Signer
  readonly domain: SigningDomain
  readonly failPoints: FailPoints
}

export interface PayerAccountOptions {
  readonly payee: Address
  readonly downloadId: string
  readonly prepaymentCap: number
  /** False for a protocol that is paid after verification: it asks only for what credit covers. */
  readonly prepays?: boolean
  /** What it pays from, in the place of a channel. */
  readonly escrow?: EscrowSource | undefined
}

/** The payer's side of one pair within one download. Holds no money state: two of them for one pair are as good as one. */
export class ChannelPayerAccount {
  readonly #deps: PayerAccountDependencies
  readonly #key: { readonly payee: Address; readonly downloadId: string }
  readonly #prepaymentCap: number
  readonly #prepays: boolean
  readonly #escrow: EscrowSource | undefined
  /** There where it pays from an escrow. */
  readonly takeRelease?: ((release: Release) => Promise<void>) | undefined

  constructor(deps: PayerAccountDependencies, options: PayerAccountOptions) {
    this.#deps = deps
    this.#key = { payee: options.payee, downloadId: options.downloadId }
    this.#prepaymentCap = options.prepaymentCap
    this.#prepays = options.prepays ?? true
    this.#escrow = options.escrow
    this.takeRelease = options.escrow?.takeRelease
  }

  /** @throws ChiralError `CHANNEL_UNKNOWN` when the pair has no channel to speak of */
  async prove(challenge: {
    readonly payerPeerId: PeerIdText
    readonly payeePeerId: PeerIdText
    readonly nonce: Uint8Array
  }): Promise<ChannelProof | EscrowProof> {
    const { signer, domain } = this.#deps
    const { payee } = this.#key
    if (this.#escrow !== undefined) {
      await this.#rememberPeer(challenge.payeePeerId)
      return this.#escrow.prove(challenge)
    }
    const channel = this.#deps.database.read((connection) => {
      const pair = loadPayerPair(connection, payee)
      return speakingChannel(pair) ?? forgottenChannel(pair)
    })
    if (channel === undefined)
      throw new ChiralError('CHANNEL_UNKNOWN', `There is no open channel to ${payee}: open one first.`, {
        details: { payee },
      })
    await this.#rememberPeer(challenge.payeePeerId)
    const signature = signHello(domain, signer, { ...challenge, channelId: channel.channelId })
    return { channel: { payer: signer.address, payee, salt: channel.salt }, signature }
  }

  /**
   * Takes back from an authenticated payee what this account forgot; does nothing while it remembers the channel it spoke of.
   * @throws ChiralError `VOUCHER_INVALID` when the payee returns what this account never signed
   */
  async takeBack(status: { readonly committed: Wei; readonly best?: Voucher | undefined }): Promise<void> {
    if (this.#escrow !== undefined) return
    const { database, domain, signer } = this.#deps
    const { payee } = this.#key
    const forgotten = database.read((connection) => forgottenChannel(loadPayerPair(connection, payee)))
    if (forgotten === undefined) return
    const { channelId } = forgotten
    const { best, committed } = status
    const isOurs =
      best === undefined ||
      (best.channelId === channelId && isVoucherSigned(domain, best, signedByKey(signer.address)) === true)
    if (!isOurs)
      throw new ChiralError(
        'VOUCHER_INVALID',
        `${payee} returned a voucher that this wallet never signed: close the channel.`,
        {
          details: { payee, channelId },
        },
      )
    const cumulativeAmount = best?.cumulativeAmount ?? ZERO_WEI
    await database.write((connection) =>
      applyToPayer(connection, payee, { type: 'returned', channelId, cumulativeAmount, committed }),
    )
  }

  duplicates(status: Parameters<typeof duplicatesAt>[2]): ReturnType<typeof duplicatesAt> {
    return this.#deps.database.read((connection) => duplicatesAt(connection, this.#key.payee, status))
  }

  /** Requests of one turn of the event loop that must sign share one commit; those that need not sign write nothing. */
  async authorize(request: PaymentRequest): Promise<PayerAuthorization> {
    const { database, failPoints } = this.#deps
    const preview = database.read((connection) =>
      stepPayer(loadPayerPair(connection, this.#key.payee), this.#authorizeEvent(connection, request)),
    )
    if (signEffect(preview) === undefined) return decision(preview)
    const outcome = await database.write((connection) =>
      applySigning(connection, this.#key, this.#authorizeEvent(connection, request)),
    )
    const effect = signEffect(outcome)
    if (effect === undefined) return decision(outcome)
    failPoints.hit('voucher-durable')
    return { kind: 'voucher', voucher: this.#sign(effect) }
  }

  /** Covers everything verified, as far as budget and deposit allow; `undefined` when there is nothing to sign. */
  async settle(): Promise<Voucher | undefined> {
    const { database, failPoints } = this.#deps
    const outcome = await database.write((connection) =>
      applySigning(connection, this.#key, {
        type: 'settle',
        budget: loadBudgetView(connection, this.#key),
        allocationId: this.#allocationId,
      }),
    )
    const effect = signEffect(outcome)
    if (effect === undefined) return undefined
    failPoints.hit('voucher-durable')
    return this.#sign(effect)
  }

  highest(): Voucher | undefined {
    const channel = this.#deps.database.read((connection) =>
      speakingChannel(loadPayerPair(connection, this.#key.payee), this.#allocationId),
    )
    if (channel === undefined || channel.best === 0n) return undefined
    return this.#sign({ channelId: channel.channelId, cumulativeAmount: channel.best })
  }

  agreeToClose(): CloseAgreement | undefined {
    const { database, domain, signer } = this.#deps
    const end = database.read((connection) => fairEnd(loadPayerPair(connection, this.#key.payee), this.#allocationId))
    // It promises nothing that the vouchers do not, so it need not be durable.
    return end === undefined ? undefined : signClose(domain, signer, end)
  }

  async #rememberPeer(peerId: PeerIdText): Promise<void> {
    const { database } = this.#deps
    const { payee } = this.#key
    if (database.read((connection) => loadPeer(connection, 'payer', payee)) === peerId) return
    await database.write((connection) => savePeer(connection, 'payer', payee, peerId))
  }

  #authorizeEvent(connection: Connection, request: PaymentRequest): Parameters<typeof stepPayer>[1] {
    return authorizeEvent(connection, this.#key, {
      ...request,
      prepaymentCap: this.#prepaymentCap,
      prepays: this.#prepays,
      allocationId: this.#allocationId,
    })
  }

  get #allocationId(): ChannelId | undefined {
    return this.#escrow?.allocationId
  }

  #sign({ channelId, cumulativeAmount }: Pick<SignEffect, 'channelId' | 'cumulativeAmount'>): Voucher {
    if (this.#escrow !== undefined) return this.#escrow.sign(cumulativeAmount)
    return signVoucher(this.#deps.domain, this.#deps.signer, { channelId, cumulativeAmount })
  }
}

/** What an outcome without a voucher to sign means to the protocol. */
function decision(outcome: PayerOutcome): PayerAuthorization {
  if (outcome.kind === 'transition') return { kind: 'covered' }
  switch (outcome.code) {
    case 'VERIFY_FIRST':
      return { kind: 'wait' }
    case 'CHANNEL_UNKNOWN':
    case 'CHANNEL_EXISTS':
      return { kind: 'refused', code: 'CHANNEL_CLOSING' }
    case 'BUDGET_EXHAUSTED':
    case 'DEPOSIT_EXHAUSTED':
    case 'PREPAYMENT_CAP':
    case 'CHANNEL_CLOSING':
      return { kind: 'refused', code: outcome.code }
  }
}
