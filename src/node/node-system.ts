import { mkdir } from 'node:fs/promises'
import { ChiralError, messageOf } from '../domain/errors.ts'
import { type Clock, systemClock } from '../system/clock.ts'
import { type FailPoints, killAt, noFailPoints } from '../system/fail-points.ts'
import { createLogger, type Logger } from '../system/logger.ts'
import { type Random, systemRandom } from '../system/random.ts'
import type { NodeConfig } from './node-config.ts'

/** The outside world of a node; a test passes its own. */
export interface NodeSystem {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly failPoints: FailPoints
}

/** The real parts, and the data directory made. @throws ChiralError `DATA_DIRECTORY` */
export async function startSystem(config: NodeConfig, overrides: Partial<NodeSystem>): Promise<NodeSystem> {
  try {
    await mkdir(config.dataDirectory, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new ChiralError(
      'DATA_DIRECTORY',
      `The data directory ${config.dataDirectory} cannot be made: ${messageOf(error)}. Choose another with --data-dir.`,
      { cause: error },
    )
  }
  return {
    clock: systemClock,
    random: systemRandom,
    log: createLogger({ level: config.logLevel }),
    failPoints: config.failPoint === undefined ? noFailPoints : killAt(config.failPoint),
    ...overrides,
  }
}
