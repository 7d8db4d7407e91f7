import type { ServeOptions } from '../in-band/serve-options.ts'
import type { PayeeLimits } from './payee-session.ts'
import type { SessionRegistry } from './session-registry.ts'

export interface ServeWebrpcOptions extends ServeOptions {
  /** One for all streams of a node. */
  readonly sessions: SessionRegistry
  readonly limits?: Partial<PayeeLimits> | undefined
}
