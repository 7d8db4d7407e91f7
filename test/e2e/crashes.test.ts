import { CRASHES, type Crash, describeCrashes } from '../support/crashes.ts'

/** Nine messages that carry vouchers for chunks that are not there yet. */
const AMONG_WANTS: readonly Crash[] = [['payer', 'want-sent:9']]

/** What is not the same code over both protocols; `test/long` has every row. */
const IN_SESSIONS: readonly (readonly Crash[])[] = [
  [['payer', 'payment-sent']],
  [['payer', 'payment-sent:9']],
  [['payer', 'chunk-durable:13']],
  [['payee', 'payee-durable:11']],
  [['payee', 'chunk-sent:17']],
]

describeCrashes('bitswap', [...CRASHES, AMONG_WANTS])
describeCrashes('webrpc', IN_SESSIONS)
