import { Command } from '@commander-js/extra-typings'
import type { App } from '../app.ts'
import { formatTable } from '../format.ts'
import { describePeer, formatScore } from '../peer-text.ts'
import type { Session } from '../session.ts'
import { withDaemon } from './daemon.ts'

export function peersCommand(app: App) {
  const command = new Command('peers').description('connected peers, what is known of each, and bans')
  command
    .command('list', { isDefault: true })
    .description('peers that are connected to the running daemon')
    .addHelpText('after', '\nExample:\n  chiral peers --json')
    .action(() => withDaemon(app, { start: false }, (session) => list(app, session)))
  command
    .command('show')
    .description('score of a peer with every reason for it, what was paid, speeds and bans')
    .argument(
      '<peer>',
      'peer id, account, or the address of a peer of a public swarm, such as bittorrent:192.0.2.7:6881',
    )
    .addHelpText('after', '\nExample:\n  chiral peers show 12D3KooW…')
    .action((peer) => withDaemon(app, { start: true }, (session) => show(app, session, peer)))
  command
    .command('bans')
    .description('peers and accounts that are not dealt with, and why')
    .addHelpText('after', '\nExample:\n  chiral peers bans --json')
    .action(() => withDaemon(app, { start: true }, (session) => bans(app, session)))
  command
    .command('ban')
    .description('neither buy from a peer nor sell to it, for ever')
    .argument(
      '<peer>',
      'peer id, account, or the address of a peer of a public swarm, such as bittorrent:192.0.2.7:6881',
    )
    .option('--reason <text>', 'why, for "chiral peers bans"')
    .addHelpText('after', '\nExample:\n  chiral peers ban 12D3KooW… --reason "sold me noise"')
    .action((peer, { reason }) =>
      withDaemon(app, { start: true }, async ({ client }) => {
        const ban = await client.ban({ peer, ...(reason === undefined ? {} : { reason }) })
        if (app.output.json) return app.output.document(ban)
        app.output.notice(`${ban.subject} is banned for ever: "chiral peers unban" lifts that.`)
      }),
    )
  command
    .command('unban')
    .description('lift every ban of a peer id or an account')
    .argument(
      '<peer>',
      'peer id, account, or the address of a peer of a public swarm, such as bittorrent:192.0.2.7:6881',
    )
    .addHelpText('after', '\nExample:\n  chiral peers unban 12D3KooW…')
    .action((peer) =>
      withDaemon(app, { start: true }, async ({ client }) => {
        await client.unban(peer)
        if (app.output.json) return app.output.document({ peer })
        app.output.notice(`${peer} is not banned any more.`)
      }),
    )
  return command
}

async function list({ output }: App, { client }: Session): Promise<void> {
  const peers = await client.peers()
  if (output.json) return output.document(peers)
  if (peers.length === 0) return output.notice('No peer is connected.')
  const header = ['peer', 'score', 'direction', 'latency', 'ban', 'address']
  const rows = peers.map(({ peerId, score, direction, latencyMs, address, bannedUntil }) => [
    peerId,
    formatScore(score),
    direction,
    latencyMs === undefined ? '-' : `${Math.round(latencyMs)} ms`,
    bannedUntil === undefined ? '' : `banned until ${new Date(bannedUntil).toISOString()}`,
    address,
  ])
  for (const line of formatTable([header, ...rows], [1, 3])) output.data(line)
}

async function show({ output }: App, { client, amount }: Session, peer: string): Promise<void> {
  const found = await client.peer(peer)
  if (output.json) return output.document(found)
  for (const [index, details] of found.entries()) {
    if (index > 0) output.data('')
    for (const line of describePeer(details, amount)) output.data(line)
  }
}

async function bans({ output }: App, { client }: Session): Promise<void> {
  const held = await client.bans()
  if (output.json) return output.document(held)
  if (held.length === 0) return output.notice('Nobody is banned.')
  const rows = held.map(({ subject, until, reason, isManual }) => [
    subject,
    isManual ? 'for ever' : new Date(until).toISOString(),
    isManual ? 'you' : 'a wrong chunk',
    reason,
  ])
  for (const line of formatTable([['peer', 'until', 'by', 'reason'], ...rows], [])) output.data(line)
}
