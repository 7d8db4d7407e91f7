import { messageOf } from '../../domain/errors.ts'
import { type Clock, deadline } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import { scopeAllowsIp } from '../addresses.ts'
import { defaultGateway } from './default-gateway.ts'
import type { Gateway } from './gateway.ts'
import { SEARCH_LIMIT_MS } from './limits.ts'
import { findNatPmp } from './nat-pmp-gateway.ts'
import { findUpnp } from './upnp-search.ts'

/**
 * The routers that may forward ports, UPnP first. Both are looked for at once, and when UPnP is found NAT-PMP gets no more time: whoever speaks it answers
 * sooner. None for a machine without a route to the Internet. Never rejects.
 */
export async function findGateways(
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  signal: AbortSignal,
): Promise<readonly Gateway[]> {
  const route = await defaultGateway()
  if (route.kind === 'none') return []
  const limit = deadline(clock, SEARCH_LIMIT_MS, new Error('no router answered'), signal)
  const over = new AbortController()
  const until = AbortSignal.any([limit.signal, over.signal])
  let natPmp: Gateway | undefined
  const asked = async (host: string): Promise<void> => {
    try {
      natPmp = await findNatPmp({ host, clock }, until)
    } catch (error) {
      log.debug({ gateway: host, reason: messageOf(error) }, 'the router does not speak NAT-PMP')
    }
  }
  try {
    // A router on the Internet is no router of a home: nobody there forwards ports for whoever asks.
    const asking = route.kind === 'router' && !scopeAllowsIp('public', route.host) ? asked(route.host) : undefined
    const upnp = await findUpnp({ clock }, until)
    if (upnp === undefined) await asking
    return [upnp, natPmp].filter((gateway) => gateway !== undefined)
  } finally {
    over.abort(new Error('the search is over'))
    limit.done()
  }
}
