import { Command } from '@commander-js/extra-typings'
import { ChiralError } from '../../domain/errors.ts'
import { type App, integerArgument } from '../app.ts'
import { installCommand } from '../chain/install.ts'
import { logsCommand } from '../chain/logs.ts'
import { proxyCommand } from '../chain/proxy.ts'
import { bootnodeCommand, startCommand } from '../chain/start.ts'
import { chainStatusCommand } from '../chain/status.ts'
import { restartCommand, stopCommand } from '../chain/stop.ts'
import { endedOrAborted } from '../wait.ts'

export function chainCommand(app: App) {
  const command = new Command('chain').description(
    'blockchains on this machine: geth on the network, and the embedded test chain',
  )
  command
    .command('dev')
    .description('run the embedded test chain of the data directory until Ctrl-C')
    .option('--port <port>', 'JSON-RPC port on 127.0.0.1 (default: any free one)', integerArgument(0, 65535))
    .option(
      '--block-time <seconds>',
      'make a block every so many seconds (default: one per transaction)',
      integerArgument(1, 3600),
    )
    .addHelpText(
      'after',
      '\nPrints the JSON-RPC address for --rpc.\n\nExample:\n  chiral chain dev --port 8545 --block-time 2',
    )
    .action(({ port, blockTime }) => runChain(app, port, blockTime))
  command.addCommand(startCommand(app))
  command.addCommand(bootnodeCommand(app))
  command.addCommand(stopCommand(app))
  command.addCommand(restartCommand(app))
  command.addCommand(chainStatusCommand(app))
  command.addCommand(logsCommand(app))
  command.addCommand(installCommand(app))
  command.addCommand(proxyCommand(app))
  return command
}

async function runChain({ io, flags, output }: App, port?: number, blockTimeSeconds?: number): Promise<void> {
  const { dataDirectoryOf } = await import('../../node/config.ts')
  const chain = await io.node.runDevChain({
    dataDirectory: dataDirectoryOf({ flags, ...io }),
    ...(port === undefined ? {} : { port }),
    ...(blockTimeSeconds === undefined ? {} : { blockTimeSeconds }),
  })
  try {
    if (output.json) output.document({ rpcUrl: chain.rpcUrl })
    else output.data(chain.rpcUrl)
    output.notice('Test chain 98767 is running: its coins are worth nothing. Ctrl-C ends it.')
    const died = chain.exited.then(() => {
      if (!io.interrupt.aborted)
        throw new ChiralError('CHAIN_UNREACHABLE', 'The test chain ended by itself: start it again.')
    })
    await endedOrAborted(died, io.interrupt)
  } finally {
    await chain.stop()
  }
}
