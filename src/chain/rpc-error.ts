/**
 * What a JSON-RPC node said, taken out of the several shapes ethers wraps it in.
 *
 * `answered: false` means that the node gave no JSON-RPC answer: it is away, or something else listens there.
 */
export type RpcFailure =
  | { readonly answered: true; readonly message: string; readonly data: string | undefined }
  | { readonly answered: false; readonly message: string; readonly retryable: boolean }

/** HTTP answers of 400 to 499 will not change by asking again. */
const HTTP_CLIENT_ERROR = /^4\d\d/

export function rpcFailureOf(error: unknown): RpcFailure {
  const answer = answerIn(error)
  if (answer !== undefined) return { answered: true, message: answer.message, data: revertDataOf(answer.data) }
  const status = field(field(error, 'info'), 'responseStatus')
  return {
    answered: false,
    message: typeof status === 'string' ? `it answered HTTP ${status.trim()}` : reasonOf(error),
    retryable: !(typeof status === 'string' && HTTP_CLIENT_ERROR.test(status)),
  }
}

/** `eth_sendRawTransaction` refusals, by what geth, anvil, Hardhat and Besu write. */
export type BroadcastRefusal = 'known' | 'nonce-too-low' | 'underpriced' | 'insufficient-funds' | 'other'

export function broadcastRefusalOf(message: string): BroadcastRefusal {
  if (/already known|already imported|known transaction|AlreadyKnown/i.test(message)) return 'known'
  if (/nonce (?:is )?too low|expected nonce to be/i.test(message)) return 'nonce-too-low'
  if (/insufficient funds|insufficient balance|doesn't have enough funds/i.test(message)) return 'insufficient-funds'
  if (/underpriced|fee too low|less than (?:block )?base fee|fee cap less than|maxFeePerGas.*too low/i.test(message))
    return 'underpriced'
  return 'other'
}

/** The node has dropped the state of the block asked for (a pruned node, or a development chain that was restarted). */
export function isStateUnavailable(message: string): boolean {
  return /BlockOutOfRange|missing trie node|historical state|state not available|header not found|pruned/i.test(message)
}

/** Too many results for one `eth_getLogs`. */
export function isRangeTooLarge(message: string): boolean {
  return /more than \d+ results|range|too many|limit exceeded|response size/i.test(message)
}

function answerIn(error: unknown): { message: string; data: unknown } | undefined {
  for (const candidate of [field(field(error, 'info'), 'error'), field(error, 'error')]) {
    const message = field(candidate, 'message')
    if (typeof field(candidate, 'code') === 'number' && typeof message === 'string')
      return { message, data: field(candidate, 'data') }
  }
  return undefined
}

/** geth and anvil send the revert data as a string, Hardhat inside an object. */
function revertDataOf(data: unknown): string | undefined {
  if (typeof data === 'string') return /^0x[0-9a-f]*$/i.test(data) ? data : undefined
  return data === undefined ? undefined : revertDataOf(field(data, 'data'))
}

function reasonOf(error: unknown): string {
  const code = field(error, 'code')
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host name is unknown'
  if (code === 'TIMEOUT') return 'it does not answer in time'
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return `the connection failed (${code})`
  return 'what listens there is not an Ethereum JSON-RPC node'
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as Record<string, unknown>)[name] // boundary: shape of a foreign error, checked by every caller
}
