import { formatAmount, formatBytes, formatDuration } from './format.ts'

/** What a progress line shows of a download. */
export interface DownloadProgress {
  readonly phase: string
  readonly sizeBytes: number
  readonly verifiedBytes: number
  readonly bytesPerSecond: number
  readonly spent: bigint
  readonly testCoin: boolean
  readonly sources: readonly { readonly phase: string; readonly blocksLeft?: number | undefined }[]
}

const BAR_WIDTH = 20
/** An ETA from a slower rate than this is noise. */
const MIN_RATE = 1

/** One line of at most `width` characters: percent, size, speed, ETA, peers, spent; the last parts give way first. */
export function render(state: DownloadProgress, width: number): string {
  const { sizeBytes, verifiedBytes, bytesPerSecond, spent, testCoin, sources } = state
  if (state.phase === 'finding') return truncate(['finding seeders'], width)
  const active = sources.filter(({ phase }) => phase === 'active').length
  const fraction = sizeBytes === 0 ? 1 : Math.min(1, verifiedBytes / sizeBytes)
  const moving = bytesPerSecond >= MIN_RATE && verifiedBytes < sizeBytes
  const parts = [
    `${percentOf(fraction).padStart(4)}`,
    `${formatBytes(verifiedBytes)} of ${formatBytes(sizeBytes)}`,
    ...(moving ? [`${formatBytes(bytesPerSecond)}/s`] : []),
    ...(moving ? [`ETA ${formatDuration((sizeBytes - verifiedBytes) / bytesPerSecond)}`] : []),
    `${active} ${active === 1 ? 'peer' : 'peers'}`,
    `spent ${formatAmount(spent, testCoin)}`,
    ...noteOf(state),
  ]
  const withBar = [parts[0] ?? '', bar(fraction), ...parts.slice(1)]
  return withBar.join('  ').length <= width ? withBar.join('  ') : truncate(parts, width)
}

/** What a progress line shows of a batch. */
export interface BatchProgress {
  readonly phase: string
  readonly files: number
  readonly filesDone: number
  readonly filesFailed: number
  readonly sizeBytes: number
  readonly verifiedBytes: number
  readonly bytesPerSecond: number
  readonly spent: bigint
  readonly testCoin: boolean
  readonly sources: readonly { readonly blocksLeft?: number | undefined }[]
}

/** The same for a batch: how many files, and how much of them. */
export function renderBatch(state: BatchProgress, width: number): string {
  const { files, filesDone, filesFailed, sizeBytes, verifiedBytes, bytesPerSecond, spent, testCoin, sources } = state
  if (state.phase === 'finding') return truncate(['finding seeders'], width)
  const fraction = sizeBytes === 0 ? 1 : Math.min(1, verifiedBytes / sizeBytes)
  const moving = bytesPerSecond >= MIN_RATE && verifiedBytes < sizeBytes
  const confirming = sources.filter(({ blocksLeft }) => blocksLeft !== undefined)
  const parts = [
    `${percentOf(fraction).padStart(4)}`,
    `${filesDone} of ${files} files`,
    `${formatBytes(verifiedBytes)} of ${formatBytes(sizeBytes)}`,
    ...(moving ? [`${formatBytes(bytesPerSecond)}/s`] : []),
    ...(moving ? [`ETA ${formatDuration((sizeBytes - verifiedBytes) / bytesPerSecond)}`] : []),
    ...(filesFailed > 0 ? [`${filesFailed} failed`] : []),
    `spent ${formatAmount(spent, testCoin)}`,
    ...noteOf({ phase: state.phase, sources: confirming.map((source) => ({ ...source, phase: 'confirming' })) }),
  ]
  return truncate(parts, width)
}

/** What a progress line shows of a torrent. */
export interface SwarmProgress {
  /** `undefined` until a peer has told what the torrent is. */
  readonly sizeBytes: number | undefined
  readonly verifiedBytes: number
  readonly bytesPerSecond: number
  readonly peers: number
}

/** One line about a torrent: percent, size, speed, ETA, peers. */
export function renderSwarm(state: SwarmProgress, width: number): string {
  const { sizeBytes, verifiedBytes, bytesPerSecond, peers } = state
  const swarm = `${peers} ${peers === 1 ? 'peer' : 'peers'}`
  if (sizeBytes === undefined) return truncate(['asking the swarm what it is', swarm], width)
  const fraction = sizeBytes === 0 ? 1 : verifiedBytes / sizeBytes
  const moving = bytesPerSecond >= MIN_RATE && verifiedBytes < sizeBytes
  const parts = [
    percentOf(fraction).padStart(4),
    `${formatBytes(verifiedBytes)} of ${formatBytes(sizeBytes)}`,
    ...(moving ? [`${formatBytes(bytesPerSecond)}/s`] : []),
    ...(moving ? [`ETA ${formatDuration((sizeBytes - verifiedBytes) / bytesPerSecond)}`] : []),
    swarm,
  ]
  return truncate(parts, width)
}

/** One line about hashing a file. */
export function renderHashing(
  state: { readonly hashedBytes: number; readonly sizeBytes: number },
  width: number,
): string {
  const fraction = state.sizeBytes === 0 ? 1 : state.hashedBytes / state.sizeBytes
  const sizes = `${formatBytes(state.hashedBytes)} of ${formatBytes(state.sizeBytes)}`
  return truncate([percentOf(fraction).padStart(4), 'hashed', sizes], width)
}

/** Never rounds up to 100 %: that is said only when it is true. */
function percentOf(fraction: number): string {
  return `${Math.floor(fraction * 100)}%`
}

function noteOf({ phase, sources }: Pick<DownloadProgress, 'phase' | 'sources'>): string[] {
  if (phase === 'settling') return ['settling']
  const waiting = sources.flatMap((source) => (source.phase === 'confirming' ? [source.blocksLeft ?? 0] : []))
  if (waiting.length > 0) {
    const blocks = Math.max(...waiting)
    return [`channel awaits confirmation${blocks > 0 ? `, ${blocks} ${blocks === 1 ? 'block' : 'blocks'} left` : ''}`]
  }
  return phase === 'opening' ? ['opening channels'] : []
}

function bar(fraction: number): string {
  const filled = Math.floor(fraction * BAR_WIDTH)
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`
}

function truncate(parts: readonly string[], width: number): string {
  let line = ''
  for (const part of parts) {
    const longer = line === '' ? part : `${line}  ${part}`
    if (longer.length > width) break
    line = longer
  }
  return line
}
