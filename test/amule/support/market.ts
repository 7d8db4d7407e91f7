import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { runTool } from '../../../src/chain/geth/run-tool.ts'
import { startProgram } from './program.ts'

const KAD_PROGRAM = fileURLToPath(new URL('./kad-main.ts', import.meta.url))
const MARKET_PROGRAM = fileURLToPath(new URL('./market-main.ts', import.meta.url))

const amount = z.string().transform(BigInt)
const bought = z.object({
  phase: z.string(),
  error: z.object({ message: z.string() }).optional(),
  spent: amount,
  sources: z.array(z.object({ peerId: z.string(), chunks: z.number(), verified: amount, paid: amount })),
  seller: z.object({ peerId: z.string(), received: amount }),
  isSame: z.boolean(),
})

/** A node of Kad in a name space, which knows that the aMule there has the file of a link. */
export async function startKnowing(options: {
  readonly inside: readonly string[]
  readonly link: string
  readonly host: string
}): Promise<{ readonly port: string; stop(): Promise<void> }> {
  const program = await startProgram({ inside: options.inside, args: [KAD_PROGRAM, options.link, options.host] })
  return { port: await program.printed(), stop: () => program.stop() }
}

/** Sells and buys a file in a name space, whose buyer asks this node of Kad as well. */
export async function tradeBeside(options: {
  readonly inside: readonly string[]
  readonly path: string
  readonly kad: readonly [address: string, port: string]
}): Promise<z.output<typeof bought>> {
  const [command = '', ...args] = [...options.inside, process.execPath, MARKET_PROGRAM, options.path, ...options.kad]
  const { exitCode, output } = await runTool({ command, args })
  const line = output.split('\n').find((each) => each.startsWith('{'))
  if (exitCode !== 0 || line === undefined) throw new Error(`The trade failed: ${output}`)
  return bought.parse(JSON.parse(line))
}
