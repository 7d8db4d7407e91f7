import type { Source } from '../api/schema.ts'

/** Whom a summary names a source by: who was paid, or of a peer of a public swarm, which has no account, where it is. */
export function sourceName({ peerId, payee }: Pick<Source, 'peerId' | 'payee'>): string {
  return /^0x0{40}$/.test(payee) ? peerId : payee
}
