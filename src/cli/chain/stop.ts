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
    .action(async () => {
      const control = await controlOf(app)
      await control.restart()
      const { status } = await control.status()
      if (app.output.json) return app.output.document(status)
      app.output.notice(`geth runs again as process ${status.gethPid}.`)
    })
}

/** The supervisor of the data directory the command is for. */
export async function controlOf({ io, flags }: App) {
  const { dataDirectoryOf } = await import('../../node/config.ts')
  return (await io.node.geth()).control(dataDirectoryOf({ flags, ...io }))
}
