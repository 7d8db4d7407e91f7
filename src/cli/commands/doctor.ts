import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import type { App } from '../app.ts'
import type { Asked, Facts, Finding } from '../doctor/judge.ts'
import { formatTable } from '../format.ts'
import { readConfig } from './daemon.ts'

export function doctorCommand(app: App) {
  return new Command('doctor')
    .description('look for what keeps this node from trading: disk, daemon, wallet, network, chain; starts nothing')
    .addHelpText(
      'after',
      '\nEnds with 1 when something does not work; warnings alone end with 0.\n\nExamples:\n  chiral doctor\n  chiral doctor --json',
    )
    .action(() => examine(app))
}

async function examine(app: App): Promise<void> {
  const { output } = app
  const { judge } = await import('../doctor/judge.ts')
  const findings = judge(await findOut(app))
  if (output.json) output.document({ findings })
  else for (const line of formatTable(findings.map(rowOf))) output.data(line)
  const failures = findings.filter(({ verdict }) => verdict === 'failure').length
  if (failures === 0) return
  throw new ChiralError(
    'CHECKS_FAILED',
    `${failures} of ${findings.length} findings ${failures === 1 ? 'is a failure' : 'are failures'}: see above.`,
    { details: { failures } },
  )
}

async function findOut(app: App): Promise<Facts> {
  const { dataDirectory, chain } = (await readConfig(app)).node
  const { createApiClient } = await import('../../api/client.ts')
  const geth = await app.io.node.geth()
  const daemon = await ask(() => createApiClient({ dataDirectory }).status())
  const { rpcUrl } = chain
  return {
    free: await ask(() => freeBytes(dataDirectory)),
    daemon,
    geth: await ask(() => geth.control(dataDirectory).status()),
    rpc: 'answer' in daemon || rpcUrl === undefined ? undefined : await ask(() => geth.remoteHealth(rpcUrl)),
  }
}

async function ask<T>(question: () => Promise<T>): Promise<Asked<T>> {
  try {
    return { answer: await question() }
  } catch (error) {
    return { code: codeOf(error) ?? 'INTERNAL', message: messageOf(error) }
  }
}

/** Of a folder that is not there yet, where it would be. */
async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && dirname(folder) !== folder) return freeBytes(dirname(folder))
    throw new ChiralError('PATH_DENIED', `${folder} cannot be looked at (${codeOf(error) ?? messageOf(error)}).`, {
      cause: error,
    })
  }
}

function rowOf({ check, verdict, message }: Finding): string[] {
  return [verdict, check, message]
}
