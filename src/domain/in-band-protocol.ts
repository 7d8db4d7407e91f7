/** The protocols that sell chunks for vouchers on one stream, in the order in which they are tried. */
export const IN_BAND_PROTOCOLS = ['bitswap', 'webrpc'] as const

export type InBandProtocol = (typeof IN_BAND_PROTOCOLS)[number]

/** The protocol, when it is one of these. */
export function inBandOf(protocol: string | undefined): InBandProtocol | undefined {
  return IN_BAND_PROTOCOLS.find((each) => each === protocol)
}
