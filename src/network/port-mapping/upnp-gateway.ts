import type { Gateway, Grant, PortProtocol, PortRequest } from './gateway.ts'
import { EXTRA_PORTS, LEASE_SECONDS } from './limits.ts'
import { askRouter } from './router-http.ts'
import {
  CONFLICT,
  checkAnswer,
  decodeDescription,
  decodeExternalAddress,
  encodeAction,
  ONLY_PERMANENT_LEASES,
  refusalOf,
} from './upnp-messages.ts'

/** What a router's own pages show beside a mapping. */
const DESCRIPTION = 'chiral'
const NAMES: Readonly<Record<PortProtocol, string>> = { tcp: 'TCP', udp: 'UDP' }

/** The router that describes itself at `location`. @throws DecodeError when it forwards no ports; Error; the signal's reason */
export async function openUpnp(location: URL, signal: AbortSignal): Promise<Gateway> {
  const description = await askRouter(location, {}, signal)
  checkAnswer(description.status, description.text)
  const { type, control } = decodeDescription(description.text, location)
  const { ownAddress } = description

  async function run(
    action: string,
    args: Readonly<Record<string, string | number>>,
    until: AbortSignal,
  ): Promise<string> {
    const { status, text } = await askRouter(control, encodeAction(type, action, args), until)
    checkAnswer(status, text)
    return text
  }
  const add = ({ port, protocol }: PortRequest, { externalPort, leaseSeconds }: Grant, until: AbortSignal) =>
    run(
      'AddPortMapping',
      {
        NewRemoteHost: '',
        NewExternalPort: externalPort,
        NewProtocol: NAMES[protocol],
        NewInternalPort: port,
        NewInternalClient: ownAddress,
        NewEnabled: 1,
        NewPortMappingDescription: DESCRIPTION,
        NewLeaseDuration: leaseSeconds,
      },
      until,
    )

  /** Routers that know no leases map for ever: renewed all the same, for they forget when they restart. */
  async function addWithLease(request: PortRequest, grant: Grant, until: AbortSignal): Promise<Grant> {
    try {
      await add(request, grant, until)
      return grant
    } catch (error) {
      if (refusalOf(error) !== ONLY_PERMANENT_LEASES) throw error
      await add(request, { ...grant, leaseSeconds: 0 }, until)
      return { ...grant, leaseSeconds: LEASE_SECONDS }
    }
  }

  return {
    by: 'UPnP',
    ownAddress,
    externalAddress: async (until) => decodeExternalAddress(await run('GetExternalIPAddress', {}, until)),
    async map({ externalPort: wanted, leaseSeconds, ...request }, until) {
      for (let externalPort = wanted; ; externalPort++) {
        try {
          return await addWithLease(request, { externalPort, leaseSeconds }, until)
        } catch (error) {
          const isLast = externalPort === wanted + EXTRA_PORTS || externalPort === 65_535
          if (refusalOf(error) !== CONFLICT || isLast) throw error
        }
      }
    },
    async unmap({ protocol, externalPort }, until) {
      const args = { NewRemoteHost: '', NewExternalPort: externalPort, NewProtocol: NAMES[protocol] }
      await run('DeletePortMapping', args, until)
    },
  }
}
