import { readFile } from 'node:fs/promises'
import { Command } from '@commander-js/extra-typings'
import { ChiralError, codeOf, messageOf } from '../../domain/errors.ts'
import { type App, integerArgument } from '../app.ts'
import { outputLogger } from '../output-log.ts'
import { aborted } from '../wait.ts'

const DEFAULT_UPSTREAM = 'http://127.0.0.1:8545'
/** A wallet and a page together ask some ten times a second. */
const DEFAULT_CALLS_PER_MINUTE = 600
/** More is no limit to a node of this size. */
const MAX_CALLS_PER_MINUTE = 1_000_000

export function proxyCommand(app: App) {
  return new Command('proxy')
    .description('let others ask the node of --rpc (default: the one on this machine), and only what is harmless')
    .requiredOption('--port <port>', 'port to serve JSON-RPC on', integerArgument(0, 65_535))
    .option('--host <address>', 'address to serve on', '127.0.0.1')
    .option('--tls-cert <file>', 'certificate chain (PEM): serve HTTPS')
    .option('--tls-key <file>', 'its key (PEM)')
    .option('--plain', 'serve plain HTTP beyond this machine')
    .option(
      '--origin <origin>',
      'a web page whose scripts may ask, such as https://app.example.org; may be repeated',
      collect,
      [],
    )
    .option(
      '--calls-per-minute <number>',
      'calls one address may make in a minute',
      integerArgument(1, MAX_CALLS_PER_MINUTE),
      DEFAULT_CALLS_PER_MINUTE,
    )
    .option('--metrics', 'serve /metrics for Prometheus')
    .option(
      '--cluster <name>',
      'DNS name of the proxies of all nodes: connect the geth of the data directory with them',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  chiral chain proxy --port 443 --host 0.0.0.0 --tls-cert chain.pem --tls-key key.pem --origin https://app.example.org\n  chiral chain proxy --port 9545 --metrics',
    )
    .action(async (options) => {
      const { io, flags, output } = app
      const { dataDirectoryOf } = await import('../../node/config.ts')
      const { port, host, origin, metrics, cluster, plain, callsPerMinute, tlsCert, tlsKey } = options
      const proxy = await io.node.startRpcProxy({
        rpcUrl: flags.rpc ?? DEFAULT_UPSTREAM,
        host,
        port,
        plain: plain === true,
        origins: origin,
        certificate: await readPem(tlsCert),
        key: await readPem(tlsKey),
        callsPerMinute,
        metrics: metrics === true,
        cluster,
        dataDirectory: dataDirectoryOf({ flags, ...io }),
        log: outputLogger(output),
      })
      if (output.json) output.document({ url: proxy.url })
      else output.data(proxy.url)
      output.notice('Reading and signed transactions are passed on, nothing else. Ctrl-C ends it.')
      await aborted(io.interrupt)
      await proxy.stop()
    })
}

async function readPem(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new ChiralError('FILE_UNREADABLE', `${path} cannot be read (${codeOf(error) ?? messageOf(error)}).`, {
      cause: error,
    })
  }
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value]
}
