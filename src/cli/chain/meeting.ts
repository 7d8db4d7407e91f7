import { ChiralError } from '../../domain/errors.ts'
import type { ConfigFlags, LoadedConfig } from '../../node/config.ts'

/** What the command line says of whom a chain node meets, and of what it does there. */
export interface MeetingFlags {
  readonly bootnodes: readonly string[]
  readonly staticNodes: readonly string[]
  /** Absent: not said. */
  readonly discovery?: boolean | undefined
  readonly validator?: true | undefined
  readonly mine?: true | undefined
  readonly etherbase?: string | undefined
}

/**
 * Whom a chain node meets. A validator meets those that were named and nobody else, unless it is told to look, and it has no key that a
 * reward could go to.
 *
 * @throws ChiralError `USAGE`
 */
export function meetingOf(
  options: MeetingFlags,
  config: Pick<LoadedConfig, 'chainBootnodes' | 'chainStaticNodes' | 'chainNetwork'>,
  flags: Pick<ConfigFlags, 'bootstrap' | 'listen'>,
): { readonly discovery: boolean; readonly network: LoadedConfig['chainNetwork'] } {
  const { validator, mine, etherbase, discovery = validator !== true } = options
  if (validator !== true) return { discovery, network: config.chainNetwork }
  if (mine === true || etherbase !== undefined)
    throw usage('A validator has no key and mines nothing: give --validator without --mine and --etherbase.')
  if (discovery) return { discovery, network: config.chainNetwork }
  if (flags.bootstrap !== undefined || flags.listen !== undefined)
    throw usage('A validator stays out of the DHT: give --discovery beside --bootstrap or --listen, or leave them out.')
  const named = [options.staticNodes, options.bootnodes, config.chainStaticNodes, config.chainBootnodes]
  if (named.every(({ length }) => length === 0))
    throw usage(
      'A validator meets only those that were named, and nobody was: give --static-nodes with the enodes of other nodes.',
    )
  return { discovery, network: undefined }
}

function usage(message: string): ChiralError {
  return new ChiralError('USAGE', message)
}
