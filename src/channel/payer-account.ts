import type { Wei } from '../domain/amount.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address, PeerIdText } from '../domain/ids.ts'
import type { ChannelKey, CloseAgreement, Voucher } from '../domain/voucher.ts'
import type { Connection, Database } from '../system/database.ts'
import type { SigningDomain } from '../system/eip712.ts'
import type { FailPoints } from '../system/fail-points.ts'
import type { Signer } from '../system/signer.ts'
import { loadBudgetView } from './budget-store.ts'
import { signHello } from './hello.ts'
import { applySigning, authorizeEvent, loadPayerPair, signEffect } from './payer-books.ts'
import { fairEnd, speakingChannel } from './payer-state.ts'
import { type PayerOutcome, type SignEffect, stepPayer } from './payer-step.ts'
import { signClose, signVoucher } from './voucher.ts'

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
}

/** The payer's side of one pair within one download. Holds no money state: two of them for one pair are as good as one. */
export class ChannelPayerAccount {
  readonly #deps: PayerAccountDependencies
  readonly #key: { readonly payee: Address; readonly downloadId: string }
  readonly #prepaymentCap: number

  constructor(deps: PayerAccountDependencies, options: PayerAccountOptions) {
    this.#deps = deps
    this.#key = { payee: options.payee, downloadId: options.downloadId }
    this.#prepaymentCap = options.prepaymentCap
  }

  /** @throws ChiralError `CHANNEL_UNKNOWN` when the pair has no channel to speak of */
  async prove(challenge: {
    readonly payerPeerId: PeerIdText
    readonly payeePeerId: PeerIdText
    readonly nonce: Uint8Array
  }): Promise<{ readonly channel: ChannelKey; readonly signature: Uint8Array }> {
    const { signer, domain } = this.#deps
    const { payee } = this.#key
    const channel = this.#deps.database.read((connection) => speakingChannel(loadPayerPair(connection, payee)))
    if (channel === undefined)
      throw new ChiralError('CHANNEL_UNKNOWN', `There is no open channel to ${payee}: open one first.`, {
        details: { payee },
      })
    const signature = signHello(domain, signer, { ...challenge, channelId: channel.channelId })
    return { channel: { payer: signer.address, payee, salt: channel.salt }, signature }
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
      applySigning(connection, this.#key, { type: 'settle', budget: loadBudgetView(connection, this.#key) }),
    )
    const effect = signEffect(outcome)
    if (effect === undefined) return undefined
    failPoints.hit('voucher-durable')
    return this.#sign(effect)
  }

  highest(): Voucher | undefined {
    const { database, domain, signer } = this.#deps
    const channel = database.read((connection) => speakingChannel(loadPayerPair(connection, this.#key.payee)))
    if (channel === undefined || channel.best === 0n) return undefined
    return signVoucher(domain, signer, { channelId: channel.channelId, cumulativeAmount: channel.best })
  }

  agreeToClose(): CloseAgreement | undefined {
    const { database, domain, signer } = this.#deps
    const end = database.read((connection) => fairEnd(loadPayerPair(connection, this.#key.payee)))
    // It promises nothing that the vouchers do not, so it need not be durable.
    return end === undefined ? undefined : signClose(domain, signer, end)
  }

  #authorizeEvent(connection: Connection, request: PaymentRequest): Parameters<typeof stepPayer>[1] {
    return authorizeEvent(connection, this.#key, { ...request, prepaymentCap: this.#prepaymentCap })
  }

  #sign({ channelId, cumulativeAmount }: SignEffect): Voucher {
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
