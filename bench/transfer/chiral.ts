import { parseWei } from '../../src/domain/amount.ts'
import { IN_BAND_PROTOCOLS } from '../../src/domain/in-band-protocol.ts'
import { startNode } from '../../src/node/node.ts'
import type { NodeConfig } from '../../src/node/node-config.ts'
import type { DownloadView } from '../../src/node/types.ts'

/**
 * One side of a transfer between two whole nodes at default settings, each a process of its own.
 *
 * chiral.ts seed DIRECTORY RPC FILE PRICE_WEI → shares FILE at that price per MiB, prints { id, address }, serves until ended.
 * chiral.ts leech DIRECTORY RPC ID ADDRESS OUT WINDOW PROTOCOL → prints { seconds, bytes }: from the first request for a chunk until
 * the last chunk, verified, is durable in the file and, when paid, in the ledger.
 */
const [role, dataDirectory = '', rpcUrl = '', ...rest] = process.argv.slice(2)
if (role === 'seed') await seed(rest)
else await leech(rest)

function configOf(bootstrap: readonly string[]): NodeConfig {
  return {
    dataDirectory,
    chain: { rpcUrl },
    network: { listen: ['/ip4/127.0.0.1/tcp/0'], announce: [], bootstrap, scope: 'loopback' },
    payments: {
      redeemAbove: parseWei('1000000000000000000'),
      creditCapTotal: parseWei('1000000000000000000'),
      contractWallets: false,
    },
    downloads: { window: 32, maxSources: 8, stallMs: 5_000, protocol: 'bitswap' },
    walletPassword: '',
    logLevel: 'error',
  }
}

// An orderly exit, so that --cpu-prof writes its profile.
process.once('SIGTERM', () => process.exit(0))

async function seed([path = '', price = '0']: string[]): Promise<void> {
  const node = await startNode(configOf([]))
  const { fileHash } = await node.share({ path, pricePerMiB: parseWei(price) })
  const { addresses } = await node.status()
  console.log(JSON.stringify({ id: fileHash, address: addresses[0] }))
}

async function leech([reference = '', address = '', out = '', window = '32', name = '']: string[]): Promise<void> {
  const protocol = IN_BAND_PROTOCOLS.find((known) => known === name)

  const node = await startNode(configOf([address]))
  const ended = Promise.withResolvers<DownloadView>()
  let begun: NodeJS.CpuUsage | undefined
  let used: NodeJS.CpuUsage | undefined
  node.subscribe((event) => {
    if (event.kind !== 'download') return
    const { phase } = event.download
    if (phase === 'downloading') begun ??= process.cpuUsage()
    if (phase === 'settling') used ??= process.cpuUsage(begun)
    if (phase === 'done' || phase === 'failed') ended.resolve(event.download)
  })
  await node.download({ reference, out, closeChannels: false, window: Number(window), protocol })
  const download = await ended.promise
  if (download.phase !== 'done') throw new Error(download.error?.message)
  const [source] = download.sources
  console.log(
    JSON.stringify({
      seconds: download.transferSeconds,
      bytes: download.sizeBytes,
      cpuSeconds: used === undefined ? 0 : (used.user + used.system) / 1e6,
      vouchers: source?.vouchers ?? 0,
      paidWei: source?.paid.toString() ?? '0',
    }),
  )
  process.exit(0)
}
