import { z } from 'zod'
import { ChiralError, codeOf } from '../domain/errors.ts'
import type { ChannelId, FileHash } from '../domain/ids.ts'
import { systemProcessTable } from '../system/process-table.ts'
import { readDaemonFile, readToken } from './daemon-files.ts'
import { parseEventStream } from './event-stream.ts'
import { type HttpTransport, nodeHttpTransport, unreachable } from './http-transport.ts'
import { EVENTS_PATH, type Route, routes } from './routes.ts'
import { type ApiEvent, errorResponseSchema, eventSchema } from './schema.ts'

type Body<R extends Route> = z.output<R['body']>
type Query<R extends Route> = z.output<R['query']>
type Answer<R extends Route> = Promise<z.output<R['response']>>
type Routes = typeof routes

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/** A body as the caller writes it: what has a default may be left out. */
type DownloadBody = Omit<Body<Routes['download']>, 'closeChannels'> & { readonly closeChannels?: boolean }
type BatchBody = Omit<Body<Routes['batch']>, 'closeChannels'> & { readonly closeChannels?: boolean }

/**
 * The control API as methods. Each throws ChiralError with the code the daemon answered, `DAEMON_UNREACHABLE`, or the
 * reason of the signal.
 */
export interface ApiClient {
  readonly url: string
  status(options?: CallOptions): Answer<Routes['status']>
  shares(options?: CallOptions): Answer<Routes['shares']>
  share(body: Body<Routes['share']>, options?: CallOptions): Answer<Routes['share']>
  unshare(fileHash: FileHash): Promise<void>
  torrent(fileHash: FileHash, options?: CallOptions): Answer<Routes['torrent']>
  find(query: Query<Routes['find']>, options?: CallOptions): Answer<Routes['find']>
  plan(body: DownloadBody, options?: CallOptions): Answer<Routes['plan']>
  downloads(options?: CallOptions): Answer<Routes['downloads']>
  download(body: DownloadBody, options?: CallOptions): Answer<Routes['download']>
  downloadOf(downloadId: string, options?: CallOptions): Answer<Routes['downloadOf']>
  pause(downloadId: string): Promise<void>
  resume(downloadId: string): Promise<void>
  cancel(downloadId: string): Promise<void>
  planBatch(body: BatchBody, options?: CallOptions): Answer<Routes['planBatch']>
  batches(options?: CallOptions): Answer<Routes['batches']>
  batch(body: BatchBody, options?: CallOptions): Answer<Routes['batch']>
  batchOf(batchId: string, options?: CallOptions): Answer<Routes['batchOf']>
  batchFiles(batchId: string, options?: CallOptions): Answer<Routes['batchFiles']>
  pauseBatch(batchId: string): Promise<void>
  resumeBatch(batchId: string): Promise<void>
  cancelBatch(batchId: string): Promise<void>
  wallet(options?: CallOptions): Answer<Routes['wallet']>
  send(body: Body<Routes['send']>): Answer<Routes['send']>
  fund(body: Body<Routes['fund']>): Answer<Routes['fund']>
  history(options?: CallOptions): Answer<Routes['history']>
  receipts(query: Query<Routes['receipts']>, options?: CallOptions): Answer<Routes['receipts']>
  exportReceipts(query: Query<Routes['exportReceipts']>): Answer<Routes['exportReceipts']>
  channels(options?: CallOptions): Answer<Routes['channels']>
  closeChannel(channelId: ChannelId): Answer<Routes['closeChannel']>
  closeChannels(): Answer<Routes['closeChannels']>
  withdrawChannel(channelId: ChannelId): Answer<Routes['withdrawChannel']>
  peers(options?: CallOptions): Answer<Routes['peers']>
  connect(body: Body<Routes['connect']>, options?: CallOptions): Answer<Routes['connect']>
  peer(peer: string, options?: CallOptions): Answer<Routes['peer']>
  bans(options?: CallOptions): Answer<Routes['bans']>
  ban(body: Body<Routes['ban']>): Answer<Routes['ban']>
  unban(peer: string): Promise<void>
  limits(options?: CallOptions): Answer<Routes['limits']>
  setLimits(body: Body<Routes['setLimits']>): Answer<Routes['setLimits']>
  shutdown(): Promise<void>
  /**
   * The current state and then every event, in order, until the daemon ends the stream or `signal` aborts (then it ends
   * without an error). `onReplayed` is called once the current state has been told.
   */
  events(options?: CallOptions & { readonly onReplayed?: () => void }): AsyncIterable<ApiEvent>
}

