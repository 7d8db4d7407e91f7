import { isAbsolute } from 'node:path'
import type { z } from 'zod'
import { ChiralError } from '../domain/errors.ts'
import { parseAddress } from '../domain/ids.ts'
import type { ChiralNode } from '../node/types.ts'
import type { Route, routes } from './routes.ts'

/** What a handler gets, decoded: `signal` aborts when the client goes away. */
export interface ApiRequest<R extends Route> {
  readonly params: z.output<R['params']>
  readonly query: z.output<R['query']>
  readonly body: z.output<R['body']>
  readonly signal: AbortSignal
}

export type Handler<R extends Route> = (
  request: ApiRequest<R>,
) => z.output<R['response']> | Promise<z.output<R['response']>>

export type Handlers = { readonly [Name in keyof typeof routes]: Handler<(typeof routes)[Name]> }

/** One handler a route, each a use case of the node. That the node's types fit the schemas is checked here by the compiler. */
export function createHandlers(node: ChiralNode, onShutdown: () => void): Handlers {
  return {
    health: () => ({ status: 'ok' }),
    status: () => node.status(),
    shares: () => node.shares(),
    share: ({ body, signal }) => {
      requireAbsolute('path', body.path)
      return node.share(body, { signal })
    },
    unshare: async ({ params }) => {
      await node.unshare(params.fileHash)
      return {}
    },
    torrent: ({ params }) => node.torrent(params.fileHash),
    find: ({ query, signal }) => node.find(query.reference, { listing: query.listing, signal }),
    plan: ({ body, signal }) => {
      requireAbsolute('out', body.out)
      return node.plan(body, { signal })
    },
    downloads: () => node.downloads(),
    download: ({ body }) => {
      requireAbsolute('out', body.out)
      return node.download(body)
    },
    downloadOf: ({ params }) => {
      const download = node.downloadOf(params.downloadId)
      if (download === undefined)
        throw new ChiralError('DOWNLOAD_UNKNOWN', `There is no download ${params.downloadId}.`, { details: params })
      return download
    },
    pause: async ({ params }) => {
      await node.pause(params.downloadId)
      return {}
    },
    resume: async ({ params }) => {
      await node.resume(params.downloadId)
      return {}
    },
    cancel: async ({ params }) => {
      await node.cancel(params.downloadId)
      return {}
    },
    planBatch: ({ body, signal }) => {
      requireAbsolute('out', body.out)
      return node.batches.plan(body, signal)
    },
    batches: () => node.batches.list(),
    batch: ({ body }) => {
      requireAbsolute('out', body.out)
      return node.batches.start(body)
    },
    batchOf: ({ params }) => node.batches.get(params.batchId),
    batchFiles: ({ params }) => node.batches.filesOf(params.batchId),
    pauseBatch: async ({ params }) => {
      await node.batches.pause(params.batchId)
      return {}
    },
    resumeBatch: async ({ params }) => {
      await node.batches.resume(params.batchId)
      return {}
    },
    cancelBatch: async ({ params }) => {
      await node.batches.cancel(params.batchId)
      return {}
    },
    wallet: async () => {
      const [status, balance] = await Promise.all([node.status(), node.balance()])
      return { address: status.address, balance, testCoin: status.chain.testCoin }
    },
    send: ({ body }) => node.send(parseAddress(body.to), body.amount),
    fund: ({ body }) => node.fund(body.amount),
    history: () => node.history(),
    receipts: ({ query }) => node.receipts(query),
    exportReceipts: ({ query }) => node.exportReceipts(query),
    channels: () => node.channels(),
    closeChannel: ({ params }) => node.closeChannel(params.channelId),
    closeChannels: () => node.closeChannels(),
    withdrawChannel: ({ params }) => node.withdrawChannel(params.channelId),
    peers: () => node.peers(),
    connect: async ({ body, signal }) => ({ peerIds: await node.connect(body.addresses, { signal }) }),
    peer: ({ params }) => node.peerBook.show(params.peer),
    bans: () => node.peerBook.bans(),
    ban: ({ body }) => node.peerBook.ban(body.peer, body.reason ?? ''),
    unban: async ({ params }) => {
      await node.peerBook.unban(params.peer)
      return {}
    },
    limits: () => node.limits(),
    setLimits: ({ body }) => node.setLimits(body),
    explorerBlocks: () => node.explorer.blocks(),
    explorerBlock: ({ params }) => node.explorer.block(params.blockId),
    explorerTransaction: ({ params }) => node.explorer.transaction(params.transactionHash),
    explorerAccount: ({ params }) => node.explorer.account(parseAddress(params.address)),
    explorerChannels: () => node.explorer.channels(),
    shutdown: () => {
      onShutdown()
      return {}
    },
  }
}

/** The daemon's working directory is not the caller's, so a relative path would mean another file. */
function requireAbsolute(field: string, path: string): void {
  if (isAbsolute(path)) return
  throw new ChiralError('REQUEST_INVALID', `"${field}" must be an absolute path, not "${path.slice(0, 200)}".`, {
    details: { field },
  })
}
