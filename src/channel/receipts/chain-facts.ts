import { subtractWei } from '../../domain/amount.ts'
import type { Address } from '../../domain/ids.ts'
import type { ChannelEvent } from '../channel-contract.ts'
import type { ReceiptEntry, ReceiptFacts } from './entry.ts'
import { sumsOf, withEntry } from './sums.ts'

/** Entries of one channel in one role, oldest first. */
type ChannelLog = readonly ReceiptEntry[]

/** The parties of a channel, as its log or the event that opens it names them. */
type Party = Pick<ReceiptFacts, 'role' | 'peer' | 'peerId' | 'channelId' | 'salt'>

/** Same contents, same branch of the chain. */
function isSame(entry: ReceiptEntry, event: ChannelEvent): boolean {
  return entry.blockHash === event.blockHash && entry.logIndex === event.logIndex
}

/** Entries of blocks that are read again and that the chain does not show any more, newest first: a reorg undid them. Pure. */
export function undoneFacts(held: readonly ReceiptEntry[], events: readonly ChannelEvent[]): ReceiptFacts[] {
  return held
    .filter((entry) => !events.some((event) => isSame(entry, event)))
    .toReversed()
    .map(({ role, peer, channelId, salt, sequence }) => ({
      kind: 'undone',
      role,
      peer,
      channelId,
      salt,
      undoes: sequence,
    }))
}

/** In which roles the wallet is a party of the channel: both, if it pays itself. */
export function partiesOf(wallet: Address, event: Extract<ChannelEvent, { kind: 'opened' }>): Party[] {
  const { channelId, salt, payer, payee } = event
  return [
    ...(payer === wallet ? [{ role: 'payer', peer: payee, channelId, salt } as const] : []),
    ...(payee === wallet ? [{ role: 'payee', peer: payer, channelId, salt } as const] : []),
  ]
}

/** What those of the events of one channel that its log does not hold add to it, in chain order. Pure. */
export function newFacts(party: Party, log: ChannelLog, events: readonly ChannelEvent[]): ReceiptFacts[] {
  const undone = new Set(log.map(({ undoes }) => undoes))
  const held = log.filter(({ sequence }) => !undone.has(sequence))
  const news = events.filter((event) => !held.some((entry) => isSame(entry, event)))
  let sums = sumsOf(log)
  return inOrder(news).map((event) => {
    const { transactionHash, blockNumber, blockHash, logIndex } = event
    const facts = { ...party, ...factsOf(event, sums), transactionHash, blockNumber, blockHash, logIndex }
    sums = withEntry(sums, facts)
    return facts
  })
}

function factsOf(
  event: ChannelEvent,
  sums: ReturnType<typeof sumsOf>,
): Pick<ReceiptFacts, 'kind' | 'amount' | 'cumulativeAmount' | 'refund'> {
  const { kind } = event
  switch (kind) {
    case 'opened':
      return { kind, amount: event.deposit, cumulativeAmount: event.deposit }
    case 'toppedUp':
      return { kind, amount: subtractWei(event.deposit, sums.deposited), cumulativeAmount: event.deposit }
    case 'redeemed':
      return { kind, amount: event.amount, cumulativeAmount: event.settled }
    case 'closeRequested':
      return { kind }
    case 'closed': {
      const { settled, refund } = event
      return { kind, amount: subtractWei(settled, sums.settled), cumulativeAmount: settled, refund }
    }
  }
}

/** SPEC 02 §3.3: "the log then shows `Opened` before `Closed` for one id": the end belongs to the life before. */
function inOrder(events: readonly ChannelEvent[]): readonly ChannelEvent[] {
  return events.toSorted((a, b) => {
    const sameTransaction = a.transactionHash === b.transactionHash
    if (sameTransaction && a.kind === 'closed' && b.kind === 'opened') return -1
    return sameTransaction && a.kind === 'opened' && b.kind === 'closed' ? 1 : 0
  })
}
