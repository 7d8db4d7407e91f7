import { resolve } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import type { App } from '../app.ts'

export function stopCommand(app: App) {
  return new Command('stop')
    .description('stop the geth of the data directory once its state is saved')
    .action(async () => {
      const saved = await (await controlOf(app)).stop()
      if (app.output.json) return app.output.document({ saved })
      app.output.notice(saved ? 'geth is stopped, its state saved.' : 'geth is stopped.')
      if (!saved) app.output.warn('geth did not say that its state is saved: the next start checks it.')
    })
}

export function restartCommand(app: App) {
  return new Command('restart')
    .description('stop the geth of the data directory once its state is saved, and start it again')
    .option('--rolling <folders...>', 'these data directories instead, each once the one before has caught up')
    .addHelpText(
      'after',
      '\nExamples:\n  chiral chain restart\n  chiral chain restart --rolling ~/node-1 ~/node-2 ~/node-3',
    )
    .action(async ({ rolling }) => {
      if (rolling !== undefined) return restartRolling(app, rolling)
      const control = await controlOf(app)
      await control.restart()
      const { status } = await control.status()
      if (app.output.json) return app.output.document(status)
      app.output.notice(`geth runs again as process ${status.gethPid}.`)
    })
}

async function restartRolling({ io, output }: App, folders: readonly string[]): Promise<void> {
  const dataDirectories = folders.map((folder) => resolve(io.workingDirectory, folder))
  const { restartRolling: restartAll } = await io.node.geth()
  await restartAll(dataDirectories, { onStep: (text) => output.notice(text), signal: io.interrupt })
  if (output.json) return output.document({ restarted: dataDirectories })
  output.notice(`${folders.length} nodes run again, each with its state saved.`)
}

/** The supervisor of the data directory the command is for. */
export async function controlOf({ io, flags }: App) {
  const { dataDirectoryOf } = await import('../../node/config.ts')
  return (await io.node.geth()).control(dataDirectoryOf({ flags, ...io }))
}
