import type { z } from 'zod'

/** One thing that can be configured: where its value may stand and what it must be. */
export interface Setting<T> {
  /** `table.key` in the TOML file; settings without one (secrets, test hooks) must not stand in a file. */
  readonly key?: string
  readonly env?: string
  /** Name of the option in `ConfigFlags`, and as it is typed. */
  readonly flag?: string
  readonly option?: string
  /** Takes TOML's types and, from flags and environment, text. */
  readonly schema: z.ZodType<T>
  readonly description: string
  /** As text, for the reference; what applies is in config.ts. */
  readonly standard?: string
}

export function setting<T>(definition: Setting<T>): Setting<T> {
  return definition
}
