import { Command } from '@commander-js/extra-typings'
import type { App } from '../app.ts'
import { torrentGetCommand } from './torrent-get.ts'
import { torrentShowCommand } from './torrent-show.ts'

export function torrentCommand(app: App) {
  return new Command('torrent')
    .description('standard BitTorrent and WebTorrent')
    .addCommand(torrentGetCommand(app))
    .addCommand(torrentShowCommand(app))
}
