import { FetchRequest, JsonRpcProvider, Network } from 'ethers'
import { ChiralError } from '../domain/errors.ts'
import { type Clock, delay } from '../system/clock.ts'
import { keepAlive } from '../system/keep-alive.ts'
import type { Logger } from '../system/logger.ts'
import { type RpcFailure, rpcFailureOf } from './rpc-error.ts'

/** A node that has not answered by then is away; geth answers every call we make in well under a second. */
const REQUEST_TIMEOUT_MS = 10_000
/** Rides out a restart of the node, and is short enough for a person to wait for the sentence that says it is away. */
const RETRY_FOR_MS = 10_000
const FIRST_RETRY_MS = 100
const MAX_RETRY_MS = 1_000
/** Calls made in one turn travel in one HTTP request; more than this many a request is refused by some nodes. */
const MAX_BATCH = 50

export interface RpcOptions {
  readonly signal?: AbortSignal | undefined
  /** Ask again while the node is away. Default true: all we send can be repeated (raw transactions too: same bytes). */
  readonly retry?: boolean
}

/** JSON-RPC over HTTP. */
export interface Rpc {
  /** Scheme, host and port: what may be shown. A path or query can hold an access key, user and password always do. */
  readonly shownUrl: string
  /**
   * @returns what the node answered, not yet decoded
   * @throws RpcAnswerError when the node answered with an error
   * @throws ChiralError `CHAIN_UNREACHABLE`
   */
  request(method: string, params: readonly unknown[], options?: RpcOptions): Promise<unknown>
  close(): void
}

/** The node answered, with an error. */
export class RpcAnswerError extends ChiralError {
  /** Revert data, when there is any. */
  readonly data: string | undefined

  constructor(method: string, failure: RpcFailure & { answered: true }) {
    super('CHAIN_REFUSED', `The chain's node refused ${method}: ${failure.message}.`, { details: { method } })
    this.name = 'RpcAnswerError'
    this.data = failure.data
    this.answer = failure.message
  }

  /** The node's own words. */
  readonly answer: string
}

/** @throws ChiralError `CHAIN_URL_INVALID` unless `http://` or `https://` */
export function createRpc(dependencies: { clock: Clock; log: Logger }, options: { rpcUrl: string }): Rpc {
  const { clock, log } = dependencies
  const { request, shownUrl } = parseRpcUrl(options.rpcUrl)
  const network = new Network('chiral', 0)
  // Only send() is used, and it never looks at the network; a fixed one keeps ethers from asking for it, and from printing, while
  // the node is away.
  const provider = new JsonRpcProvider(request, network, {
    staticNetwork: network,
    batchMaxCount: MAX_BATCH,
    batchStallTime: 0,
    polling: false,
  })

  async function attempt(method: string, params: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted()
    const answer = provider.send(method, [...params])
    return signal === undefined ? answer : await Promise.race([answer, aborted(signal, answer)])
  }

  async function ask(
    method: string,
    params: readonly unknown[],
    { signal, retry = true }: RpcOptions,
  ): Promise<unknown> {
    const giveUpAt = clock.monotonic() + RETRY_FOR_MS
    let pauseMs = FIRST_RETRY_MS
    for (;;) {
      try {
        return await attempt(method, params, signal)
      } catch (error) {
        if (signal?.aborted === true) throw signal.reason
        const failure = rpcFailureOf(error)
        if (failure.answered) throw new RpcAnswerError(method, failure)
        if (!retry || !failure.retryable || provider.destroyed || clock.monotonic() + pauseMs > giveUpAt)
          throw unreachable(shownUrl, failure.message, error)
        log.debug({ method, url: shownUrl, reason: failure.message }, 'asking the chain again')
        await delay(clock, pauseMs, signal)
        pauseMs = Math.min(2 * pauseMs, MAX_RETRY_MS)
      }
    }
  }

  return {
    shownUrl,
    request: (method, params, options = {}) => keepAlive(ask(method, params, options)),
    close() {
      if (!provider.destroyed) provider.destroy()
    },
  }
}

function unreachable(shownUrl: string, reason: string, cause: unknown): ChiralError {
  return new ChiralError(
    'CHAIN_UNREACHABLE',
    `The chain at ${shownUrl} cannot be reached (${reason}): check --rpc and that the node runs.`,
    { details: { url: shownUrl, reason }, cause },
  )
}

function parseRpcUrl(text: string): { request: FetchRequest; shownUrl: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new ChiralError('CHAIN_URL_INVALID', 'The RPC address is not a URL: write one such as http://127.0.0.1:8545.')
  const { username, password } = url
  url.username = ''
  url.password = ''
  const request = new FetchRequest(url.href)
  request.timeout = REQUEST_TIMEOUT_MS
  if (username !== '' || password !== '') {
    request.allowInsecureAuthentication = true // the operator wrote the password into a plain http URL: its own network
    request.setCredentials(decodeURIComponent(username), decodeURIComponent(password))
  }
  return { request, shownUrl: url.origin }
}

/** Rejects with the signal's reason; leaves no listener behind once `settled` has settled. */
function aborted(signal: AbortSignal, settled: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    const remove = (): void => signal.removeEventListener('abort', onAbort)
    settled.then(remove, remove)
  })
}
