import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { startDevChain } from '../../src/chain/dev-chain.ts'
import { silentLogger } from '../../src/system/logger.ts'

/** `node test/support/dev-chain-main.ts FOLDER HOST`: an embedded chain that other machines reach at HOST. Prints its address as they have it. */
const [directory = '', host = ''] = process.argv.slice(2)

const chain = await startDevChain({ directory, log: silentLogger })
const port = Number(new URL(chain.rpcUrl).port)
const server = createServer((socket) => {
  const inner = connect(port, '127.0.0.1')
  socket.pipe(inner).pipe(socket)
  for (const each of [socket, inner]) each.on('error', () => [socket, inner].map((one) => one.destroy()))
})
server.listen(port, host)
await once(server, 'listening')
console.log(`http://${host}:${port}`)
