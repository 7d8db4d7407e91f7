import type { z } from 'zod'
import { batchFileSchema, batchParamsSchema, batchPlanSchema, batchRequestSchema, batchSchema } from './batch-schema.ts'
import { list } from './convert.ts'
import {
  accountParamsSchema,
  blockParamsSchema,
  explorerAccountSchema,
  explorerBlockSchema,
  explorerChannelSchema,
  explorerTransactionSchema,
  transactionParamsSchema,
} from './explorer-schema.ts'
import { banRequestSchema, banSchema, peerDetailsSchema, peerParamsSchema, peerSchema } from './peer-schema.ts'
import {
  receiptSchema,
  receiptsExportQuerySchema,
  receiptsExportSchema,
  receiptsQuerySchema,
} from './receipt-schema.ts'
import {
  channelParamsSchema,
  channelSchema,
  channelsClosedSchema,
  closeChannelSchema,
  connectRequestSchema,
  connectSchema,
  downloadParamsSchema,
  downloadRequestSchema,
  downloadSchema,
  emptySchema,
  fileHashParamsSchema,
  findQuerySchema,
  findSchema,
  fundRequestSchema,
  fundSchema,
  healthSchema,
  historyEntrySchema,
  limitsRequestSchema,
  limitsSchema,
  planSchema,
  sendRequestSchema,
  statusSchema,
  transactionSchema,
  walletSchema,
} from './schema.ts'
import { shareRequestSchema, shareSchema, torrentSchema } from './share-schema.ts'

/** One route: server, client and openapi.json are all made from this, so they cannot disagree. */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Express path below the root; `:name` stands for a parameter. */
  readonly path: string
  readonly summary: string
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly response: Response
  /** Answered without a token. */
  readonly open: boolean
}

/** Server-sent events; not in `routes`, for its response is a stream. */
export const EVENTS_PATH = '/v1/events'
/** For Prometheus, in its text format. */
export const METRICS_PATH = '/metrics'
export const OPENAPI_PATH = '/v1/openapi.json'

