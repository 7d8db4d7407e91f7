import { Command } from '@commander-js/extra-typings'
import { ChiralError } from '../../domain/errors.ts'
import type { App } from '../app.ts'
import { formatTable } from '../format.ts'
import type { Session } from '../session.ts'
import { withDaemon } from './daemon.ts'

export function channelCommand(app: App) {
  const command = new Command('channel').description('payment channels of the wallet')
  command
    .command('list')
    .description('every channel with what it holds, and what escrows allocate')
    .addHelpText('after', '\nExample:\n  chiral channel list --json')
    .action(() => withDaemon(app, { start: true }, (session) => list(app, session)))
  command
    .command('close')
    .description('end a channel: the payee pays both out at once, the payer begins the dispute window')
    .argument('[channel]', 'channel id as "chiral channel list" prints it')
    .option('--all', 'every channel: those that pay this wallet in one transaction')
    .addHelpText('after', '\nExamples:\n  chiral channel close 0x5f0c…9a\n  chiral channel close --all')
    .action((id, { all = false }) => {
      if (all === (id !== undefined)) throw new ChiralError('USAGE', 'Give the id of a channel, or --all.')
      return id === undefined
        ? withDaemon(app, { start: true }, (session) => closeAll(app, session))
        : withChannel(app, id, close)
    })
  command
    .command('withdraw')
    .description('after the dispute window: return what was not spent')
    .argument('<channel>', 'channel id as "chiral channel list" prints it')
    .addHelpText('after', '\nExample:\n  chiral channel withdraw 0x5f0c…9a')
    .action((id) => withChannel(app, id, withdraw))
  return command
}

type ChannelId = Parameters<Session['client']['closeChannel']>[0]

async function withChannel(
  app: App,
  text: string,
  work: (app: App, session: Session, channelId: ChannelId) => Promise<void>,
): Promise<void> {
  const { parseChannelId } = await import('../../domain/ids.ts')
  const channelId = parseChannelId(text)
  await withDaemon(app, { start: true }, (session) => work(app, session, channelId))
}

async function list({ output }: App, { client, amount }: Session): Promise<void> {
  const channels = await client.channels()
  if (output.json) return output.document(channels)
  if (channels.length === 0) return output.notice('There is no channel.')
  const header = ['channel', 'we are', 'peer', 'phase', 'deposit', 'vouchered', 'settled', 'window ends', 'escrow for']
  const rows = channels.map((channel) => [
    channel.channelId,
    channel.role,
    channel.peer,
    channel.phase,
    amount(channel.deposit),
    amount(channel.vouchered),
    amount(channel.settled),
    channel.closesAt === undefined ? '' : new Date(channel.closesAt).toISOString(),
    channel.escrow === undefined
      ? ''
      : `${channel.escrow.fileHash.slice(0, 12)}… until ${new Date(channel.escrow.endsAt).toISOString()}`,
  ])
  for (const line of formatTable([header, ...rows], [4, 5, 6])) output.data(line)
}

async function close({ output }: App, { client }: Session, channelId: ChannelId): Promise<void> {
  const { transactionHash, closesAt } = await client.closeChannel(channelId)
  if (output.json)
    return output.document({ channelId, transactionHash, ...(closesAt === undefined ? {} : { closesAt }) })
  output.data(transactionHash)
  output.notice(
    closesAt === undefined
      ? 'The channel is closed and both sides are paid out.'
      : `The dispute window ends on ${new Date(closesAt).toISOString()}; then: chiral channel withdraw ${channelId}`,
  )
}

async function closeAll({ output }: App, { client }: Session): Promise<void> {
  const closed = await client.closeChannels()
  if (output.json) return output.document(closed)
  if (closed.length === 0) return output.notice('There is no open channel.')
  for (const { transactionHash } of closed) output.data(transactionHash)
  const count = closed.reduce((sum, { channelIds }) => sum + channelIds.length, 0)
  output.notice(
    `${count} ${count === 1 ? 'channel ends' : 'channels end'}; "chiral channel list" shows which wait for a dispute window.`,
  )
}

async function withdraw({ output }: App, { client }: Session, channelId: ChannelId): Promise<void> {
  const { transactionHash } = await client.withdrawChannel(channelId)
  if (output.json) return output.document({ channelId, transactionHash })
  output.data(transactionHash)
  output.notice('What was not spent is back in the wallet.')
}
