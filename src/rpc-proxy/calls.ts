import { isAllowed } from './methods.ts'

/** Wallets send a handful of calls at once; a hundred is what public nodes commonly take. */
export const MAX_BATCH_CALLS = 100
/** The longest allowed name has 40 characters; what is echoed in an answer is bounded. */
const MAX_METHOD_LENGTH = 100

type CallId = string | number | null

/** JSON-RPC 2.0, rebuilt from what arrived: no field reaches the node that was not looked at. */
export interface Call {
  readonly jsonrpc: '2.0'
  readonly id: CallId
  readonly method: string
  readonly params: readonly unknown[]
}

export interface Refusal {
  readonly jsonrpc: '2.0'
  readonly id: CallId
  readonly error: { readonly code: number; readonly message: string }
}

/** The codes of JSON-RPC 2.0. */
export const JSON_RPC_CODES = {
  parse: -32_700,
  invalid: -32_600,
  unknown: -32_601,
  limit: -32_005,
  away: -32_002,
} as const

export interface ReadCalls {
  readonly batch: boolean
  readonly calls: readonly Call[]
  readonly refusals: readonly Refusal[]
}

/**
 * Sorts what a client sent into calls to pass on and refusals to answer. A batch is judged call by call: a refused one does not keep the
 * others back.
 */
export function readCalls(body: unknown): ReadCalls {
  if (!Array.isArray(body)) return sort([body], false)
  if (body.length === 0) return { batch: false, calls: [], refusals: [invalid(null, 'an empty batch')] }
  if (body.length > MAX_BATCH_CALLS)
    return { batch: false, calls: [], refusals: [invalid(null, `a batch of more than ${MAX_BATCH_CALLS} calls`)] }
  return sort(body, true)
}

export function refusal(id: CallId, code: number, message: string): Refusal {
  return { jsonrpc: '2.0', id, error: { code, message } }
}

function sort(entries: readonly unknown[], batch: boolean): ReadCalls {
  const calls: Call[] = []
  const refusals: Refusal[] = []
  for (const entry of entries) {
    const judged = judge(entry)
    if ('error' in judged) refusals.push(judged)
    else calls.push(judged)
  }
  return { batch, calls, refusals }
}

/**
 * Only these four fields are read, and a call is built anew from them: geth finds fields whatever the case of their letters, so that
 * `"Method"` beside `"method"` would be another method to it than to us.
 */
function judge(entry: unknown): Call | Refusal {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return invalid(null, 'no object')
  const { id, method, params = [], jsonrpc } = entry as Record<string, unknown> // any object has string keys
  if (!isId(id)) return invalid(null, 'no id')
  if (jsonrpc !== '2.0') return invalid(id, 'not of version 2.0')
  if (typeof method !== 'string') return invalid(id, 'without a method')
  if (!Array.isArray(params)) return invalid(id, 'without a list of parameters')
  // geth's own words, by which client libraries know that a method is not there.
  if (!isAllowed(method))
    return refusal(
      id,
      JSON_RPC_CODES.unknown,
      `the method ${method.slice(0, MAX_METHOD_LENGTH)} does not exist/is not available`,
    )
  return { jsonrpc: '2.0', id, method, params }
}

function isId(id: unknown): id is CallId {
  return id === null || typeof id === 'string' || (typeof id === 'number' && Number.isSafeInteger(id))
}

function invalid(id: CallId, what: string): Refusal {
  return refusal(id, JSON_RPC_CODES.invalid, `This is no JSON-RPC request: ${what}.`)
}
