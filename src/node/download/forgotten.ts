import { codeOf, messageOf } from '../../domain/errors.ts'
import type { ChunkClient } from '../../in-band/chunk-client.ts'
import type { Source } from './source.ts'
import type { SourceHost } from './source-host.ts'

/** What was lost with the books comes back with the handshake; without it another channel is opened. */
export async function askForVouchers(
  source: Source,
  { log, connect }: Pick<SourceHost, 'log'> & { readonly connect: () => Promise<ChunkClient> },
  signal: AbortSignal,
): Promise<void> {
  try {
    await (await connect()).close()
  } catch (error) {
    signal.throwIfAborted()
    const reason = messageOf(error)
    log.warn({ peer_id: source.key, code: codeOf(error), reason }, 'A forgotten channel is not used again')
  }
}
