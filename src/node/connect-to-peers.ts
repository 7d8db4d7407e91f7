import { ChiralError, DecodeError } from '../domain/errors.ts'
import type { PeerIdText } from '../domain/ids.ts'
import type { Network } from '../network/network.ts'

/**
 * Connects to all of the addresses at once; resolves with the peers that answered.
 * @throws ChiralError `BOOTSTRAP_UNREACHABLE` when none did, the reason of `signal`, DecodeError for an address that is none
 */
export async function connectToPeers(
  network: Pick<Network, 'connect'>,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<PeerIdText[]> {
  const attempts = await Promise.allSettled(
    addresses.map((address) => network.connect({ addresses: [address], trusted: true }, signal)),
  )
  signal.throwIfAborted()
  const reached = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []))
  const failures = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason] : []))
  const malformed = failures.find((reason) => reason instanceof DecodeError)
  if (malformed !== undefined) throw malformed
  if (reached.length === 0)
    throw new ChiralError(
      'BOOTSTRAP_UNREACHABLE',
      `None of the peers answers (${addresses.join(', ')}): check the addresses and that the peers run.`,
      { details: { addresses }, cause: failures[0] },
    )
  return [...new Set(reached)]
}
