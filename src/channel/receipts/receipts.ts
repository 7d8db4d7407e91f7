import type { Clock } from '../../system/clock.ts'
import type { Connection, Database } from '../../system/database.ts'
import type { Signer } from '../../system/signer.ts'
import type { ChannelContract, ChannelEvent } from '../channel-contract.ts'
import { signingDomain } from '../eip712.ts'
import { loadCursor, loadPeer, migrateChannels, saveCursor } from '../store.ts'
import { newFacts, partiesOf, undoneFacts } from './chain-facts.ts'
import type { ReceiptsDocument } from './document.ts'
import type { ReceiptEntry, ReceiptFacts } from './entry.ts'
import type { PapersOf } from './escrow-facts.ts'
import { appendReceipts, channelReceipts, countReceipts, heldSince, listReceipts, type ReceiptFilter } from './log.ts'
import { takePaymentFacts, unloggedPayments } from './payment-facts.ts'
import { digestOf, signStatement, statementDomain, totalsOf } from './statement.ts'

/** The receipts log of one wallet (docs/specs/10-receipts.md). Append only: the database itself refuses to change or remove an entry. */
export interface Receipts {
  /** Nothing of the chain was ever recorded: the next record must be of all of it. */
  isNew(): boolean
  /** Takes the vouchers and payments that are not in the log into it. */
  seal(): Promise<void>
  /**
   * Takes what the chain shows into the log, inside the transaction that moves the watcher's cursor.
   * @param seen all events from `fromBlock` to the head
   */
  record(
    connection: Connection,
    seen: { readonly events: readonly ChannelEvent[]; readonly fromBlock: number; readonly head: number },
  ): void
  list(filter: ReceiptFilter): Promise<ReceiptEntry[]>
  /** A part of the log with a statement over it that the wallet signs. */
  export(filter: ReceiptFilter): Promise<ReceiptsDocument>
}

const CURSOR = 'receipts'

export function createReceipts(
  deps: {
    readonly database: Database
    readonly signer: Signer
    readonly contract: Pick<ChannelContract, 'chainId' | 'address'>
    readonly clock: Clock
    /** What signs the receipts of escrows. */
    readonly papersOf: PapersOf
  },
  { genesisHash }: { readonly genesisHash: string },
): Receipts {
  const { database, signer, clock, papersOf } = deps
  const { chainId, address: contract } = deps.contract
  migrateChannels(database)
  const identity = { chainId, genesisHash, contract, wallet: signer.address }
  const domain = signingDomain(chainId, contract)
  const append = (connection: Connection, facts: readonly ReceiptFacts[]): void =>
    appendReceipts(connection, identity, facts, clock.now())
  const seal = async (): Promise<void> => {
    if (database.read((connection) => unloggedPayments(connection, papersOf)).length === 0) return
    await database.write((connection) => append(connection, takePaymentFacts(connection, { domain, signer, papersOf })))
  }
  return {
    isNew: () => database.read((connection) => loadCursor(connection, CURSOR)) === undefined,
    seal,
    record(connection, { events, fromBlock, head }) {
      append(connection, undoneFacts(heldSince(connection, fromBlock), events))
      for (const [channelId, own] of Map.groupBy(events, (event) => event.channelId)) {
        const log = channelReceipts(connection, channelId)
        const opened = own.find((event) => event.kind === 'opened')
        const parties = opened === undefined ? log : partiesOf(signer.address, opened)
        for (const role of ['payer', 'payee'] as const) {
          const party = parties.find((candidate) => candidate.role === role)
          if (party === undefined) continue
          const { peer, salt } = party
          const peerId = loadPeer(connection, role, peer)
          const named = { role, peer, ...(peerId === undefined ? {} : { peerId }), channelId, salt }
          append(
            connection,
            newFacts(
              named,
              log.filter((entry) => entry.role === role),
              own,
            ),
          )
        }
      }
      saveCursor(connection, CURSOR, { block: head, anchor: undefined })
    },
    async list(filter) {
      await seal()
      return database.read((connection) => listReceipts(connection, filter))
    },
    async export(filter) {
      await seal()
      const [entries, length] = database.read((connection) => [
        listReceipts(connection, filter),
        countReceipts(connection),
      ])
      const terms = {
        entries: entries.length,
        length,
        digest: digestOf(entries),
        filter: describe(filter),
        at: clock.now(),
        ...totalsOf(entries),
      }
      return { entries, statement: signStatement(statementDomain(chainId, contract), signer, terms) }
    },
  }
}

/** Empty for the whole log. */
function describe({ since, until, fileHash, peer }: ReceiptFilter): string {
  const parts = [
    since === undefined ? '' : `since ${since}`,
    until === undefined ? '' : `until ${until}`,
    fileHash === undefined ? '' : `file ${fileHash}`,
    peer === undefined ? '' : `peer ${peer}`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}
