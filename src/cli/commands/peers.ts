import { Command } from '@commander-js/extra-typings'
import type { App } from '../app.ts'
import { formatTable } from '../format.ts'
import { withDaemon } from './daemon.ts'

export function peersCommand(app: App) {
  return new Command('peers')
    .description('connected and banned peers of the running daemon')
    .addHelpText('after', '\nExample:\n  chiral peers --json')
    .action(() =>
      withDaemon(app, { start: false }, async ({ client }) => {
        const { output } = app
        const peers = await client.peers()
        if (output.json) return output.document(peers)
        if (peers.length === 0) return output.notice('No peer is connected.')
        const rows = peers.map(({ peerId, direction, latencyMs, address, bannedUntil }) => [
          peerId,
          direction,
          latencyMs === undefined ? '-' : `${Math.round(latencyMs)} ms`,
          bannedUntil === undefined ? '' : `banned until ${new Date(bannedUntil).toISOString()}`,
          address,
        ])
        for (const line of formatTable([['peer', 'direction', 'latency', 'ban', 'address'], ...rows], [2]))
          output.data(line)
      }),
    )
}
