import type { BitswapClientOptions } from '../../src/bitswap/bitswap-client.ts'
import type { ServeBitswapOptions } from '../../src/bitswap/bitswap-server.ts'
import { openBitswap } from '../../src/bitswap/client.ts'
import { serveBitswap } from '../../src/bitswap/server.ts'
import type { ChunkClient } from '../../src/in-band/chunk-client.ts'
import * as rigs from '../in-band/rig.ts'

const BITSWAP: rigs.ProtocolUnderTest<ChunkClient, BitswapClientOptions, ServeBitswapOptions> = {
  name: 'bitswap',
  open: openBitswap,
  serve: serveBitswap,
  openWith: (given) => given,
  serveWith: (given) => given,
}

/** A payee that serves one end of a new stream. */
export function createRig(options: rigs.RigOptions<ServeBitswapOptions> = {}): rigs.Rig {
  return rigs.createRig(BITSWAP, options)
}

/** Opens the payer's end of the rig. `account: undefined` asks for free chunks only. */
export function connect(rig: rigs.Rig, options: Partial<BitswapClientOptions> = {}): Promise<ChunkClient> {
  return rigs.connect(BITSWAP, rig, options)
}
