import type { LogDescription } from 'ethers'
import { type Wei, wei } from '../domain/amount.ts'
import { DecodeError } from '../domain/errors.ts'
import { type Address, type ChannelId, parseAddress, parseChannelId } from '../domain/ids.ts'
import { channelIdOf, paymentChannelInterface } from './payment-channel-interface.ts'
import type { ChainLog } from './rpc-values.ts'
import { decodeSaltedDeposit } from './salted-words.ts'

interface EventPosition {
  readonly channelId: ChannelId
  readonly blockNumber: number
  readonly blockHash: string
  readonly transactionHash: string
  readonly logIndex: number
}

/** An event of contracts/interfaces/IPaymentChannel.sol; amounts are totals over the channel's life but for `amount` and `refund`. */
export type PaymentChannelEvent =
  | (EventPosition & {
      readonly kind: 'opened'
      readonly payer: Address
      readonly payee: Address
      readonly salt: bigint
      readonly deposit: Wei
    })
  | (EventPosition & { readonly kind: 'toppedUp'; readonly deposit: Wei })
  | (EventPosition & { readonly kind: 'redeemed'; readonly settled: Wei; readonly amount: Wei })
  | (EventPosition & { readonly kind: 'closeRequested'; readonly closeAt: number; readonly closeBlock: number })
  | (EventPosition & { readonly kind: 'closed'; readonly settled: Wei; readonly refund: Wei })

/** A channel's storage word. */
export interface PaymentChannelState {
  readonly deposit: Wei
  readonly settled: Wei
  /** Unix seconds; 0 when no close was requested. */
  readonly closeAt: number
  readonly closeBlock: number
}

/** `undefined` for logs that change no channel (a skipped batch item). @throws DecodeError */
export function decodeChannelEvent(log: ChainLog): PaymentChannelEvent | undefined {
  const parsed = parse(log)
  if (parsed === null) return undefined
  const integer = (field: string): bigint => BigInt(parsed.args.getValue(field))
  const amount = (field: string): Wei => wei(integer(field))
  const address = (field: string): Address => parseAddress(String(parsed.args.getValue(field)))
  const position = (channelId?: ChannelId): EventPosition => ({
    channelId: channelId ?? parseChannelId(String(parsed.args.getValue('channelId'))),
    blockNumber: log.blockNumber,
    blockHash: log.blockHash,
    transactionHash: log.transactionHash,
    logIndex: log.logIndex,
  })
  switch (parsed.name) {
    case 'Opened': {
      const { salt, deposit } = decodeSaltedDeposit(integer('saltAndDeposit'))
      const key = { payer: address('payer'), payee: address('payee'), salt }
      return { ...position(channelIdOf(key)), kind: 'opened', ...key, deposit }
    }
    case 'ToppedUp':
      return { ...position(), kind: 'toppedUp', deposit: amount('deposit') }
    case 'Redeemed':
      return { ...position(), kind: 'redeemed', settled: amount('settled'), amount: amount('amount') }
    case 'CloseRequested': {
      const [closeAt, closeBlock] = [Number(integer('closeAt')), Number(integer('closeBlock'))]
      return { ...position(), kind: 'closeRequested', closeAt, closeBlock }
    }
    case 'Closed':
      return { ...position(), kind: 'closed', settled: amount('settled'), refund: amount('refund') }
    default:
      return undefined
  }
}

/** A channel as its events say it is: for a node that no longer has the state of an old block. */
export function channelOfEvents(events: readonly PaymentChannelEvent[]): PaymentChannelState | undefined {
  let state: PaymentChannelState | undefined
  for (const event of events)
    switch (event.kind) {
      case 'opened':
        state = { deposit: event.deposit, settled: wei(0n), closeAt: 0, closeBlock: 0 }
        break
      case 'toppedUp':
        state = state && { ...state, deposit: event.deposit }
        break
      case 'redeemed':
        state = state && { ...state, settled: event.settled }
        break
      case 'closeRequested':
        state = state && { ...state, closeAt: event.closeAt, closeBlock: event.closeBlock }
        break
      case 'closed':
        state = undefined
    }
  return state
}

function parse(log: ChainLog): LogDescription | null {
  try {
    return paymentChannelInterface.parseLog({ topics: [...log.topics], data: log.data })
  } catch {
    throw new DecodeError(`The log ${log.logIndex} of ${log.transactionHash} is no event of the contract.`)
  }
}
