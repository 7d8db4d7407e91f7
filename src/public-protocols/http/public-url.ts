import type { Request } from 'express'

/** What a Host header may be for it to stand in a document. */
const HOST = /^[a-z0-9.-]{1,253}(?::\d{1,5})?$|^\[[0-9a-f:.]{2,45}\](?::\d{1,5})?$/i

/** Where clients find `path` of this server: at the announced URL, or else at the host that was asked; `undefined` where that is not one. */
export function publicUrl(
  { headers, protocol }: Pick<Request, 'headers' | 'protocol'>,
  path: string,
  announceUrl: string | undefined,
): string | undefined {
  if (announceUrl !== undefined) return new URL(path.slice(1), announceUrl).href
  const { host } = headers
  return host === undefined || !HOST.test(host) ? undefined : `${protocol}://${host}${path}`
}
