import { openWebrpc } from '../../src/webrpc/client.ts'
import { serveWebrpc } from '../../src/webrpc/server.ts'
import { SessionRegistry } from '../../src/webrpc/session-registry.ts'
import type { WebrpcClient, WebrpcClientOptions } from '../../src/webrpc/webrpc-client.ts'
import type { ServeWebrpcOptions } from '../../src/webrpc/webrpc-server.ts'
import * as rigs from '../in-band/rig.ts'
import { FILE, FREE_FILE } from '../in-band/shelf.ts'

const WEBRPC: rigs.ProtocolUnderTest<WebrpcClient, WebrpcClientOptions, ServeWebrpcOptions> = {
  name: 'webrpc',
  open: openWebrpc,
  serve: serveWebrpc,
  openWith: (given) => ({ ...given, files: [FILE, FREE_FILE] }),
  serveWith: (given) => ({ ...given, sessions: new SessionRegistry(given.random) }),
}

/** A payee that serves one end of a new stream. */
export function createRig(options: rigs.RigOptions<ServeWebrpcOptions> = {}): rigs.Rig {
  return rigs.createRig(WEBRPC, options)
}

/** Opens the payer's end of the rig. `account: undefined` asks for free chunks only. */
export function connect(rig: rigs.Rig, options: Partial<WebrpcClientOptions> = {}): Promise<WebrpcClient> {
  return rigs.connect(WEBRPC, rig, options)
}
