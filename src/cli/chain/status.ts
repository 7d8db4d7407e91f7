import { Command } from '@commander-js/extra-typings'
import type { App } from '../app.ts'
import { formatDuration, formatTable } from '../format.ts'
import type { ChainAnswerView, ChainHealthView, ChainStatusView } from '../geth-parts.ts'
import { controlOf } from './stop.ts'

export function chainStatusCommand(app: App) {
  return new Command('status')
    .description('how the geth of the data directory, or the node of --rpc, is doing; warnings on standard error')
    .addHelpText(
      'after',
      '\nExamples:\n  chiral chain status\n  chiral chain status --json --rpc http://127.0.0.1:8545',
    )
    .action(async () => {
      const { rpc } = app.flags
      if (rpc !== undefined) return show(app, { health: await (await app.io.node.geth()).remoteHealth(rpc) })
      show(app, await (await controlOf(app)).status())
    })
}

function show({ output }: App, { status, health, healthFailure }: Partial<ChainAnswerView>): void {
  if (output.json) output.document({ node: status, health, healthFailure })
  else for (const line of formatTable([...rowsOfNode(status), ...rowsOfHealth(health)])) output.data(line)
  if (status?.lastFailure !== undefined && status.phase !== 'running') output.warn(status.lastFailure.message)
  if (healthFailure !== undefined && status?.phase === 'running') output.warn(healthFailure)
  for (const { message } of health?.warnings ?? []) output.warn(message)
}

function rowsOfNode(status: ChainStatusView | undefined): string[][] {
  if (status === undefined) return []
  const { dag, enode } = status
  return [
    ['geth', `${status.phase}, process ${status.gethPid ?? '-'}, ${status.client ?? 'of unknown version'}`],
    ['JSON-RPC', status.rpcUrl],
    ...(enode === undefined ? [] : [['enode', enode]]),
    ['restarts', String(status.restarts)],
    ...(dag === undefined ? [] : [['mining data set', `epoch ${dag.epoch}, ${dag.percent} %`]]),
    ['log', status.logFile],
  ]
}

function rowsOfHealth(health: ChainHealthView | undefined): string[][] {
  if (health === undefined) return []
  const { syncingTo, headAgeSeconds } = health
  return [
    ['chain', `${health.chainId}, genesis ${health.genesisHash}`],
    ['block', `${health.height}${syncingTo === undefined ? '' : ` of ${syncingTo}`}, ${health.headHash}`],
    ['age', health.height === 0 ? 'no block yet' : formatDuration(headAgeSeconds)],
    ['difficulty', health.difficulty],
    ['peers', health.peers === undefined ? 'not told' : String(health.peers)],
    ['mining', health.mining ? `${health.hashRate} hashes/s` : 'no'],
  ]
}
