/** A peer as reputation knows it: who is paid, or pays, and under which key it is met. Either is free to make; what counts is both. */
export interface PeerIdentity {
  readonly account: string
  readonly peerId: string
}

/** How much an outcome says, in paid chunks that verified. */
interface OutcomeWeight {
  readonly isGood: boolean
  readonly weight: number
}

/** Everything that may come of dealing with a peer. The names are stored: never rename one. */
export const OUTCOMES = {
  paidChunk: { isGood: true, weight: 1 },
  // It costs its sender a line and nothing else, so four say as much as one that somebody paid for.
  freeChunk: { isGood: true, weight: 0.25 },
  // No accident of the line brings one: half of all that can be remembered for a peer.
  wrongChunk: { isGood: false, weight: 500 },
  // More than a price of one chunk: the sum is small, the intent is not.
  prepaymentKept: { isGood: false, weight: 50 },
  // Four times in a row is hardly the line alone, and nobody was robbed of more than one chunk.
  neverCame: { isGood: false, weight: 10 },
  // Silence, broken streams and refusals happen to the honest, too, once in many chunks.
  timedOut: { isGood: false, weight: 4 },
  disconnected: { isGood: false, weight: 2 },
  refused: { isGood: false, weight: 1 },
} as const satisfies Readonly<Record<string, OutcomeWeight>>

export type Outcome = keyof typeof OUTCOMES
export const OUTCOME_NAMES = Object.keys(OUTCOMES) as readonly Outcome[] // of the table just above
