/** A process of its own for webrtc-direct.test.ts: listens on WebRTC alone and sends back what it gets. */
import { createNetwork } from '../../src/network/libp2p-network.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { DHT_PREFIX, echo } from './nodes.ts'

// mocha loads every file of the folder: only a process started with this one listens
if (import.meta.main) {
  const network = await createNetwork({
    privateKeySeed: new Uint8Array(32).fill(200),
    listen: ['/ip4/127.0.0.1/udp/0/webrtc-direct'],
    transports: ['webrtc-direct'],
    scope: 'loopback',
    bootstrap: [],
    dhtPrefix: DHT_PREFIX,
    clock: systemClock,
    log: silentLogger,
  })
  await network.handle('/test/echo/1', echo, { maxInboundStreams: 4 })
  await network.start()
  process.send?.({ peerId: network.peerId, addresses: network.addresses() })
  process.once('disconnect', () => process.exit(0))
}
