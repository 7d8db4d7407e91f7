import type { GrantBook } from '../in-band/grants.ts'
import type { ServeOptions } from '../in-band/serve-options.ts'
import type { PayeeLimits } from './payee-session.ts'

export interface ServeBitswapOptions extends ServeOptions {
  readonly limits?: Partial<PayeeLimits> | undefined
  /** Absent where no other protocol is served. */
  readonly grants?: GrantBook | undefined
}