export type ApiClientOptions =
  | { readonly dataDirectory: string }
  | { readonly url: string; readonly token: string; readonly transport?: HttpTransport }

/**
 * A client of the daemon of a data directory, or of one whose address is known.
 * @throws ChiralError `DAEMON_NOT_RUNNING` when the data directory has no daemon, or only the traces of a dead one
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  if ('url' in options) return clientOf(options.url, options.token, options.transport ?? nodeHttpTransport)
  const file = readDaemonFile(options.dataDirectory)
  const token = readToken(options.dataDirectory)
  if (file === undefined || token === undefined || !systemProcessTable.isRunning(file.pid))
    throw new ChiralError(
      'DAEMON_NOT_RUNNING',
      `No daemon runs on ${options.dataDirectory}: start one with "chiral daemon".`,
      { details: { dataDirectory: options.dataDirectory } },
    )
  return clientOf(file.url, token, nodeHttpTransport)
}

function clientOf(url: string, token: string, transport: HttpTransport): ApiClient {
  const call = createCall(url, token, transport)
  return {
    url,
    status: (options) => call(routes.status, {}, options),
    shares: (options) => call(routes.shares, {}, options),
    share: (body, options) => call(routes.share, { body }, options),
    unshare: async (fileHash) => void (await call(routes.unshare, { params: { fileHash } })),
    torrent: (fileHash, options) => call(routes.torrent, { params: { fileHash } }, options),
    find: (query, options) => call(routes.find, { query }, options),
    plan: (body, options) => call(routes.plan, { body: { closeChannels: true, ...body } }, options),
    downloads: (options) => call(routes.downloads, {}, options),
    download: (body, options) => call(routes.download, { body: { closeChannels: true, ...body } }, options),
    downloadOf: (downloadId, options) => call(routes.downloadOf, { params: { downloadId } }, options),
    pause: async (downloadId) => void (await call(routes.pause, { params: { downloadId } })),
    resume: async (downloadId) => void (await call(routes.resume, { params: { downloadId } })),
    cancel: async (downloadId) => void (await call(routes.cancel, { params: { downloadId } })),
    planBatch: (body, options) => call(routes.planBatch, { body: { closeChannels: true, ...body } }, options),
    batches: (options) => call(routes.batches, {}, options),
    batch: (body, options) => call(routes.batch, { body: { closeChannels: true, ...body } }, options),
    batchOf: (batchId, options) => call(routes.batchOf, { params: { batchId } }, options),
    batchFiles: (batchId, options) => call(routes.batchFiles, { params: { batchId } }, options),
    pauseBatch: async (batchId) => void (await call(routes.pauseBatch, { params: { batchId } })),
    resumeBatch: async (batchId) => void (await call(routes.resumeBatch, { params: { batchId } })),
    cancelBatch: async (batchId) => void (await call(routes.cancelBatch, { params: { batchId } })),
    wallet: (options) => call(routes.wallet, {}, options),
    send: (body) => call(routes.send, { body }),
    fund: (body) => call(routes.fund, { body }),
    history: (options) => call(routes.history, {}, options),
    receipts: (query, options) => call(routes.receipts, { query }, options),
    exportReceipts: (query) => call(routes.exportReceipts, { query }),
    channels: (options) => call(routes.channels, {}, options),
    closeChannel: (channelId) => call(routes.closeChannel, { params: { channelId } }),
    closeChannels: () => call(routes.closeChannels, {}),
    withdrawChannel: (channelId) => call(routes.withdrawChannel, { params: { channelId } }),
    peers: (options) => call(routes.peers, {}, options),
    connect: (body, options) => call(routes.connect, { body }, options),
    peer: (peer, options) => call(routes.peer, { params: { peer } }, options),
    bans: (options) => call(routes.bans, {}, options),
    ban: (body) => call(routes.ban, { body }),
    unban: async (peer) => void (await call(routes.unban, { params: { peer } })),
    limits: (options) => call(routes.limits, {}, options),
    setLimits: (body) => call(routes.setLimits, { body }),
    shutdown: async () => void (await call(routes.shutdown, {})),
    events: (options) => readEvents(url, token, transport, options),
  }
}

interface Parts<R extends Route> {
  readonly params?: z.output<R['params']>
  readonly query?: z.output<R['query']>
  readonly body?: z.output<R['body']>
}

function createCall(
  url: string,
  token: string,
  transport: HttpTransport,
): <R extends Route>(route: R, parts: Parts<R>, options?: CallOptions) => Answer<R> {
  return async (route, parts, options) => {
    const params = stringsOf(parts.params === undefined ? {} : z.encode(route.params, parts.params))
    const query = new URLSearchParams(stringsOf(parts.query === undefined ? {} : z.encode(route.query, parts.query)))
    const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
    const body = parts.body === undefined ? undefined : JSON.stringify(z.encode(route.body, parts.body))
    const response = await transport({
      method: route.method,
      url: `${url}${path}${query.size === 0 ? '' : `?${query}`}`,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body,
      signal: options?.signal,
    })
    const json = await readJson(url, response.body, options?.signal)
    if (response.status !== 200) throw errorOf(url, response.status, json)
    const answer = z.safeDecode(route.response, json)
    if (!answer.success) throw unreadable(url)
    return answer.data as z.output<(typeof route)['response']> // zod loses the type of a schema behind a type parameter
  }
}

async function* readEvents(
  url: string,
  token: string,
  transport: HttpTransport,
  options: CallOptions & { readonly onReplayed?: () => void } = {},
): AsyncGenerator<ApiEvent> {
  try {
    const response = await transport({
      method: 'GET',
      url: `${url}${EVENTS_PATH}`,
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
      signal: options.signal,
    })
    if (response.status !== 200) throw errorOf(url, response.status, await readJson(url, response.body))
    for await (const event of parseEventStream(response.body)) {
      if ('comment' in event) {
        if (event.comment === 'replayed') options.onReplayed?.()
        continue
      }
      const decoded = z.safeDecode(eventSchema, JSON.parse(event.data))
      if (decoded.success) yield decoded.data // a newer daemon may send kinds unknown here
    }
  } catch (error) {
    if (options.signal?.aborted === true) return
    throw codeOf(error) === 'ECONNRESET' ? unreachable(url, error) : error
  }
}

async function readJson(url: string, body: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<unknown> {
  const parts: Uint8Array[] = []
  try {
    for await (const part of body) parts.push(part)
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason
    throw unreachable(url, error)
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch {
    throw unreadable(url)
  }
}

function errorOf(url: string, status: number, json: unknown): ChiralError {
  const { data } = errorResponseSchema.safeParse(json)
  if (data === undefined) return unreadable(url, status)
  return new ChiralError(data.error.code, data.error.message, { details: data.error.details ?? {} })
}

function unreadable(url: string, status?: number): ChiralError {
  return new ChiralError(
    'DAEMON_UNREACHABLE',
    `What answers at ${url}${status === undefined ? '' : ` (status ${status})`} is not a daemon of this version: restart it with "chiral daemon".`,
  )
}

function stringsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {}
  const given = Object.entries(value).filter(([, entry]) => entry !== undefined)
  return Object.fromEntries(given.map(([key, entry]) => [key, String(entry)]))
}
