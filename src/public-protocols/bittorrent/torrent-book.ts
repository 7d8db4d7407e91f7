import { concatBytes } from '../../domain/bytes.ts'
import { chunkCount } from '../../domain/chunk.ts'
import { ChiralError } from '../../domain/errors.ts'
import type { FileHash } from '../../domain/ids.ts'
import { torrentKeyOf } from './encryption/torrent-key.ts'
import { MAX_KEPT_INFOS, MAX_PIECES, MAX_WAITING_HASH_BYTES } from './limits.ts'
import { PieceHasher } from './piece-hasher.ts'
import { encodeInfo, infohashOf, pieceHashOf } from './torrent.ts'

/** A file that is to have a torrent. */
export interface TorrentFile {
  readonly fileHash: FileHash
  readonly sizeBytes: number
  /** Clean: no separators, no control characters. */
  readonly name: string
}

/** What is remembered of a torrent, so that a file is hashed once for it and never again. */
export interface StoredTorrent {
  readonly fileHash: FileHash
  readonly name: string
  readonly sizeBytes: number
  readonly infohash: string
}

/** Keeps torrents over restarts; `node/` passes its database. */
export interface TorrentStore {
  list(): readonly StoredTorrent[]
  /** SHA-1 of each chunk. */
  pieces(fileHash: FileHash): Uint8Array | undefined
  put(torrent: StoredTorrent & { readonly pieces: Uint8Array }): Promise<void>
  remove(fileHash: FileHash): Promise<void>
}

export interface TorrentBookParts {
  readonly store: TorrentStore
  /** The bytes of a held chunk. */
  read(fileHash: FileHash, chunkIndex: number): Promise<Uint8Array>
}

/** A file being hashed while it is read for its id. */
export interface Beside extends Pick<PieceHasher, 'update'> {
  /** It was read to its end, and this is its id. */
  done(fileHash: FileHash): void
}

