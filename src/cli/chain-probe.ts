import { chainParameters } from '../domain/chains.ts'

/** A JSON-RPC on this machine answers at once or not at all. */
const PROBE_TIMEOUT_MS = 2_000

/** Asks a chain for its id; `undefined` when it does not answer or is none of ours (starting the node then says why). */
export async function isTestChain(rpcUrl: string): Promise<boolean | undefined> {
  try {
    const response = await fetch(rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    })
    const answer: unknown = await response.json()
    const result = typeof answer === 'object' && answer !== null && 'result' in answer ? answer.result : undefined
    return typeof result === 'string' ? chainParameters(Number(result)).testCoin : undefined
  } catch {
    return undefined
  }
}
