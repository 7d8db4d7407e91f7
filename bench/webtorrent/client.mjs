import WebTorrent from 'webtorrent'

/** A client that speaks TCP on this machine and asks nobody else: peers are named to it. */
export function createClient() {
  return new WebTorrent({ dht: false, tracker: false, lsd: false, natUpnp: false, natPmp: false, utp: false })
}
