import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { BITSWAP_PROTOCOL } from '../../src/bitswap/protocol.ts'
import { connectChain } from '../../src/chain/client.ts'
import { paymentChannelInterface } from '../../src/chain/payment-channel-interface.ts'
import { encodeSaltedAddress } from '../../src/chain/salted-words.ts'
import { channelIdOf } from '../../src/channel/channel-id.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { signHello } from '../../src/channel/hello.ts'
import { signVoucher } from '../../src/channel/voucher.ts'
import { wei } from '../../src/domain/amount.ts'
import { type PeerIdText, parseAddress, parseFileHash } from '../../src/domain/ids.ts'
import { createNetwork } from '../../src/network/libp2p-network.ts'
import { dhtPrefixOf } from '../../src/node/dht-prefix.ts'
import { systemClock } from '../../src/system/clock.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { createSigner } from '../../src/system/signer.ts'
import { Conversation } from '../../test/support/payer-by-hand.ts'

/**
 * Many payers with a channel each to one seeder: crowd.ts RPC CONTRACT PAYEE PEER ADDRESS FILE PAYERS CHUNK_WEI
 *
 * Prints {} when one more, who buys nothing, is let in, and again when all of them are. A line COUNT on standard input then has COUNT chunks bought, one at a time and each by the next
 * payer; prints { seconds }.
 */
const [rpcUrl = '', contractText = '', payeeText = '', peer = '', address = '', file = '', payers = '1', price = '1'] =
  process.argv.slice(2)
/** The chain mines at once, but answers before. */
const MINED_POLL_MS = 5
/** As many as a seeder takes streams of one connection. */
const PAYERS_PER_CONNECTION = 4
const contract = parseAddress(contractText)
const payee = parseAddress(payeeText)
const payeePeerId = peer as PeerIdText
const fileHash = parseFileHash(file)
const chunkPrice = BigInt(price)
/** Enough for every chunk of a large file. */
const deposit = wei(chunkPrice * 10_000n)

const client = await connectChain({ rpcUrl, clock: systemClock, log: silentLogger })
const domain = signingDomain(client.identity.chainId, contract)
await client.request('anvil_autoImpersonateAccount', [true])

const buyers: Awaited<ReturnType<typeof admit>>[] = []
// What a first payer makes a seeder load is no cost of a channel.
await admit(await dial())
console.log('{}')
let network: Awaited<ReturnType<typeof dial>> | undefined
for (let i = 0; i < Number(payers); i++) {
  if (i % PAYERS_PER_CONNECTION === 0) network = await dial()
  if (network !== undefined) buyers.push(await admit(network))
}
console.log('{}')
let turn = 0
for await (const line of createInterface(process.stdin)) {
  const started = performance.now()
  for (let i = 0; i < Number(line); i++) await buyers[turn++ % buyers.length]?.buy()
  console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000 }))
}

async function dial() {
  const made = await createNetwork({
    privateKeySeed: randomBytes(32),
    listen: [],
    scope: 'loopback',
    bootstrap: [],
    relays: [],
    serveAsRelay: false,
    iceServers: [],
    dhtPrefix: dhtPrefixOf(client.identity),
    clock: systemClock,
    log: silentLogger,
  })
  await made.start()
  await made.connect({ peerId: payeePeerId, addresses: [address] }, AbortSignal.timeout(10_000))
  return made
}

/** A new wallet with a channel, let in by the seeder. */
async function admit(from: NonNullable<typeof network>) {
  const signer = createSigner(randomBytes(32))
  const key = { payer: signer.address, payee, salt: 1n }
  const channelId = channelIdOf(key)
  await client.request('anvil_setBalance', [signer.address, `0x${(deposit * 2n + 10n ** 18n).toString(16)}`])
  const data = paymentChannelInterface.encodeFunctionData('open', [encodeSaltedAddress(payee, key.salt)])
  const opened = await client.request('eth_sendTransaction', [
    { from: signer.address, to: contract, value: `0x${deposit.toString(16)}`, data, gas: '0x186a0' },
  ])
  while ((await client.request('eth_getTransactionReceipt', [opened])) === null) await delay(MINED_POLL_MS)
  const stream = new Conversation(await from.openStream(payeePeerId, BITSWAP_PROTOCOL, AbortSignal.timeout(10_000)))
  const { nonce } = await stream.next('payee-hello')
  const signature = signHello(domain, signer, { payerPeerId: from.peerId, payeePeerId, channelId, nonce })
  stream.send({ type: 'payer-hello', proof: { channel: key, signature } })
  await stream.next('hello-ack')
  const quoteId = await stream.quote(fileHash)
  let bought = 0
  return {
    async buy() {
      const voucher = signVoucher(domain, signer, { channelId, cumulativeAmount: wei(chunkPrice * BigInt(bought + 1)) })
      const outcome = await stream.want({ fileHash, chunkIndex: bought++, quoteId, voucher })
      if (outcome !== 'block') throw new Error(`the seeder answered ${outcome}`)
    },
  }
}
