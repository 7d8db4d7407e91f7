import { expect } from 'chai'
import { ChiralError } from '../../src/domain/errors.ts'
import { addressOf, type PeerIdText, parseChannelId, peerIdText } from '../../src/domain/ids.ts'
import type { ChunkClient } from '../../src/in-band/chunk-client.ts'
import type { DownloadDependencies, DownloadJob } from '../../src/node/download/dependencies.ts'
import type { StoredSource } from '../../src/node/download/download-store.ts'
import { settleAll } from '../../src/node/download/purchase.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { FakeClock } from '../support/fake-clock.ts'

const [HERE, GONE] = [peerIdText('here'), peerIdText('gone')]
const PAYEE = addressOf(new Uint8Array(20).fill(1))
const OTHER_PAYEE = addressOf(new Uint8Array(20).fill(2))
/** All five tries at a seeder that is gone. */
const ALL_TRIES_MS = 7_500
const TRY_MS = 500

/** Settles with two sources of which one cannot be reached, and says what the user is told. */
async function settle(
  sources: readonly Pick<StoredSource, 'peerId' | 'payee'>[],
  waited?: (clock: FakeClock) => Promise<void>,
): Promise<{ notices: string[]; settled: PeerIdText[] }> {
  const clock = new FakeClock()
  const notices: string[] = []
  const settled: PeerIdText[] = []
  const channelId = parseChannelId(`0x${'11'.repeat(32)}`)
  // Only what settling asks for.
  const deps = {
    clock,
    log: silentLogger,
    bans: { bannedUntil: () => undefined },
    payments: { channelsTo: () => [channelId], closed: async () => true },
    notice: (_: string, message: string) => void notices.push(message),
    async connect({ peerId }: { peerId: PeerIdText }) {
      if (peerId === GONE) throw new ChiralError('PEER_UNREACHABLE', 'It is gone.')
      const client: Pick<ChunkClient, 'settle' | 'closeChannel' | 'close'> = {
        settle: async () => void settled.push(peerId),
        closeChannel: async () => 'hash',
        close: async () => {},
      }
      return client
    },
  } as unknown as DownloadDependencies
  const done = settleAll(
    sources.map((source) => ({ ...source, downloadId: 'one', addresses: [], chunks: 1, bytes: 1, fruitless: 0 })),
    {
      deps,
      job: { closeChannels: true } as DownloadJob,
      live: async () => undefined,
      signal: new AbortController().signal,
    },
  )
  await waited?.(clock)
  await done
  return { notices, settled }
}

describe('node/download/settlement', () => {
  it('does not wait for a peer that is gone when another of the same payee was settled with', async () => {
    const sources = [GONE, HERE].map((peerId) => ({ peerId, payee: PAYEE }))
    expect(await settle(sources)).to.deep.equal({ notices: [], settled: [HERE] })
  })

  it('tries again for each payee, and tells of the one that stays away', async () => {
    const sources = [
      { peerId: GONE, payee: PAYEE },
      { peerId: HERE, payee: OTHER_PAYEE },
    ]
    const { notices, settled } = await settle(sources, async (clock) => {
      for (let waited = 0; waited <= ALL_TRIES_MS; waited += TRY_MS) await clock.advance(TRY_MS)
    })
    expect(settled).to.deep.equal([HERE])
    expect(notices).to.deep.equal(['A seeder could not be settled with: It is gone.'])
  })
})
