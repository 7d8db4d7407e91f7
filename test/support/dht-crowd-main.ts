import { startTestDht } from './dht-node.ts'

/** `node test/support/dht-crowd-main.ts HOST PORT COUNT`: so many nodes of a BitTorrent DHT of their own, the first of them at that port. Prints `there` when they are. */
const [host = '127.0.0.1', port = '0', count = '1'] = process.argv.slice(2)

const { port: first } = await startTestDht({ host, port: Number(port) })
for (let started = 1; started < Number(count); started++) await startTestDht({ host, meets: first })
console.log('there')
