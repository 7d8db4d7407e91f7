const OVER: ReadonlySet<string> = new Set(['done', 'failed', 'paused', 'cancelled'])

/** Whether a download, or a batch of them, goes on by itself: now, or when its node starts again. */
export function isUnderWay({ phase }: { readonly phase: string }): boolean {
  return !OVER.has(phase)
}
