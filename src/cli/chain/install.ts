import { Command } from '@commander-js/extra-typings'
import type { App } from '../app.ts'
import { renderDag } from './render-dag.ts'

export function installCommand(app: App) {
  return new Command('install')
    .description('find a geth with Ethash, or build the pinned one into this checkout')
    .option('--geth <path>', 'use this one or fail')
    .option('--dag', 'also make the mining data set of the first 30,000 blocks')
    .addHelpText('after', '\nBuilding needs Go 1.21 or newer and a C compiler. Nothing is put outside this checkout.')
    .action(async ({ geth, dag }) => {
      const { io, output } = app
      const installed = await (await io.node.geth()).install({
        env: io.env,
        geth,
        dag: dag === true,
        onStep: (text) => output.notice(text),
        onDag: (progress) => output.progress(renderDag(progress, output.width)),
        signal: io.interrupt,
      })
      output.endProgress()
      if (output.json) return output.document(installed)
      output.data(installed.path)
      output.notice(`${installed.client} ${installed.version} mines Ethash.`)
    })
}