/** The torrents of files: made of what was hashed beside their ids or from their chunks, and known by file and by infohash from then on. */
export class TorrentBook {
  readonly #parts: TorrentBookParts
  readonly #byFile = new Map<FileHash, StoredTorrent>()
  readonly #byInfohash = new Map<string, FileHash>()
  /** Infohashes: peers that encrypt name a torrent by its key, and it cannot be told from that. */
  readonly #byKey = new Map<string, string>()
  readonly #making = new Map<FileHash, Promise<StoredTorrent | undefined>>()
  /** Least recently used first. */
  readonly #infos = new Map<FileHash, Uint8Array>()
  /** SHA-1 of the chunks of files that have no torrent yet. */
  readonly #hashed = new Map<FileHash, Uint8Array>()
  #hashedBytes = 0
  readonly #stopped = new AbortController()
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: TorrentBookParts) {
    this.#parts = parts
    for (const torrent of parts.store.list()) this.#know(torrent)
  }

  of(fileHash: FileHash): StoredTorrent | undefined {
    return this.#byFile.get(fileHash)
  }

  fileOf(infohash: string): FileHash | undefined {
    return this.#byInfohash.get(infohash)
  }

  /** @param torrentKey as `torrentKeyOf` makes it */
  infohashOf(torrentKey: string): string | undefined {
    return this.#byKey.get(torrentKey)
  }

  /** The `info` dictionary of a file that has a torrent. */
  info(fileHash: FileHash): Uint8Array | undefined {
    const torrent = this.#byFile.get(fileHash)
    const kept = this.#infos.get(fileHash)
    const pieces = torrent === undefined || kept !== undefined ? undefined : this.#parts.store.pieces(fileHash)
    const info =
      kept ?? (torrent === undefined || pieces === undefined ? undefined : encodeInfo({ ...torrent, pieces }))
    if (info === undefined) return undefined
    this.#infos.delete(fileHash)
    this.#infos.set(fileHash, info)
    const [oldest] = this.#infos.keys()
    if (this.#infos.size > MAX_KEPT_INFOS && oldest !== undefined) this.#infos.delete(oldest)
    return info
  }

  /** Of every file that is read from its first byte to its last. */
  beside(): Beside {
    const hasher = new PieceHasher()
    return {
      update: (block) => hasher.update(block),
      done: (fileHash) => {
        const pieces = hasher.digest()
        if (pieces !== undefined) this.#keep(fileHash, pieces)
      },
    }
  }

  /**
   * The torrent of a file; reads all of one that was not hashed beside its id, when those before it in the queue are done. `undefined` for an empty file and for one that is too large.
   * @throws what reading or storing does; ChiralError `SHUTTING_DOWN`
   */
  make(file: TorrentFile): Promise<StoredTorrent | undefined> {
    const { fileHash, name, sizeBytes } = file
    const known = this.#byFile.get(fileHash)
    if (known !== undefined) this.#take(fileHash)
    if (known?.name === name || sizeBytes === 0 || chunkCount(sizeBytes) > MAX_PIECES) return Promise.resolve(known)
    const running = this.#making.get(fileHash)
    if (running !== undefined) return running
    const making = this.#last.then(() => this.#make(file)).finally(() => this.#making.delete(fileHash))
    this.#making.set(fileHash, making)
    this.#last = making.catch(() => {}) // the next one has its own fate
    return making
  }

  async forget(fileHash: FileHash): Promise<void> {
    const torrent = this.#byFile.get(fileHash)
    if (torrent === undefined) return
    this.#byFile.delete(fileHash)
    this.#infos.delete(fileHash)
    this.#unknow(torrent.infohash)
    await this.#parts.store.remove(fileHash)
  }

  /** Ends what is being made; resolves when nothing is read any more. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#last
  }

  async #make({ fileHash, sizeBytes, name }: TorrentFile): Promise<StoredTorrent> {
    const { store } = this.#parts
    // Under another name it is another torrent, of the same pieces.
    const pieces = store.pieces(fileHash) ?? this.#take(fileHash) ?? (await this.#hash(fileHash, sizeBytes))
    const infohash = infohashOf(encodeInfo({ name, sizeBytes, pieces }))
    const torrent = { fileHash, name, sizeBytes, infohash }
    await store.put({ ...torrent, pieces })
    this.#replace(torrent)
    return torrent
  }

  #keep(fileHash: FileHash, pieces: Uint8Array): void {
    this.#take(fileHash)
    this.#hashed.set(fileHash, pieces)
    this.#hashedBytes += pieces.byteLength
    for (const oldest of this.#hashed.keys()) {
      if (this.#hashedBytes <= MAX_WAITING_HASH_BYTES) return
      this.#take(oldest)
    }
  }

  #take(fileHash: FileHash): Uint8Array | undefined {
    const pieces = this.#hashed.get(fileHash)
    this.#hashed.delete(fileHash)
    this.#hashedBytes -= pieces?.byteLength ?? 0
    return pieces
  }

  async #hash(fileHash: FileHash, sizeBytes: number): Promise<Uint8Array> {
    const hashes: Uint8Array[] = []
    for (let chunkIndex = 0; chunkIndex < chunkCount(sizeBytes); chunkIndex++) {
      if (this.#stopped.signal.aborted) throw new ChiralError('SHUTTING_DOWN', 'The seeder stops.')
      hashes.push(pieceHashOf(await this.#parts.read(fileHash, chunkIndex)))
    }
    return concatBytes(...hashes)
  }

  #replace(torrent: StoredTorrent): void {
    const former = this.#byFile.get(torrent.fileHash)
    if (former !== undefined) this.#unknow(former.infohash)
    this.#infos.delete(torrent.fileHash)
    this.#know(torrent)
  }

  #know(torrent: StoredTorrent): void {
    this.#byFile.set(torrent.fileHash, torrent)
    this.#byInfohash.set(torrent.infohash, torrent.fileHash)
    this.#byKey.set(torrentKeyOf(torrent.infohash), torrent.infohash)
  }

  #unknow(infohash: string): void {
    this.#byInfohash.delete(infohash)
    this.#byKey.delete(torrentKeyOf(infohash))
  }
}
