import type { Status } from '../api/schema.ts'

/** What a router forwards to a node, or why none does, in a line. */
export function portMappingText({ by, ports, reason }: Status['portMapping']): string {
  if (ports.length === 0) return `forwards nothing: ${reason ?? 'none is asked yet'}`
  const forwarded = ports.map(({ port, protocol, external }) => {
    const own = external.port === port ? '' : ` to ${port}`
    return `${external.host}:${external.port}${own} (${protocol})`
  })
  return `forwards ${forwarded.join(', ')} by ${by ?? 'an unknown protocol'}`
}
