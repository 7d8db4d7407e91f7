import { ChiralError } from '../../domain/errors.ts'
import type { GethFailure } from './geth-log.ts'

/** What a failure means for whoever has to mend it: one sentence and a code. */
export function gethError(
  failure: GethFailure | undefined,
  context: { readonly directory: string; readonly logFile: string },
): ChiralError {
  const { directory, logFile } = context
  const details = { directory, ...(failure ?? {}) }
  switch (failure?.kind) {
    case 'other-genesis':
      return new ChiralError(
        'GETH_OTHER_GENESIS',
        `${directory} holds the chain with genesis ${failure.stored}, not ${failure.wanted}: choose another --data-dir, or give the genesis that this one was made with.`,
        { details },
      )
    case 'port-in-use':
      return new ChiralError(
        'GETH_PORT_TAKEN',
        `geth cannot listen on port ${failure.port ?? '(unknown)'} because another program does: choose another with --p2p-port, --rpc-port or --ws-port.`,
        { details },
      )
    case 'directory-in-use':
      return new ChiralError('GETH_BUSY', `Another geth uses ${directory}: stop it, or choose another --data-dir.`, {
        details,
      })
    case 'disk-full':
      return new ChiralError(
        'GETH_DISK_FULL',
        `The disk of ${directory} is full, so geth saved its chain and stopped: free some space, then start it again.`,
        { details },
      )
    case 'fatal':
      return new ChiralError('GETH_FAILED', `geth stopped: ${failure.reason} (see ${logFile}).`, { details })
    case undefined:
      return new ChiralError('GETH_FAILED', `geth ended without giving a reason (see ${logFile}).`, { details })
  }
}

/** Whether no later start with the same options can succeed: a port or the disk may be free again by then. */
export function isPermanent(failure: GethFailure | undefined): boolean {
  return failure?.kind === 'other-genesis'
}
