import type { BatchPayer } from '../channel/batches/batch-payer.ts'
import type { EscrowPayer } from '../channel/escrow/escrow-payer.ts'
import type { Payer } from '../channel/payer.ts'
import type { TransferPayer } from '../channel/transfers/transfer-payer.ts'
import type { ContentStore } from '../content/content-store.ts'
import type { Lookup } from '../discovery/lookup.ts'
import { type Wei, ZERO_WEI } from '../domain/amount.ts'
import type { PayBy } from '../domain/pay-by.ts'
import type { TakeQuotes } from '../in-band/signed-terms.ts'
import type { Network } from '../network/network.ts'
import type { Reputation } from '../reputation/reputation.ts'
import type { Database } from '../system/database.ts'
import type { RateLimit } from '../system/rate-limit.ts'
import type { BanList } from './ban-list.ts'
import { noteContact } from './download/conduct.ts'
import type { DownloadDependencies } from './download/dependencies.ts'
import { createDownloadStore, type DownloadStore } from './download/download-store.ts'
import { Downloads } from './download/downloads.ts'
import type { FreeSources } from './download/free-sources.ts'
import { createDownloadPayments } from './download/payments.ts'
import { findSeeders, type PrepareDependencies, prepareFile, termsOf } from './download/prepare.ts'
import { createRanking } from './download/ranking.ts'
import type { EventBus } from './event-bus.ts'
import { connectInBand, type InBandMetrics } from './in-band.ts'
import type { NodeConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'
import { seederViewOf } from './seeder-view.ts'

/** What downloads are made of; a page has the same, but for where it keeps things. */
export interface DownloadParts {
  readonly system: NodeSystem
  readonly database: Database
  readonly network: Network
  readonly lookup: Lookup
  readonly content: Pick<ContentStore, 'manifestOf' | 'haveAt' | 'statusAt' | 'beginDownload'>
  readonly payer: Payer
  readonly transfers: TransferPayer
  /** Absent in a page. */
  readonly batchPayer?: BatchPayer
  readonly bans: BanList
  readonly reputation: Reputation
  /** Of all downloads together. */
  readonly rate: RateLimit
  /** Absent where no coin is locked. */
  readonly escrows?: EscrowPayer
  readonly events: EventBus
  readonly metrics: InBandMetrics
  /** Judges and keeps the quotes that seeders sign. */
  readonly takeQuotes: TakeQuotes
  readonly config: NodeConfig['downloads']
  balance(): Promise<Wei>
  gasCeiling: GasCeiling
  /** Absent where there is no HTTP to be had. */
  readonly publicly: DownloadDependencies['publicly']
  /** Makes what finds peers of public swarms; absent in a page. */
  readonly freeSources?: (store: DownloadStore) => FreeSources
  /** False where nothing is. */
  isFolder(path: string): Promise<boolean>
}

export interface DownloadStack {
  readonly downloads: Downloads
  /** What a search needs. */
  readonly search: PrepareDependencies
  /** What any download needs, alone or in a batch. */
  readonly dependencies: DownloadDependencies
}

/** The most that one transaction may cost: on a channel, of a transfer, or of a batch that pays so many; of an escrow for so many, all of them. */
export type GasCeiling = (payBy?: PayBy, payees?: number) => Promise<Wei>

export function gasCeilings(by: {
  readonly transfers: Pick<TransferPayer, 'feeCeiling'>
  readonly batchPayer?: Pick<BatchPayer, 'feeCeiling'>
  readonly escrows?: Pick<EscrowPayer, 'feeCeiling'>
  readonly contract: { feeCeiling(kind: 'open'): Promise<Wei> }
}): GasCeiling {
  return async (payBy = 'channel', payees = 1) => {
    switch (payBy) {
      case 'channel':
        return by.contract.feeCeiling('open')
      case 'transfer':
        return by.transfers.feeCeiling()
      case 'batch':
        return by.batchPayer?.feeCeiling(payees) ?? ZERO_WEI
      case 'escrow':
        return by.escrows?.feeCeiling(payees) ?? ZERO_WEI
    }
  }
}

/** Joins network, money and disk to downloads. */
export function createDownloads(parts: DownloadParts): DownloadStack {
  const { system, database, network, lookup, content, payer, transfers, batchPayer } = parts
  const { bans, reputation, events, metrics, config } = parts
  const { clock, log, random, failPoints } = system
  const payments = createDownloadPayments({ payer, transfers, batchPayer, escrows: parts.escrows })
  const store = createDownloadStore(database)
  const search: PrepareDependencies = {
    lookup,
    bans,
    clock,
    knownManifest: (fileHash) => content.manifestOf(fileHash),
    notice: (level, message) => events.notice(level, message),
  }
  const dependencies: DownloadDependencies = {
    clock,
    log,
    failPoints,
    bans,
    reputation,
    ranking: createRanking({ reputation, clock, random, inUse: (peerId) => downloads.inUse(peerId) }),
    rate: parts.rate,
    payments,
    store,
    freeSources: parts.freeSources?.(store),
    stallMs: config.stallMs,
    prepare: (reference, signal) => prepareFile(search, reference, signal),
    findSeeders: async (fileHash, signal) => (await findSeeders(search, fileHash, signal)).map(termsOf),
    openWriter: (manifest, out, options) => content.beginDownload(manifest, out, options),
    connect: (seeder, { job, protocol, paid, onLateChunk, resume, carrier, signal }) =>
      noteContact({ reputation, clock }, seeder, () =>
        connectInBand(network, {
          seeder,
          fileHash: job.fileHash,
          protocol,
          account: paid ? payments.account(seeder.payee, job, { prepays: carrier === undefined }) : undefined,
          carrier,
          clock,
          log,
          failPoints,
          metrics,
          takeQuotes: parts.takeQuotes,
          resume,
          onLateChunk: (chunk, received) => onLateChunk?.({ chunk, bytes: received.chunk }),
          signal,
        }),
      ),
    publicly: parts.publicly,
    block: (peerId, until) => network.blockPeer(peerId, until),
    changed: (download, options) => events.download(download, options),
    notice: (level, message) => events.notice(level, message),
  }
  const downloads = new Downloads({
    ...dependencies,
    random,
    defaults: config,
    async held(fileHash, out) {
      const status = await content.statusAt(fileHash, out)
      return status === 'missing' || status === 'changed' ? undefined : content.haveAt(fileHash, out)
    },
    balance: () => parts.balance(),
    gasCeiling: parts.gasCeiling,
    seederView: (terms, sizeBytes) => seederViewOf(terms, sizeBytes),
    isFolder: (path) => parts.isFolder(path),
  })
  return { downloads, search, dependencies }
}
