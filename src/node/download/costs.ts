import { reserveFor } from '../../channel/escrow/escrow-plan.ts'
import { addWei, maxWei, type Wei, wei, ZERO_WEI } from '../../domain/amount.ts'
import type { Bitfield } from '../../domain/bitfield.ts'
import { chunkLength } from '../../domain/chunk.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { PayBy, PayByChoice } from '../../domain/pay-by.ts'
import { chunkPrice, filePrice } from '../../domain/price.ts'
import type { DownloadRequest } from '../types.ts'
import type { DownloadPayments, PreparedFile } from './dependencies.ts'
import { isEscrowAtHand } from './escrow-at-hand.ts'
import { batchesFor, chooseWay, takersOf } from './pay-policy.ts'
import { depositFor, missingPrice, mostThatCanBeLost, sumOf, transfersFor } from './plan.ts'
import type { SourceTerms } from './source-host.ts'

/** Transactions of ours a channel may need in a download: opening and one top-up. */
export const TRANSACTIONS_PER_CHANNEL = 2n

export interface CostsDependencies {
  readonly defaults: { readonly payBy?: PayByChoice | undefined }
  readonly payments: Pick<DownloadPayments, 'bookedIn' | 'hasOpen' | 'whyNoEscrow'>
  /** The most that one transaction on a channel may cost, or a transfer, or a batch that pays so many, or all on an escrow for so many. */
  gasCeiling(payBy?: PayBy, payees?: number): Promise<Wei>
}

/** What a download may cost: gas, and the limit on everything. */
export class DownloadCosts {
  readonly #deps: CostsDependencies

  constructor(deps: CostsDependencies) {
    this.#deps = deps
  }

  /** @throws ChiralError as `isEscrowAtHand` */
  async wayOf(
    { payBy }: Pick<DownloadRequest, 'payBy'>,
    { chosen, have }: { readonly chosen: readonly SourceTerms[]; readonly have: Bitfield },
  ): Promise<PayBy> {
    const { payments, defaults } = this.#deps
    const choice = payBy ?? defaults.payBy ?? 'channel'
    const missingChunks = have.length - have.count
    return chooseWay(choice, {
      seeders: chosen,
      missingChunks,
      hasChannel: ({ payee }) => payments.hasOpen(payee),
      hasEscrow: await isEscrowAtHand(payments, choice, missingChunks === 0 ? [] : chosen),
    })
  }

  /** Whom the user's choice may pay. @throws ChiralError `ESCROWS_REFUSED` */
  takers({ payBy }: Pick<DownloadRequest, 'payBy'>, seeders: readonly SourceTerms[]): readonly SourceTerms[] {
    return takersOf(seeders, payBy ?? this.#deps.defaults.payBy ?? 'channel')
  }

  async gasFor(
    chosen: readonly SourceTerms[],
    wanted: {
      readonly request: Pick<DownloadRequest, 'payBy' | 'prepay'>
      readonly have: Bitfield
      readonly sizeBytes: number
    },
  ): Promise<Wei> {
    const priced = chosen.filter(({ pricePerMiB }) => pricePerMiB > 0n)
    if (priced.length === 0) return ZERO_WEI
    const payBy = await this.wayOf(wanted.request, { chosen, have: wanted.have })
    const fee = await this.#deps.gasCeiling(payBy, priced.length)
    if (payBy === 'batch') return wei(batchesFor(wanted.have.length - wanted.have.count, priced.length) * fee)
    if (payBy === 'escrow') return fee
    if (payBy === 'channel') return wei(BigInt(priced.length) * TRANSACTIONS_PER_CHANNEL * fee)
    const { have, sizeBytes } = wanted
    const { prepay = ZERO_WEI } = wanted.request
    const fees = priced.map(({ pricePerMiB }): Wei => {
      const chunk = chunkPrice(pricePerMiB, firstChunkBytes(have, sizeBytes))
      return wei(transfersFor(missingPrice(sizeBytes, have, pricePerMiB), maxWei(chunk, prepay), priced.length) * fee)
    })
    return fees.reduce((most, cost) => maxWei(most, cost), ZERO_WEI)
  }

  /** What leaves the wallet at first, and returns as far as it is not spent. */
  deposit(
    payBy: PayBy,
    wanted: {
      readonly chosen: readonly SourceTerms[]
      readonly have: Bitfield
      readonly sizeBytes: number
      readonly balance: Wei
    },
  ): Wei {
    if (payBy !== 'channel' && payBy !== 'escrow') return ZERO_WEI
    const { chosen, have, sizeBytes, balance } = wanted
    const deposits = chosen.map((terms) =>
      depositFor(missingPrice(sizeBytes, have, terms.pricePerMiB), chosen.length, terms),
    )
    if (payBy === 'channel') return sumOf(deposits)
    const allocations = deposits.filter((amount) => amount > 0n).map((amount) => ({ amount }))
    return addWei(sumOf(deposits), reserveFor(allocations, balance))
  }

  /** The most that cheating seeders can keep: nothing, where they are paid afterwards. */
  mostLost(
    payBy: PayBy,
    wanted: {
      readonly chosen: readonly SourceTerms[]
      readonly have: Bitfield
      readonly sizeBytes: number
      readonly prepay: Wei | undefined
    },
  ): Wei {
    if (payBy === 'batch') return ZERO_WEI
    const { chosen, have, sizeBytes, prepay } = wanted
    return mostThatCanBeLost(chosen, firstChunkBytes(have, sizeBytes), payBy === 'transfer' ? prepay : ZERO_WEI)
  }

  /** The limit on vouchers and gas. Without one of the user's it is what the plan showed, what cheats may keep included, and no more. */
  async budget(
    request: DownloadRequest,
    file: PreparedFile,
    have: Bitfield,
    chosen: readonly SourceTerms[],
    known: string | undefined,
  ): Promise<Wei> {
    const { sizeBytes } = file.manifest
    const spent = known === undefined ? ZERO_WEI : this.#deps.payments.bookedIn(known)
    const prices = chosen.map(({ pricePerMiB }) => missingPrice(sizeBytes, have, pricePerMiB))
    const dearest = prices.reduce<Wei>((most, price) => maxWei(most, price), ZERO_WEI)
    const cheapest = prices.reduce<Wei | undefined>(
      (least, price) => (least === undefined || price < least ? price : least),
      undefined,
    )
    const maxTotal = request.maxTotal
    const payBy = await this.wayOf(request, { chosen, have })
    if (maxTotal === undefined) {
      const lost = this.mostLost(payBy, { chosen, have, sizeBytes, prepay: request.prepay })
      return wei(spent + dearest + lost + (await this.gasFor(chosen, { request, have, sizeBytes })))
    }
    const least = spent + (cheapest ?? 0n) + (cheapest === 0n ? 0n : await this.#deps.gasCeiling(payBy, chosen.length))
    if (maxTotal < least)
      throw new ChiralError(
        'BUDGET_EXCEEDED',
        `The download needs ${least} wei, gas included (the whole file costs ${filePrice(chosen[0]?.pricePerMiB ?? ZERO_WEI, sizeBytes)}), and may cost ${maxTotal}: raise --max-total.`,
        { details: { needed: least.toString(), maxTotal: maxTotal.toString() } },
      )
    return maxTotal
  }
}

function firstChunkBytes(have: Bitfield, sizeBytes: number): number {
  return have.length === 0 ? 0 : chunkLength(sizeBytes, 0)
}
