import { expect } from 'chai'
import { ChiralError } from '../../src/domain/errors.ts'
import { type Address, addressOf, peerIdText } from '../../src/domain/ids.ts'
import type { DownloadDependencies, DownloadJob } from '../../src/node/download/dependencies.ts'
import type { StoredDownload } from '../../src/node/download/download-store.ts'
import type { SourceTerms } from '../../src/node/download/source-host.ts'
import { showReceipts } from '../../src/node/download/unshown.ts'
import { silentLogger } from '../../src/system/logger.ts'

const TERMS = { peerId: peerIdText('seller'), payee: addressOf(new Uint8Array(20).fill(1)) } as SourceTerms
const JOB = { budgetId: 'this', payBy: 'channel' } as DownloadJob

/** What is asked of the seeder, where these downloads have receipts that it may lack. */
async function asked(
  unshown: readonly string[],
  fails: (budgetId: string) => unknown = () => undefined,
  stored: readonly Pick<StoredDownload, 'downloadId' | 'batchId' | 'phase'>[] = [],
) {
  const calls: string[] = []
  const stop = new AbortController()
  // Only what showing asks for.
  const deps = {
    log: silentLogger,
    store: { list: () => stored },
    payments: {
      unshownTo: (payee: string, { budgetId }: DownloadJob) =>
        payee === TERMS.payee && budgetId === JOB.budgetId ? unshown : ['not asked for'],
    },
    async connect(_: SourceTerms, { job, paid }: { job: DownloadJob; paid: boolean }) {
      const name = `${job.budgetId} by ${job.payBy}${paid ? '' : ', free'}`
      const error = fails(job.budgetId)
      if (error !== undefined) throw error
      return {
        settle: async () => void calls.push(`settle ${name}`),
        close: async () => void calls.push(`close ${name}`),
      }
    },
  } as unknown as DownloadDependencies
  const shown = new Map<Address, Set<string>>()
  const show = (): Promise<void> => showReceipts(TERMS, shown, { job: JOB, deps, signal: stop.signal })
  return { calls, done: show(), again: show, stop }
}

describe('node/download/unshown', () => {
  it('shows a seeder the receipts of each other download, paid from its escrow', async () => {
    const { calls, done } = await asked(['one', 'two'])
    await done
    expect(calls).to.deep.equal([
      'settle one by escrow',
      'close one by escrow',
      'settle two by escrow',
      'close two by escrow',
    ])
  })

  it('leaves to a download, or a batch, that is under way what it shows itself', async () => {
    const { calls, done } = await asked(['one', 'two', 'three'], undefined, [
      { downloadId: 'one', batchId: undefined, phase: 'downloading' },
      { downloadId: 'two', batchId: undefined, phase: 'failed' },
      { downloadId: 'a file', batchId: 'three', phase: 'settling' },
    ])
    await done
    expect(calls).to.deep.equal(['settle two by escrow', 'close two by escrow'])
  })

  it('asks nothing where nothing is unshown', async () => {
    const { calls, done } = await asked([])
    await done
    expect(calls).to.deep.equal([])
  })

  it('goes on when one cannot be shown, and shows that one before the next stream', async () => {
    const gone = new ChiralError('PEER_UNREACHABLE', 'It is gone.')
    let isGone = true
    const { calls, done, again } = await asked(['one', 'two'], (budgetId) =>
      isGone && budgetId === 'one' ? gone : undefined,
    )
    await done
    expect(calls.splice(0)).to.deep.equal(['settle two by escrow', 'close two by escrow'])
    isGone = false
    await again()
    expect(calls.splice(0)).to.deep.equal(['settle one by escrow', 'close one by escrow'])
    await again()
    expect(calls).to.deep.equal([])
  })

  it('ends with its download', async () => {
    const ended = new Error('the download was cancelled')
    const { calls, done } = await asked(['one', 'two'], () => {
      throw ended
    }).then((all) => {
      all.stop.abort(ended)
      return all
    })
    expect(await done.catch((error: unknown) => error)).to.equal(ended)
    expect(calls).to.deep.equal([])
  })
})
