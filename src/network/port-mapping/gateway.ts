export type PortProtocol = 'tcp' | 'udp'

/** A port of this machine that others should reach. */
export interface PortRequest {
  readonly port: number
  readonly protocol: PortProtocol
}

/** What a router granted. */
export interface Grant {
  /** The router's port, which may be another than was asked for. */
  readonly externalPort: number
  readonly leaseSeconds: number
}

/** A router that forwards ports when it is asked. Its answers are decoded, and not yet judged. */
export interface Gateway {
  /** By what it is spoken to. */
  readonly by: 'UPnP' | 'NAT-PMP'
  /** The IPv4 address of this machine that faces it, and to which it forwards. */
  readonly ownAddress: string
  /** Its address towards the Internet, as it says. @throws Error, DecodeError */
  externalAddress(signal: AbortSignal): Promise<string>
  /** Forwards a port here, or does so for longer. @throws Error, DecodeError with the router's reason */
  map(request: PortRequest & Grant, signal: AbortSignal): Promise<Grant>
  /** @throws Error, DecodeError */
  unmap(request: PortRequest & Pick<Grant, 'externalPort'>, signal: AbortSignal): Promise<void>
}
