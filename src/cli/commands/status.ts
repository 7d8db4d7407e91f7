import { Command } from '@commander-js/extra-typings'
import type { App } from '../app.ts'
import { formatBytes, formatDuration, formatTable } from '../format.ts'
import { portMappingText } from '../port-mapping-text.ts'
import type { Session } from '../session.ts'
import { withDaemon } from './daemon.ts'

export function statusCommand(app: App) {
  return new Command('status')
    .description('what the running daemon is doing')
    .addHelpText('after', '\nExamples:\n  chiral status\n  chiral status --json')
    .action(() => withDaemon(app, { start: false }, (session) => show(app, session)))
}

async function show({ output }: App, { client, status, amount }: Session): Promise<void> {
  const [shares, downloads] = await Promise.all([client.shares(), client.downloads()])
  if (output.json) return output.document({ ...status, shares, downloads })
  const { chain } = status
  const facts: string[][] = [
    ['version', status.version],
    ['wallet', status.address],
    ['balance', amount(status.balance)],
    ['peer', status.peerId],
    ['peers', `${status.peers}`],
    ['chain', `${chain.chainId} (${chain.name}), block ${chain.blockNumber}, ${chain.rpcUrl}`],
    ['contract', chain.contract],
    ...status.addresses.map((address) => ['listens', address]),
    ['router', portMappingText(status.portMapping)],
    ...(status.http === undefined ? [] : [['HTTP', status.http.url]]),
  ]
  const { storage } = status
  facts.push([
    'downloads take',
    [storage.used, ...(storage.capacity === undefined ? [] : [storage.capacity])].map(formatBytes).join(' of '),
  ])
  facts.push(['chunks in memory', `${formatBytes(storage.memoryUsed)} of ${formatBytes(storage.memoryLimit)}`])
  const { tiers } = storage
  if (tiers !== undefined)
    facts.push(['of downloads', `${formatBytes(tiers.fastUsed)} fast, ${formatBytes(tiers.largeUsed)} large`])
  const { health } = chain
  facts.push(['newest block', `${formatDuration(health.headAgeSeconds)} ago`])
  if (health.peers !== undefined) facts.push(['chain peers', `${health.peers}`])
  for (const line of formatTable(facts)) output.data(line)
  for (const { message } of health.warnings) output.warn(message)
  if (health.split !== undefined) output.warn(health.split.message)
  if (shares.length > 0) output.data('\nShared')
  const shareRows = shares.map((share) => [
    share.fileHash,
    formatBytes(share.sizeBytes),
    share.pricePerMiB === 0n ? 'free' : `${amount(share.pricePerMiB)}/MiB`,
    share.name,
  ])
  for (const line of formatTable(shareRows, [1])) output.data(line)
  if (downloads.length > 0) output.data('\nDownloads')
  const downloadRows = downloads.map((download) => [
    download.downloadId,
    download.phase,
    `${download.verifiedChunks}/${download.chunks}`,
    amount(download.spent),
    download.name,
  ])
  for (const line of formatTable(downloadRows, [2])) output.data(line)
}
