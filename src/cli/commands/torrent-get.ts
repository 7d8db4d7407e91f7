import { readFile } from 'node:fs/promises'
import { Command } from '@commander-js/extra-typings'
import type { App } from '../app.ts'
import { readableFile, targetPath } from '../files.ts'
import { formatBytes } from '../format.ts'
import { renderSwarm } from '../progress.ts'
import { readConfig } from './daemon.ts'

export function torrentGetCommand(app: App) {
  return new Command('get')
    .description('download a torrent from its swarm, as any BitTorrent or WebTorrent client does; nothing is paid')
    .argument('<torrent>', '.torrent file or magnet link')
    .option('-o, --out <folder>', 'existing folder to put it in (default: the current one)')
    .option('--overwrite', 'replace a file of the same name')
    .option('--sequential', 'in the order of the file, to play it meanwhile')
    .option('--tracker <url>', 'ask this tracker as well; may be repeated', collect)
    .option('--dht-node <host:port>', 'enter the BitTorrent DHT here; may be repeated', collect)
    .option(
      '--dht',
      'look for peers in the BitTorrent DHT as well, entered where everybody does unless --dht-node says otherwise',
    )
    .addHelpText(
      'after',
      `
Every piece is checked against the torrent. Stopped, it goes on where it was. In scope loopback peers of this machine alone
are used. What it brought can be shared: "chiral share FILE --price 0.001".

Examples:
  chiral torrent get film.torrent -o downloads
  chiral torrent get 'magnet:?xt=urn:btih:…' --sequential`,
    )
    .action(async (given, options) => {
      const { io, output } = app
      const { network, downloads, uploads } = (await readConfig(app)).node
      const folder = await targetPath(options.out, io.workingDirectory, { folderNeeded: true })
      const reference = given.startsWith('magnet:')
        ? given
        : await readFile(await readableFile(given, io.workingDirectory))
      const done = await io.node.downloadTorrent(reference, {
        folder,
        trackers: options.tracker ?? [],
        sequential: options.sequential === true,
        overwrite: options.overwrite === true,
        loopbackOnly: network.scope === 'loopback',
        dhtBootstrap: options.dhtNode ?? (options.dht === true && network.scope === 'public' ? undefined : false),
        iceServers: network.iceServers ?? [],
        maxDownloadRate: downloads.maxRate ?? 0,
        maxUploadRate: uploads?.maxRate ?? 0,
        onProgress: (progress) => output.progress(renderSwarm(progress, output.width)),
        onNotice: (message) => output.told({ level: 'warn', message }),
        signal: io.interrupt,
      })
      output.endProgress()
      if (output.json) return output.document(done)
      output.notice(`${formatBytes(done.sizeBytes)} in ${done.files === 1 ? 'one file' : `${done.files} files`}.`)
      output.data(done.path)
    })
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value]
}
