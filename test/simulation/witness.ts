import { channelIdOf } from '../../src/channel/channel-id.ts'
import { allocationIdOf } from '../../src/channel/escrow/allocation.ts'
import { type Address, type ChannelId, type FileHash, parseFileHash } from '../../src/domain/ids.ts'
import type { Voucher } from '../../src/domain/voucher.ts'
import type { PayeePayments, PayerAccount } from '../../src/in-band/payments.ts'
import { escrowIdOf } from '../../src/settlement/receipt.ts'
import type { FaultCounts } from './faults.ts'
import { chunkOf, type SoldFile } from './files.ts'

export interface ChunkName {
  readonly fileHash: FileHash
  readonly chunkIndex: number
}

/** docs/specs/01-voucher.md §7. */
const OPENING_CHUNKS = 4n

interface Parties {
  readonly payer: Address
  readonly payee: Address
}

/**
 * Sees what passes between nodes, beside their books: which vouchers left a payer, which a payee said to hold, who really got which
 * chunk from whom. The books of honest nodes are judged by it.
 */
export class Witness {
  readonly #files: ReadonlyMap<FileHash, SoldFile>
  /** The highest voucher that left its payer, by channel. */
  readonly issued = new Map<ChannelId, bigint>()
  /** The highest voucher its payee answered for, by channel. */
  readonly acknowledged = new Map<ChannelId, bigint>()
  /** Chunks that came, right, from a payee to a payer: `payer payee` to `fileHash chunkIndex`. */
  readonly obtained = new Map<string, Set<string>>()
  /** The dearest chunk that a payer asked a payee for: `payer payee`. */
  readonly #dearest = new Map<string, bigint>()
  readonly #opening = new Map<string, bigint>()
  /** Chunks that were told to be stored, by machine. */
  readonly stored = new Map<string, Set<string>>()

  readonly #faults: FaultCounts

  constructor(files: readonly SoldFile[], faults: FaultCounts) {
    this.#faults = faults
    this.#files = new Map(files.map((file) => [file.hashed.fileHash, file]))
  }

  fileOf(fileHash: FileHash): SoldFile {
    const file = this.#files.get(fileHash)
    if (file === undefined) throw new Error(`there is no file ${fileHash}`)
    return file
  }

  /** A reference is a file's hash here. */
  hashOf(reference: string): FileHash {
    return parseFileHash(reference)
  }

  /** `account`, with every voucher that leaves it seen. */
  watchPayer(account: PayerAccount, onVoucher: () => void): PayerAccount {
    const see = (voucher: Voucher | undefined): void => {
      if (voucher === undefined) return
      raise(this.issued, voucher.channelId, voucher.cumulativeAmount)
      onVoucher()
    }
    return {
      prove: (challenge) => account.prove(challenge),
      async authorize(request) {
        const authorization = await account.authorize(request)
        if (authorization.kind === 'voucher') see(authorization.voucher)
        return authorization
      },
      async settle() {
        const voucher = await account.settle()
        see(voucher)
        return voucher
      },
      highest: () => account.highest(),
      agreeToClose: () => account.agreeToClose(),
      takeBack: (status) => account.takeBack(status),
      duplicates: (status) => account.duplicates(status),
      ...(account.takeRelease === undefined ? {} : { takeRelease: account.takeRelease }),
    }
  }

  /** `payments`, with every voucher that it accepts and every chunk that it commits seen; `isServed` is asked before it decides. */
  watchPayee(
    payments: PayeePayments,
    {
      payee,
      isServed,
      onCommit,
    }: {
      payee: Address
      isServed: (payer: Address) => boolean
      onCommit: (payer: Address, isServed: boolean) => void
    },
  ): PayeePayments {
    return {
      authenticate: async (proof, challenge) => {
        const account = await payments.authenticate(proof, challenge)
        const channelId = channelOf(proof, payee)
        const see = (voucher: Voucher | undefined): void => {
          if (voucher === undefined || channelId === undefined) return
          if (voucher.cumulativeAmount <= (this.acknowledged.get(channelId) ?? 0n))
            this.#faults.count('a voucher came again, or after a higher one')
          raise(this.acknowledged, channelId, voucher.cumulativeAmount)
        }
        return {
          payer: account.payer,
          status: () => account.status(),
          async commit(request) {
            const mayBeServed = channelId === undefined || isServed(account.payer)
            const result = await account.commit(request)
            if (result.kind !== 'committed') return result
            see(request.voucher)
            onCommit(account.payer, mayBeServed)
            return result
          },
          refusal: (request) => account.refusal(request),
          openCredit: (chunkPrice) => {
            raise(this.#opening, pairOf({ payer: account.payer, payee }), OPENING_CHUNKS * chunkPrice)
            return account.openCredit(chunkPrice)
          },
          async pay(voucher) {
            const result = await account.pay(voucher)
            if (result.kind === 'accepted') see(voucher)
            return result
          },
          release: (chunk) => account.release(chunk),
          writeOff: (chunk) => account.writeOff(chunk),
          close: (agreement) => account.close(agreement),
          ended: () => account.ended(),
        }
      },
    }
  }

  /** Bytes came; they count when they are right. */
  came(parties: Parties, chunk: ChunkName, bytes: Uint8Array): void {
    const file = this.fileOf(chunk.fileHash)
    const isRight = Buffer.compare(bytes, chunkOf(file, chunk.chunkIndex)) === 0
    if (isRight) add(this.obtained, pairOf(parties), nameOf(chunk))
  }

  asked(parties: Parties, price: bigint): void {
    raise(this.#dearest, pairOf(parties), price)
  }

  dearest(parties: Parties): bigint {
    return this.#dearest.get(pairOf(parties)) ?? 0n
  }

  /** What the payee let the payer have ahead of its first voucher. */
  opening(parties: Parties): bigint {
    return this.#opening.get(pairOf(parties)) ?? 0n
  }

  wasStored(machine: string, chunk: ChunkName): void {
    add(this.stored, machine, nameOf(chunk))
  }
}

/** What the payer pays from; nothing of both where it sends coin. */
function channelOf(proof: Parameters<PayeePayments['authenticate']>[0], payee: Address): ChannelId | undefined {
  if ('channel' in proof) return channelIdOf(proof.channel)
  return 'escrow' in proof ? allocationIdOf(escrowIdOf(proof.escrow), payee) : undefined
}

export function nameOf({ fileHash, chunkIndex }: ChunkName): string {
  return `${fileHash} ${chunkIndex}`
}

export function chunkNamed(name: string): ChunkName {
  const [fileHash = '', chunkIndex = ''] = name.split(' ')
  return { fileHash: parseFileHash(fileHash), chunkIndex: Number(chunkIndex) }
}

function raise<Key>(amounts: Map<Key, bigint>, key: Key, amount: bigint): void {
  if (amount > (amounts.get(key) ?? 0n)) amounts.set(key, amount)
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  const known = sets.get(key)
  if (known === undefined) sets.set(key, new Set([value]))
  else known.add(value)
}

function pairOf({ payer, payee }: Parties): string {
  return `${payer} ${payee}`
}
