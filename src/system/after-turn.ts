/** Calls `work` once what is ready in this turn of the event loop was dealt with. A browser has one of its own (browser/after-turn.ts). */
export function afterTurn(work: () => void): void {
  setImmediate(work)
}
