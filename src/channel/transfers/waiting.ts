/** Codes with which a transaction is known never to move any coin. */
export const HOPELESS: ReadonlySet<string> = new Set([
  'INSUFFICIENT_FUNDS',
  'TRANSACTION_REVERTED',
  'TRANSACTION_REFUSED',
  'TRANSACTION_SUPERSEDED',
])

export type OnProgress = (progress: { readonly blocksLeft: number }) => void

/** Blocks until what is sent now lies `confirmations` deep, on every head. Returns what ends it. */
export function tellProgress(
  chain: { onHead(listener: (head: { readonly number: number }) => void): () => void },
  confirmations: number,
  onProgress: OnProgress,
): () => void {
  let first: number | undefined
  return chain.onHead(({ number }) => {
    first ??= number
    onProgress({ blocksLeft: Math.max(1, first + confirmations - number) })
  })
}

/** Waits no longer than until `signal` aborts; the work goes on without us. @throws the signal's reason */
export async function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work
  work.catch(() => {})
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