export const routes = {
  health: route('GET', '/v1/health', 'Whether the daemon answers', { response: healthSchema, open: true }),
  status: route('GET', '/v1/status', 'Account, peer, chain and counts', { response: statusSchema }),
  shares: route('GET', '/v1/shares', 'Files being seeded', { response: list(shareSchema) }),
  share: route('POST', '/v1/shares', 'Hash a file or the files of a folder, and seed them at a price', {
    body: shareRequestSchema,
    response: shareSchema,
  }),
  unshare: route('DELETE', '/v1/shares/:fileHash', 'Stop seeding a file', {
    params: fileHashParamsSchema,
    response: emptySchema,
  }),
  torrent: route('GET', '/v1/shares/:fileHash/torrent', 'The torrent of a shared file', {
    params: fileHashParamsSchema,
    response: torrentSchema,
  }),
  find: route('GET', '/v1/find', 'Verified seeders of a file', { query: findQuerySchema, response: findSchema }),
  plan: route('POST', '/v1/downloads/plan', 'What a download would cost; nothing is spent', {
    body: downloadRequestSchema,
    response: planSchema,
  }),
  downloads: route('GET', '/v1/downloads', 'All downloads', { response: list(downloadSchema) }),
  download: route('POST', '/v1/downloads', 'Start a download, or resume it by file and target', {
    body: downloadRequestSchema,
    response: downloadSchema,
  }),
  downloadOf: route('GET', '/v1/downloads/:downloadId', 'One download', {
    params: downloadParamsSchema,
    response: downloadSchema,
  }),
  pause: route('POST', '/v1/downloads/:downloadId/pause', 'Pause a download', {
    params: downloadParamsSchema,
    response: emptySchema,
  }),
  resume: route('POST', '/v1/downloads/:downloadId/resume', 'Resume a download', {
    params: downloadParamsSchema,
    response: emptySchema,
  }),
  cancel: route('POST', '/v1/downloads/:downloadId/cancel', 'Cancel a download', {
    params: downloadParamsSchema,
    response: emptySchema,
  }),
  planBatch: route('POST', '/v1/batches/plan', 'What a batch would cost; nothing is spent', {
    body: batchRequestSchema,
    response: batchPlanSchema,
  }),
  batches: route('GET', '/v1/batches', 'All batches', { response: list(batchSchema) }),
  batch: route('POST', '/v1/batches', 'Start a batch, or resume it by files and folder', {
    body: batchRequestSchema,
    response: batchSchema,
  }),
  batchOf: route('GET', '/v1/batches/:batchId', 'One batch', { params: batchParamsSchema, response: batchSchema }),
  batchFiles: route('GET', '/v1/batches/:batchId/files', 'Every file of a batch', {
    params: batchParamsSchema,
    response: list(batchFileSchema),
  }),
  pauseBatch: route('POST', '/v1/batches/:batchId/pause', 'Pause a batch', {
    params: batchParamsSchema,
    response: emptySchema,
  }),
  resumeBatch: route('POST', '/v1/batches/:batchId/resume', 'Resume a batch', {
    params: batchParamsSchema,
    response: emptySchema,
  }),
  cancelBatch: route('POST', '/v1/batches/:batchId/cancel', 'Cancel a batch', {
    params: batchParamsSchema,
    response: emptySchema,
  }),
  wallet: route('GET', '/v1/wallet', 'Address and balance', { response: walletSchema }),
  send: route('POST', '/v1/wallet/send', 'Send coins to an address', {
    body: sendRequestSchema,
    response: transactionSchema,
  }),
  fund: route('POST', '/v1/wallet/fund', 'Get test coin; test chains only', {
    body: fundRequestSchema,
    response: fundSchema,
  }),
  history: route('GET', '/v1/wallet/history', 'Every change of the balance', { response: list(historyEntrySchema) }),
  receipts: route('GET', '/v1/receipts', 'The log of everything that was signed, taken and paid', {
    query: receiptsQuerySchema,
    response: list(receiptSchema),
  }),
  exportReceipts: route('GET', '/v1/receipts/export', 'The log with a signed statement, to be checked offline', {
    query: receiptsExportQuerySchema,
    response: receiptsExportSchema,
  }),
  channels: route('GET', '/v1/channels', 'Payment channels', { response: list(channelSchema) }),
  closeChannel: route('POST', '/v1/channels/:channelId/close', 'Close a channel, or begin closing it alone', {
    params: channelParamsSchema,
    response: closeChannelSchema,
  }),
  closeChannels: route(
    'POST',
    '/v1/channels/close',
    'The same for every channel, with as few transactions as it takes',
    {
      response: list(channelsClosedSchema),
    },
  ),
  withdrawChannel: route('POST', '/v1/channels/:channelId/withdraw', 'Pay a channel out after its dispute window', {
    params: channelParamsSchema,
    response: transactionSchema,
  }),
  peers: route('GET', '/v1/peers', 'Connected and banned peers', { response: list(peerSchema) }),
  connect: route('POST', '/v1/peers', 'Connect to peers, as at the start to those of --bootstrap', {
    body: connectRequestSchema,
    response: connectSchema,
  }),
  peer: route('GET', '/v1/peers/:peer', 'What is known of a peer, and what its score is made of', {
    params: peerParamsSchema,
    response: list(peerDetailsSchema),
  }),
  bans: route('GET', '/v1/bans', 'Bans that hold', { response: list(banSchema) }),
  ban: route('POST', '/v1/bans', 'Ban a peer for ever', { body: banRequestSchema, response: banSchema }),
  unban: route('DELETE', '/v1/bans/:peer', 'Lift the bans of a peer', {
    params: peerParamsSchema,
    response: emptySchema,
  }),
  limits: route('GET', '/v1/limits', 'Limits on bytes a second', { response: limitsSchema }),
  setLimits: route('POST', '/v1/limits', 'Change limits until the daemon stops; 0 takes one away', {
    body: limitsRequestSchema,
    response: limitsSchema,
  }),
  explorerBlocks: route('GET', '/v1/explorer/blocks', 'The newest 25 blocks', { response: list(explorerBlockSchema) }),
  explorerBlock: route('GET', '/v1/explorer/blocks/:blockId', 'One block, by number or hash', {
    params: blockParamsSchema,
    response: explorerBlockSchema,
  }),
  explorerTransaction: route('GET', '/v1/explorer/transactions/:transactionHash', 'One transaction', {
    params: transactionParamsSchema,
    response: explorerTransactionSchema,
  }),
  explorerAccount: route('GET', '/v1/explorer/accounts/:address', 'Balance and kind of an account', {
    params: accountParamsSchema,
    response: explorerAccountSchema,
  }),
  explorerChannels: route(
    'GET',
    '/v1/explorer/channels',
    'The newest 100 payment channels of anybody, from the events of 10,000 blocks',
    {
      response: list(explorerChannelSchema),
    },
  ),
  shutdown: route('POST', '/v1/shutdown', 'Stop the daemon', { response: emptySchema }),
} as const

interface RouteParts<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> {
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly response: R
  readonly open?: boolean
}

function route<
  R extends z.ZodType,
  P extends z.ZodType = typeof emptySchema,
  Q extends z.ZodType = typeof emptySchema,
  B extends z.ZodType = typeof emptySchema,
>(method: Route['method'], path: string, summary: string, parts: RouteParts<P, Q, B, R>): Route<P, Q, B, R> {
  // The casts only say that an absent schema is the empty one, which is what the defaults of the type parameters say.
  return {
    method,
    path,
    summary,
    params: parts.params ?? (emptySchema as unknown as P),
    query: parts.query ?? (emptySchema as unknown as Q),
    body: parts.body ?? (emptySchema as unknown as B),
    response: parts.response,
    open: parts.open ?? false,
  }
}
