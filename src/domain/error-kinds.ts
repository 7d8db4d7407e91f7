/**
 * What kind of failure an error code is. Exit codes of the command line and HTTP statuses of the control API both follow
 * from the kind, so a code has one meaning everywhere.
 */
export type ErrorKind =
  | 'usage' // what was asked for is not well-formed, or is refused before anything happens
  | 'not-found' // the file, download, channel … does not exist or nobody has it
  | 'network' // the daemon, a peer or the chain cannot be reached
  | 'payment' // money, budget or channel
  | 'integrity' // bytes are not what their id says
  | 'timeout'
  | 'interrupted'
  | 'unauthorized' // missing or wrong token
  | 'forbidden' // a page of another site, or another host name
  | 'conflict' // what is there already stands in the way
  | 'too-large'
  | 'general'

/** Every public code with its kind and meaning; docs/reference/errors.md is made from it. */
export const ERROR_KINDS: Readonly<Record<string, readonly [kind: ErrorKind, meaning: string]>> = {
  // Usage
  USAGE: ['usage', 'The command line is not well-formed.'],
  DECODE_FAILED: ['usage', 'A value is not what it claims to be, for example an id with a missing digit.'],
  REQUEST_INVALID: ['usage', 'A control API request has a wrong, missing or unknown field.'],
  CONFIG_INVALID: ['usage', 'A configuration value or key is wrong.'],
  CONSENT_NEEDED: ['usage', 'A download costs money, nobody is there to ask, and no budget was given.'],
  FLAG_CONTRADICTS_DAEMON: ['usage', 'A flag contradicts the daemon that is already running.'],
  PATH_IS_DIRECTORY: ['usage', 'A folder was given where a file is needed.'],
  FILE_UNREADABLE: ['usage', 'The file cannot be read.'],
  CHAIN_UNKNOWN: ['usage', 'The chain is not one this program knows.'],
  PHRASE_INVALID: ['usage', 'The recovery phrase is not valid.'],
  // Conflict
  DAEMON_RUNNING: ['conflict', 'A daemon already uses this data directory.'],
  FILE_EXISTS: ['conflict', 'Another file is at the target.'],
  TARGET_EXISTS: ['conflict', 'Another file is at the target.'],
  WALLET_EXISTS: ['conflict', 'The data directory has a wallet already.'],
  CHAIN_MISMATCH: ['conflict', 'The data directory belongs to another chain.'],
  // Not found and network
  FILE_NOT_FOUND: ['not-found', 'There is no such file on this machine.'],
  NOT_FOUND: ['not-found', 'There is no such thing.'],
  NO_SEEDERS: ['not-found', 'Nobody reachable offers the file.'],
  SHARE_UNKNOWN: ['not-found', 'The file is not being shared.'],
  DOWNLOAD_UNKNOWN: ['not-found', 'There is no such download.'],
  CHANNEL_UNKNOWN: ['not-found', 'There is no such channel.'],
  WALLET_MISSING: ['not-found', 'The data directory has no wallet.'],
  ROUTE_UNKNOWN: ['not-found', 'The control API has no such route.'],
  DAEMON_NOT_RUNNING: ['network', 'No daemon runs on this data directory.'],
  DAEMON_UNREACHABLE: ['network', 'The daemon does not answer.'],
  CHAIN_UNREACHABLE: ['network', 'The chain does not answer.'],
  PEER_UNREACHABLE: ['network', 'A peer cannot be reached.'],
  STREAM_CLOSED: ['network', 'A peer ended the stream.'],
  // Payment
  BUDGET_EXCEEDED: ['payment', 'The download would cost more than was allowed.'],
  PRICE_TOO_HIGH: ['payment', 'Every seeder is dearer than was allowed.'],
  CONSENT_REFUSED: ['payment', 'The question whether to pay was answered with no.'],
  INSUFFICIENT_FUNDS: ['payment', 'The wallet holds too little.'],
  FUND_REFUSED: ['payment', 'Test coin exists on test chains only.'],
  VOUCHER_TOO_LOW: ['payment', 'The best voucher does not cover the request.'],
  WALLET_PASSWORD: ['payment', 'The wallet password is missing or wrong.'],
  // Integrity and time
  INTEGRITY: ['integrity', 'Bytes are not what their id says.'],
  SHA256_MISMATCH: ['integrity', 'The finished file does not have the SHA-256 that was asked for.'],
  TIMEOUT: ['timeout', 'Something did not happen in time.'],
  INTERRUPTED: ['interrupted', 'Stopped by Ctrl-C.'],
  // Control API
  UNAUTHORIZED: ['unauthorized', 'The API token is missing or wrong.'],
  HOST_REFUSED: ['forbidden', 'A request came under another host name or from another site.'],
  BODY_TOO_LARGE: ['too-large', 'A request body is too large.'],
  // General
  STORE_FAILED: ['general', 'The database cannot be read or written.'],
  STORE_NEWER: ['general', 'The database was written by a newer version.'],
  INTERNAL: ['general', 'A bug: please report it with the log.'],
}

/** The kind of a code; `general` for one not in the table. */
export function errorKind(code: string | undefined): ErrorKind {
  return (code === undefined ? undefined : ERROR_KINDS[code]?.[0]) ?? 'general'
}
