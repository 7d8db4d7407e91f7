import { codeOf, DecodeError } from '../../domain/errors.ts'
import type { Clock } from '../../system/clock.ts'
import { decodeHash, decodeNumber, decodeQuantity } from '../rpc-values.ts'
import type { GethIpc, GethPeer } from './geth-ipc.ts'
import { assessHealth, type ChainHealth, type HealthFacts, type PeerHead, type RefusedBlock } from './health.ts'

type Ask = (method: string, params?: readonly unknown[]) => Promise<unknown>

/** The health of a geth of ours, its peers' heads included. @throws ChiralError `GETH_SILENT`, DecodeError */
export async function readHealth({
  ipc,
  clock,
  refusedBlock,
}: {
  readonly ipc: Pick<GethIpc, 'ask' | 'peers' | 'hashRate'>
  readonly clock: Clock
  readonly refusedBlock?: RefusedBlock | undefined
}): Promise<ChainHealth> {
  const [peers, hashRate] = await Promise.all([ipc.peers(), ipc.hashRate()])
  const [common, ...peerHeads] = await Promise.all([
    readCommon(ipc.ask),
    ...peers.flatMap(({ head }) => (head === undefined ? [] : [headOf(ipc.ask, head)])),
  ])
  return assessHealth({ ...common, hashRate, peers: peers.length, peerHeads, refusedBlock }, clock.now())
}

/**
 * The health of any node, as far as it tells over JSON-RPC: not where its peers stand, and of some not even how many there are.
 * @throws ChiralError `CHAIN_UNREACHABLE`, DecodeError
 */
export async function readRemoteHealth({
  ask,
  clock,
}: {
  readonly ask: Ask
  readonly clock: Clock
}): Promise<ChainHealth> {
  const [common, peers, hashRate] = await Promise.all([
    readCommon(ask),
    told(ask('net_peerCount').then(decodeNumber)),
    told(ask('eth_hashrate').then(decodeNumber)),
  ])
  return assessHealth(
    { ...common, hashRate: hashRate ?? 0, peers, peerHeads: [], refusedBlock: undefined },
    clock.now(),
  )
}

/** `undefined` where the node has no such method, or answers in a form of its own. */
async function told<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (codeOf(error) === 'CHAIN_REFUSED' || error instanceof DecodeError) return undefined
    throw error
  }
}

async function readCommon(ask: Ask): Promise<Omit<HealthFacts, 'peers' | 'peerHeads' | 'hashRate' | 'refusedBlock'>> {
  const [chainId, genesis, head, syncing, mining] = await Promise.all([
    ask('eth_chainId'),
    ask('eth_getBlockByNumber', ['0x0', false]),
    ask('eth_getBlockByNumber', ['latest', false]),
    ask('eth_syncing'),
    told(ask('eth_mining')),
  ])
  const block = fieldsOf(head)
  return {
    chainId: decodeNumber(chainId),
    genesisHash: decodeHash(fieldsOf(genesis)['hash']),
    height: decodeNumber(block['number']),
    headHash: decodeHash(block['hash']),
    headTime: decodeNumber(block['timestamp']),
    difficulty: decodeQuantity(block['difficulty']),
    totalDifficulty: block['totalDifficulty'] === undefined ? undefined : decodeQuantity(block['totalDifficulty']),
    syncingTo: syncing === false ? undefined : goalOf(fieldsOf(syncing)),
    mining: mining === true,
  }
}

/** geth also says that it syncs while it has nobody to sync with; then there is no goal. */
function goalOf(syncing: Record<string, unknown>): number | undefined {
  const highest = decodeNumber(syncing['highestBlock'])
  return highest > decodeNumber(syncing['currentBlock']) ? highest : undefined
}

async function headOf(ask: Ask, { hash, totalDifficulty }: NonNullable<GethPeer['head']>): Promise<PeerHead> {
  const block = await ask('eth_getBlockByHash', [hash, false])
  if (block === null) return { totalDifficulty, branch: 'unknown' }
  const canonical = await ask('eth_getBlockByNumber', [fieldsOf(block)['number'], false])
  const ours = canonical !== null && fieldsOf(canonical)['hash'] === fieldsOf(block)['hash']
  return { totalDifficulty, branch: ours ? 'ours' : 'other' }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null)
    throw new DecodeError('The chain answered something that is not a block.')
  return value as Record<string, unknown> // boundary: every field is decoded by the caller
}
