import { addWei, subtractWei, type Wei, wei, ZERO_WEI } from '../domain/amount.ts'
import { ChiralError } from '../domain/errors.ts'
import type { Address, ChannelId, FileHash } from '../domain/ids.ts'
import type { PresentedVoucher, Voucher } from '../domain/voucher.ts'
import { channelIdOf } from './channel-id.ts'
import { lookUpChannel } from './channel-lookup.ts'
import { type ChunkRef, loadDeliveries } from './delivery-store.ts'
import type { LookupLimit } from './lookup-limit.ts'
import { ChannelPayeeAccount, type RefusalCode } from './payee-account.ts'
import type { AuthenticationContext } from './payee-authentication.ts'
import { loadPayeePair, savePayeePair } from './payee-books.ts'
import { stepPayeeSurely } from './payee-step.ts'
import { type Bill, billFor, coverOf, heldOn, publicAmount, withPresented } from './presented-step.ts'
import { signedByKey } from './signed-by.ts'
import { findKnownChannel, rememberChannel } from './store.ts'
import { isVoucherSigned } from './voucher.ts'

/** A run of chunks of one file, the first of which is to leave now. */
export interface AskedChunks {
  readonly fileHash: FileHash
  readonly first: number
  readonly last: number
  priceOf(chunkIndex: number): Wei
}

export type PresentedResult =
  /** V and D are durable. `cover`: what is left of V when all that was asked for has left. */
  | { readonly kind: 'committed'; readonly accepted: Wei; readonly cover: Wei }
  /** `required`: what a voucher on this channel must reach. */
  | { readonly kind: 'rejected'; readonly code: RefusalCode | 'VOUCHER_REDEEMED'; readonly required?: Wei }

/** What is sold to somebody who shows a voucher with a request, and whom nothing else is known of. */
export interface PresentedAccount {
  readonly payer: Address
  readonly channelId: ChannelId
  /**
   * Takes the voucher and commits the first of the chunks, if the voucher covers all of them without any credit. A voucher that is good is kept
   * even when it covers too little.
   */
  commit(chunks: AskedChunks): Promise<PresentedResult>
  /** Takes the voucher alone, if it is good. */
  keep(): Promise<void>
  /** The chunk did not wholly leave and never will. */
  release(chunk: ChunkRef): Promise<void>
}

type Context = AuthenticationContext & { readonly lookups: LookupLimit }

/**
 * Lets a payer in by its voucher alone. The signature is checked before anything is asked of the chain, and what only the chain knows is asked
 * within `lookups`.
 */
export async function presentVoucher(
  context: Context,
  presented: PresentedVoucher,
  asker: string,
): Promise<PresentedAccount> {
  const { database, domain } = context
  const { channel, cumulativeAmount, signature } = presented
  const { payer, salt } = channel
  const channelId = channelIdOf(channel)
  const voucher = { channelId, cumulativeAmount, signature }
  // SPEC 11 §8.3: "The seeder MUST check the signature before it asks the chain for anything."
  if (channel.payee !== context.signer.address || !(await isVoucherSigned(domain, voucher, signedByKey(payer))))
    throw new ChiralError('VOUCHER_INVALID', `The voucher is not signed by ${payer} for a channel to this payee.`, {
      details: { payer, channelId },
    })
  const known = database.read((connection) => findKnownChannel(connection, 'payee', channelId))
  if (known === undefined || known.closed) {
    const snapshot = await context.lookups.run(asker, () => lookUpChannel(context, channelId))
    if (snapshot === undefined)
      throw new ChiralError('RATE_LIMITED', 'Too many channels were looked up for this address: ask again later.')
    await database.write((connection) => {
      rememberChannel(connection, 'payee', { channelId, counterparty: payer, salt })
      const before = loadPayeePair(connection, payer)
      const { state } = stepPayeeSurely(before, { type: 'channelShown', channelId, salt, ...context.rule, snapshot })
      savePayeePair(connection, before, state)
    })
  }
  return new ChannelPresentedAccount(context, payer, voucher)
}

class ChannelPresentedAccount implements PresentedAccount {
  readonly payer: Address
  readonly channelId: ChannelId
  readonly #context: Context
  readonly #voucher: Voucher
  readonly #account: ChannelPayeeAccount
  /** The voucher was nobody's but the payer's when it was first shown: that it is redeemed since changes nothing. */
  #proven = false

  constructor(context: Context, payer: Address, voucher: Voucher) {
    this.payer = payer
    this.channelId = voucher.channelId
    this.#context = context
    this.#voucher = voucher
    this.#account = new ChannelPayeeAccount(
      {
        database: context.database,
        domain: context.domain,
        signedByPayer: signedByKey(payer),
        inTurns: false,
        clock: context.clock,
        failPoints: context.failPoints,
        // SPEC 11 §8.2: "The seeder MUST NOT send on credit": none is left for this account, whatever its history.
        creditCapTotal: ZERO_WEI,
        splitSuspected: () => context.doubt() !== undefined,
        refresh: context.refresh,
        closeChannel: context.settlement.close,
        onEnded() {}, // it never counted as connected
      },
      { payer, channelId: voucher.channelId },
    )
  }

  async commit(chunks: AskedChunks): Promise<PresentedResult> {
    const { fileHash, first: chunkIndex } = chunks
    const before = this.#judge(chunks)
    // SPEC 11 §8.2: "The seeder MUST NOT serve for a voucher of no more than the contract has paid out on its channel"
    if (!this.#proven && before.known > 0n && this.#voucher.cumulativeAmount <= before.known)
      return { kind: 'rejected', code: 'VOUCHER_REDEEMED', required: addWei(before.known, wei(1n)) }
    this.#proven = true
    const request = { fileHash, chunkIndex, price: chunks.priceOf(chunkIndex), voucher: this.#voucher }
    const result =
      before.held >= before.bill.required ? await this.#account.commit(request) : await this.#account.pay(this.#voucher)
    if (result.kind === 'committed') {
      const { held, cover, bill } = this.#judge({ ...chunks, first: chunkIndex + 1 })
      return { kind: 'committed', accepted: held, cover: subtractWei(cover, bill.cost) }
    }
    const code = result.kind === 'rejected' ? result.code : 'VOUCHER_TOO_LOW'
    return { kind: 'rejected', code, required: this.#judge(chunks).bill.required }
  }

  async keep(): Promise<void> {
    await this.#account.pay(this.#voucher)
  }

  release(chunk: ChunkRef): Promise<void> {
    return this.#account.release(chunk)
  }

  /** How the books stand to the voucher and the chunks. */
  #judge({ fileHash, first, last, priceOf }: AskedChunks): {
    readonly known: Wei
    readonly held: Wei
    readonly cover: Wei
    readonly bill: Bill
  } {
    const { database, settlement, clock } = this.#context
    const { channelId } = this
    return database.read((connection) => {
      const before = loadPayeePair(connection, this.payer)
      const pair = withPresented(before, this.#voucher)
      const deliveries = loadDeliveries(connection, this.payer, { fileHash, first, last })
      const chunks = Array.from({ length: last - first + 1 }, (_, offset) => ({
        price: priceOf(first + offset),
        delivery: deliveries.get(first + offset),
      }))
      return {
        known: publicAmount(before, channelId, settlement.sentToChain(channelId)),
        held: heldOn(pair, channelId),
        cover: coverOf(pair),
        bill: billFor(pair, { channelId, chunks, at: clock.now() }),
      }
    })
  }
}
