import type { PeerIdText } from '../../domain/ids.ts'
import type { StoredSource } from './download-store.ts'

/** The sources of an attempt that brought nothing in it: those that were tried, and those that only others, or money, kept from being asked. */
export function broughtNothing(
  chosen: readonly { readonly peerId: PeerIdText }[],
  {
    before,
    after,
    unasked,
  }: {
    readonly before: ReadonlyMap<PeerIdText, Pick<StoredSource, 'chunks'>>
    readonly after: readonly Pick<StoredSource, 'peerId' | 'chunks'>[]
    readonly unasked: ReadonlySet<string>
  },
): { readonly tried: readonly PeerIdText[]; readonly unasked: readonly PeerIdText[] } {
  const delivered = new Map(after.map(({ peerId, chunks }) => [peerId, chunks]))
  const vain = chosen
    .map(({ peerId }) => peerId)
    .filter((peerId) => delivered.get(peerId) === (before.get(peerId)?.chunks ?? 0))
  return {
    tried: vain.filter((peerId) => !unasked.has(peerId)),
    unasked: vain.filter((peerId) => unasked.has(peerId)),
  }
}
