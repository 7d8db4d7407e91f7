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
  CHAIN_URL_INVALID: ['usage', 'The JSON-RPC address is not a URL.'],
  CHAIN_UNKNOWN: ['usage', 'The chain is not one this program knows.'],
  CONSENT_NEEDED: ['usage', 'Something costs money, nobody is there to ask, and no budget was given.'],
  BUDGET_REQUIRED: ['usage', 'A paid download was asked for without a budget.'],
  FLAG_CONTRADICTS_DAEMON: ['usage', 'An option contradicts the daemon that is already running.'],
  PATH_IS_DIRECTORY: ['usage', 'A folder was given where a file is needed.'],
  NOT_A_FILE: ['usage', 'The path is not a regular file.'],
  FILE_UNREADABLE: ['usage', 'The file cannot be read.'],
  PATH_DENIED: ['usage', 'The file or folder may not be read or written.'],
  PHRASE_INVALID: ['usage', 'The recovery phrase is not valid.'],
  // What is there already stands in the way
  DAEMON_RUNNING: ['conflict', 'Another process uses this data directory.'],
  API_PORT_TAKEN: ['conflict', 'The port of the control API is taken.'],
  TARGET_EXISTS: ['conflict', 'Another file is at the target.'],
  TARGET_BUSY: ['conflict', 'Another download is being written to the target.'],
  PART_EXISTS: ['conflict', 'A part file of something else is beside the target.'],
  KEYSTORE_EXISTS: ['conflict', 'There is a wallet file already; it is never overwritten.'],
  CHAIN_MISMATCH: ['conflict', 'The data directory belongs to another chain.'],
  DEV_CHAIN_BUSY: ['conflict', 'A process holds the development chain and does not answer.'],
  DEV_CHAIN_PORT: ['conflict', 'The port of the development chain is taken.'],
  FILE_CHANGED: ['conflict', 'A shared file was changed since it was hashed.'],
  // Not found
  FILE_NOT_FOUND: ['not-found', 'There is no such file or folder on this machine.'],
  FILE_MISSING: ['not-found', 'A shared file is not there any more.'],
  NO_SEEDERS: ['not-found', 'Nobody reachable offers the file.'],
  SEEDERS_GONE: ['not-found', 'The last seeder of a download left; the same command resumes.'],
  CHUNK_NOT_HELD: ['not-found', 'The chunk is not stored here.'],
  SHARE_UNKNOWN: ['not-found', 'The file is not being shared.'],
  NOT_PUBLISHED: ['not-found', 'The file is not being shared.'],
  DOWNLOAD_UNKNOWN: ['not-found', 'There is no such download.'],
  CHANNEL_UNKNOWN: ['not-found', 'There is no such channel.'],
  CONTRACT_UNKNOWN: ['not-found', 'No payment contract is known on the chain.'],
  WALLET_MISSING: ['not-found', 'The data directory has no wallet.'],
  KEYSTORE_MISSING: ['not-found', 'There is no readable wallet file.'],
  ROUTE_UNKNOWN: ['not-found', 'The control API has no such route.'],
  // Network
  DAEMON_NOT_RUNNING: ['network', 'No daemon runs on this data directory.'],
  DAEMON_UNREACHABLE: ['network', 'The daemon does not answer.'],
  CHAIN_UNREACHABLE: ['network', 'The chain does not answer.'],
  CHAIN_REFUSED: ['network', 'The chain’s node refused a request.'],
  BOOTSTRAP_UNREACHABLE: ['network', 'No bootstrap peer answers.'],
  BOOTSTRAP_OTHER_CHAIN: ['network', 'The bootstrap peer serves another chain or scope.'],
  LISTEN_FAILED: ['network', 'The node cannot listen on the address.'],
  PEER_UNREACHABLE: ['network', 'A peer cannot be reached.'],
  PEER_FAILED: ['network', 'A peer could not answer.'],
  PEER_BLOCKED: ['network', 'A peer is blocked because of what it did before.'],
  PROTOCOL_UNSUPPORTED: ['network', 'A peer does not speak the protocol.'],
  STREAM_CLOSED: ['network', 'A peer ended the stream.'],
  STREAM_RESET: ['network', 'A peer broke the stream off.'],
  ANNOUNCE_PENDING: ['network', 'No peer has taken the provider record yet; announcing goes on.'],
  RECONNECT: ['network', 'A connection is made anew; the download goes on.'],
  HELLO_INVALID: ['network', 'A peer did not prove who it is.'],
  TOO_MANY_REQUESTS: ['network', 'A peer is asked too much at once.'],
  // Payment
  BUDGET_EXCEEDED: ['payment', 'The download would cost more than was allowed.'],
  BUDGET_EXHAUSTED: ['payment', 'The budget does not cover what is still needed.'],
  PRICE_TOO_HIGH: ['payment', 'Every seeder is dearer than was allowed.'],
  CONSENT_REFUSED: ['payment', 'The question whether to pay was answered with no.'],
  INSUFFICIENT_FUNDS: ['payment', 'The wallet holds too little.'],
  FUND_REFUSED: ['payment', 'Test coin exists on test chains only.'],
  FUND_FAILED: ['payment', 'Test coin could not be sent.'],
  PAYMENT_REQUIRED: ['payment', 'A seeder wants to be paid first.'],
  QUOTE_EXPIRED: ['payment', 'A price does not hold any more.'],
  PAYEE_MISMATCH: ['payment', 'A seeder wants to be paid at another account than its offer says.'],
  PAYER_IS_CONTRACT: ['payment', 'The payer is a contract, which this payee does not accept.'],
  ACCOUNT_MISMATCH: ['payment', 'Payer and payee count differently.'],
  CHANNEL_CLOSING: ['payment', 'The channel is being closed.'],
  CHANNEL_FULL: ['payment', 'The channel holds as much as a channel can.'],
  CHANNEL_OPEN_FAILED: ['payment', 'The channel could not be funded.'],
  CLOSE_FAILED: ['payment', 'The payee did not close the channel.'],
  WINDOW_OPEN: ['payment', 'The dispute window of the channel is not over.'],
  CONTRACT_MISMATCH: ['payment', 'The code at the address is not the payment contract of this version.'],
  DEPLOYMENT_FAILED: ['payment', 'The payment contract could not be deployed.'],
  TRANSACTION_REFUSED: ['payment', 'The chain does not take the transaction.'],
  TRANSACTION_REVERTED: ['payment', 'The contract refused the transaction.'],
  TRANSACTION_SUPERSEDED: ['payment', 'Another program used the wallet at the same time.'],
  WALLET_PASSWORD: ['payment', 'The wallet password is missing or wrong.'],
  KEYSTORE_PASSWORD: ['payment', 'The password does not open the wallet file.'],
  // Integrity
  CHUNK_WRONG: ['integrity', 'A chunk is not what its hash says.'],
  MANIFEST_INVALID: ['integrity', 'A manifest is not that of the file.'],
  SHA256_MISMATCH: ['integrity', 'The finished file does not have the SHA-256 that was asked for.'],
  CHUNKS_DAMAGED: ['integrity', 'Stored chunks were changed on disk.'],
  // Time
  TIMEOUT: ['timeout', 'Something did not happen in time.'],
  PEER_SILENT: ['timeout', 'A peer did not answer in time.'],
  HELLO_TIMEOUT: ['timeout', 'A seeder did not answer the handshake.'],
  PAY_TIMEOUT: ['timeout', 'A seeder did not confirm a payment in time.'],
  SEND_TIMEOUT: ['timeout', 'A peer takes no bytes.'],
  // Interruption
  INTERRUPTED: ['interrupted', 'Stopped by Ctrl-C, or paused from elsewhere.'],
  CANCELLED: ['interrupted', 'The request or download was stopped.'],
  // Control API
  UNAUTHORIZED: ['unauthorized', 'The API token is missing or wrong.'],
  HOST_REFUSED: ['forbidden', 'A request came under another host name or from another site.'],
  BODY_TOO_LARGE: ['too-large', 'A request body is too large.'],
  // General
  DOWNLOAD_CANCELLED: ['general', 'The download was cancelled.'],
  DOWNLOAD_INCOMPLETE: ['general', 'Chunks are missing.'],
  CAPACITY_EXCEEDED: ['general', 'Downloads may not take that much disk space.'],
  DISK_FULL: ['general', 'The disk is full.'],
  FILE_TOO_LARGE: ['general', 'The file is larger than this version can download.'],
  IO_FAILED: ['general', 'A file cannot be used.'],
  HASHING_FAILED: ['general', 'Hashing was cut short.'],
  WRITER_CLOSED: ['general', 'The download was ended while it was written.'],
  STORE_FAILED: ['general', 'The database cannot be read or written.'],
  STORE_NEWER: ['general', 'The database was written by a newer version.'],
  DATA_DIRECTORY: ['general', 'The data directory cannot be made.'],
  DEPLOYMENT_INVALID: ['general', 'A deployment record is damaged.'],
  KEYSTORE_INVALID: ['general', 'The wallet file is damaged.'],
  PEER_KEY_INVALID: ['general', 'The file with the peer identity is damaged.'],
  DEV_CHAIN_FAILED: ['general', 'The development chain does not start.'],
  DEV_CHAIN_UNSUPPORTED: ['general', 'The development chain cannot run on this system.'],
  PROCESS_FAILED: ['general', 'A program cannot be started.'],
  TRANSACTION_KEY_REUSED: ['general', 'A transaction was sent before with other contents.'],
  TRANSACTION_QUEUE_STOPPED: ['general', 'The program is stopping; its transactions go on.'],
  SIGNATURE_INVALID: ['general', 'The wallet did not produce a valid signature.'],
  DEMO_MEMBER_FAILED: ['general', 'A node of the demonstration did not start or ended early.'],
  DEMO_MISMATCH: ['general', 'The demonstration found that sums do not agree.'],
  INTERNAL: ['general', 'A bug: please report it with the log.'],
}

/** The kind of a code; `general` for one not in the table. */
export function errorKind(code: string | undefined): ErrorKind {
  return code !== undefined && Object.hasOwn(ERROR_KINDS, code) ? (ERROR_KINDS[code]?.[0] ?? 'general') : 'general'
}
