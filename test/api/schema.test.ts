import { expect } from 'chai'
import { z } from 'zod'
import { addressCodec, fileHashCodec, signedWeiCodec, weiCodec } from '../../src/api/convert.ts'
import type {
  ApiEvent,
  Batch,
  BatchPlan,
  Channel,
  Download,
  HistoryEntry,
  Peer,
  PeerDetails,
  Plan,
  Seeder,
  Share,
  Source,
  Status,
} from '../../src/api/schema.ts'
import type { BatchView, BatchPlan as NodeBatchPlan } from '../../src/node/batch-types.ts'
import type { PeerDetails as NodePeerDetails, PeerView } from '../../src/node/peer-types.ts'
import type { SourceView } from '../../src/node/source-view.ts'
import type {
  ChannelView,
  DownloadPlan,
  DownloadView,
  NodeEvent,
  HistoryEntry as NodeHistoryEntry,
  NodeStatus,
  SeederView,
  ShareView,
} from '../../src/node/types.ts'

/** True when two types have the same fields, so that none of the node's is silently left out of the API. */
type SameFields<A, B> = [keyof A, keyof B] extends [keyof B, keyof A] ? true : false

/* Checked by the compiler: a field missing on either side makes the line an error. */
const SAME: readonly true[] = [
  true satisfies SameFields<Status, NodeStatus>,
  true satisfies SameFields<Status['chain'], NodeStatus['chain']>,
  true satisfies SameFields<Share, ShareView>,
  true satisfies SameFields<Download, DownloadView>,
  true satisfies SameFields<Source, SourceView>,
  true satisfies SameFields<Plan, DownloadPlan>,
  true satisfies SameFields<BatchPlan, NodeBatchPlan>,
  true satisfies SameFields<Batch, BatchView>,
  true satisfies SameFields<Seeder, SeederView>,
  true satisfies SameFields<HistoryEntry, NodeHistoryEntry>,
  true satisfies SameFields<Channel, ChannelView>,
  true satisfies SameFields<Peer, PeerView>,
  true satisfies SameFields<PeerDetails, NodePeerDetails>,
  true satisfies SameFields<Record<ApiEvent['kind'], 1>, Record<NodeEvent['kind'], 1>>,
]

describe('api/schema', () => {
  it('has the fields of the node', () => {
    expect(SAME.every(Boolean)).to.equal(true)
  })

  it('keeps every digit of an amount', () => {
    const amount = z.decode(weiCodec, '79228162514264337593543950335')
    expect(amount).to.equal((1n << 96n) - 1n)
    expect(z.encode(weiCodec, amount)).to.equal('79228162514264337593543950335')
    expect(z.decode(signedWeiCodec, '-7')).to.equal(-7n)
  })

  it('takes nothing for an amount that is not one', () => {
    for (const text of ['', '-1', '+1', '1.0', '1e3', '0x1', ' 1', '1 ', '00', '9'.repeat(79), 5, null])
      expect(weiCodec.safeParse(text).success, String(text)).to.equal(false)
    for (const text of ['-0', '--1', '-']) expect(signedWeiCodec.safeParse(text).success, text).to.equal(false)
  })

  it('writes a file hash in one form', () => {
    expect(z.decode(fileHashCodec, `0x${'AB'.repeat(32)}`)).to.equal('ab'.repeat(32))
    expect(fileHashCodec.safeParse('ab'.repeat(31)).success).to.equal(false)
    expect(addressCodec.safeParse('0x12').success).to.equal(false)
  })
})
