/** The gas of every operation, measured by the tests that compare it with the committed numbers and with the peers. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { runToEnd } from '../child-process.ts'
import { repositoryRoot } from '../generated-files.ts'
import { readIfPresent } from '../read-if-present.ts'

/** Compiling all contracts and their tests takes minutes, several times as many on a busy machine; measuring a few seconds. */
const TIMEOUT_MS = 30 * 60_000

const measuredSchema = z.object({
  open: z.int(),
  topUp: z.int(),
  redeem: z.int(),
  close: z.int(),
  unilateralTotal: z.int(),
  redeemManyPerItem: z.int(),
})

export type GasReport = {
  readonly gas: {
    readonly open: number
    readonly topUp: number
    readonly redeem: number
    readonly cooperativeClose: number
    readonly unilateralTotal: number
    readonly redeemManyPerItem50: number
  }
  /** Whether every limit of the tests was kept. */
  readonly withinLimits: boolean
}

/** @param say Is shown what the tests print: the table beside the peers' rows. */
export async function measureGas(say: (text: string) => void): Promise<GasReport> {
  const folder = await mkdtemp(join(tmpdir(), 'chiral-gas-'))
  const path = join(folder, 'gas.json')
  try {
    const hardhat = join(repositoryRoot, 'node_modules/hardhat/dist/src/cli.js')
    const { exitCode, output, timedOut } = await runToEnd(
      [process.execPath, hardhat, 'test', 'mocha', 'test/contracts/gas.test.ts'],
      {
        timeoutMs: TIMEOUT_MS,
        env: { ...process.env, CHIRAL_GAS_REPORT: path, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true', NO_COLOR: '1' },
      },
    )
    // Without the compiler's warnings about other people's code, unless something went wrong.
    const tests = exitCode === 0 ? output.indexOf('Running Mocha tests') : 0
    say(output.slice(Math.max(tests, 0)).trim())
    const report = await readIfPresent(path)
    if (report === undefined)
      throw new Error(
        `The gas was not measured${timedOut ? ` within ${TIMEOUT_MS / 60_000} minutes` : ': see the output above'}.`,
      )
    const { close, unilateralTotal, redeemManyPerItem, ...calls } = measuredSchema.parse(JSON.parse(report))
    const gas = { ...calls, cooperativeClose: close, unilateralTotal, redeemManyPerItem50: redeemManyPerItem }
    return { gas, withinLimits: exitCode === 0 }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
