import type { PaymentRequirements, SchemeNetworkClient, x402Client } from '@x402/fetch'
import { Signature, type Signer } from 'ethers'

type PaymentResponse = Parameters<Parameters<x402Client['onPaymentResponse']>[0]>[0]

/** A channel that is open already, and the highest amount that was ever signed on it. */
export interface OwnChannel {
  readonly channelId: string
  readonly chainId: number
  readonly contract: string
  readonly payer: string
  readonly payee: string
  readonly salt: bigint
  readonly signed: bigint
}

/** Pays with vouchers of one channel, and never signs for more than one request that was not answered. */
export class VoucherScheme implements SchemeNetworkClient {
  readonly scheme = 'channel-voucher'
  readonly schemeHooks = { onPaymentResponse: (context: PaymentResponse) => this.#answered(context) }
  readonly #wallet: Signer
  readonly #channel: OwnChannel
  readonly #remember: (signed: bigint) => Promise<void>
  #signed: bigint
  /** Paid for and not taken yet, by the last answer. */
  #cover = 0n
  /** What the seeder says a voucher must reach. */
  #required: bigint | undefined
  #inDoubt = true

  /** `remember` stores what is about to be signed: forgotten, it could be paid twice. */
  constructor(wallet: Signer, channel: OwnChannel, remember: (signed: bigint) => Promise<void>) {
    this.#wallet = wallet
    this.#channel = channel
    this.#remember = remember
    this.#signed = channel.signed
  }

  get signed(): bigint {
    return this.#signed
  }

  /** An answer did not come whole: what was paid for it is shown again before more is signed. */
  broken(): void {
    this.#inDoubt = true
  }

  async createPaymentPayload(x402Version: number, { payTo, amount, extra }: PaymentRequirements) {
    const { channelId, chainId, contract, payer, payee, salt } = this.#channel
    if (payTo !== payee || extra['contract'] !== contract)
      throw new Error('The channel is for another payee or contract.')
    const most = this.#signed + BigInt(amount)
    const wanted = this.#required ?? (this.#inDoubt ? this.#signed : most - this.#cover)
    if (wanted > most) throw new Error(`The seeder wants ${wanted} wei, and ${most} are owed at most.`)
    const cumulativeAmount = wanted > this.#signed ? wanted : this.#signed
    this.#required = undefined
    this.#inDoubt = true
    this.#signed = cumulativeAmount
    await this.#remember(cumulativeAmount)
    const signature = await this.#wallet.signTypedData(
      { name: 'ChiralPaymentChannel', version: '1', chainId, verifyingContract: contract },
      {
        Voucher: [
          { name: 'channelId', type: 'bytes32' },
          { name: 'cumulativeAmount', type: 'uint96' },
        ],
      },
      { channelId, cumulativeAmount },
    )
    const payload = {
      payer,
      salt: salt.toString(),
      cumulativeAmount: cumulativeAmount.toString(),
      signature: Signature.from(signature).compactSerialized,
    }
    return { x402Version, payload }
  }

  async #answered({ settleResponse, paymentRequired }: PaymentResponse): Promise<{ recovered: true } | undefined> {
    if (settleResponse?.success === true) {
      this.#cover = BigInt(String(settleResponse.extra?.['cover']))
      this.#inDoubt = false
      return undefined
    }
    const required = paymentRequired?.accepts[0]?.extra['cumulativeAmount']
    if (typeof required !== 'string' || BigInt(required) <= this.#signed) return undefined
    this.#required = BigInt(required)
    return { recovered: true }
  }
}
