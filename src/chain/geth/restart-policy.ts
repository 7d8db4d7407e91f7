/** A first restart is quick: most ends are a kill or a machine that ran out of memory for a moment. */
const FIRST_DELAY_MS = 1_000
/** A geth that dies at once again and again must not keep a core and the disk busy. */
const MAX_DELAY_MS = 60_000
/** Who ran so long was healthy: the next end is a first one again. */
export const HEALTHY_AFTER_MS = 5 * 60_000

/** What is remembered from one end of geth to the next. */
export interface RestartState {
  readonly failuresInRow: number
}

export const NO_FAILURES: RestartState = { failuresInRow: 0 }

/** geth ended unasked after `ranForMs`: how long to wait before it is started again. The wait doubles with each quick end. */
export function nextRestart(
  state: RestartState,
  ranForMs: number,
): { readonly state: RestartState; readonly delayMs: number } {
  const failuresInRow = ranForMs >= HEALTHY_AFTER_MS ? 1 : state.failuresInRow + 1
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (failuresInRow - 1), MAX_DELAY_MS)
  return { state: { failuresInRow }, delayMs }
}
