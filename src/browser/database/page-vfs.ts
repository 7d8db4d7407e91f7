import type { Sqlite3Static, WasmPointer } from '@sqlite.org/sqlite-wasm'
import type { PageImage } from './page-image.ts'

/** The longest file name, as SQLite's own file systems have it. */
const MAX_PATH_BYTES = 512

/**
 * A file system of SQLite that has one file: `image`. Its journal is in memory (`PRAGMA journal_mode`), so nothing else is opened.
 * What a crash leaves is decided where the image's changes are stored.
 */
export function installPageVfs(sqlite: Sqlite3Static, name: string, image: PageImage): { remove: () => void } {
  const { capi, wasm } = sqlite
  const bytesAt = (pointer: WasmPointer, length: number): Uint8Array =>
    wasm.heap8u().subarray(Number(pointer), Number(pointer) + length)
  // A new function each: one that stands in two places would get the signature of the first.
  const ok = () => () => capi.SQLITE_OK

  const io = new capi.sqlite3_io_methods()
  Object.assign(io, { $iVersion: 1 })
  sqlite.vfs.installVfs({
    io: {
      struct: io,
      methods: {
        xClose: ok(),
        xRead: (_file, target, length, offset) =>
          // The types say number, SQLite hands over a bigint.
          image.read(bytesAt(target, length), Number(offset)) < length ? capi.SQLITE_IOERR_SHORT_READ : capi.SQLITE_OK,
        xWrite(_file, source, length, offset) {
          image.write(bytesAt(source, length), Number(offset))
          return capi.SQLITE_OK
        },
        xTruncate(_file, size) {
          image.truncate(Number(size))
          return capi.SQLITE_OK
        },
        xSync: ok(),
        xFileSize(_file, out) {
          wasm.poke64(out, BigInt(image.sizeBytes))
          return capi.SQLITE_OK
        },
        xLock: ok(),
        xUnlock: ok(),
        xCheckReservedLock(_file, out) {
          wasm.poke32(out, 0)
          return capi.SQLITE_OK
        },
        xFileControl: () => capi.SQLITE_NOTFOUND,
        xSectorSize: () => 0,
        xDeviceCharacteristics: () => 0,
      },
    },
  })

  const vfs = new capi.sqlite3_vfs()
  const builtIn = new capi.sqlite3_vfs(capi.sqlite3_vfs_find(null))
  vfs.$iVersion = 2
  vfs.$szOsFile = sizeOf(capi.sqlite3_file)
  vfs.$mxPathname = MAX_PATH_BYTES
  vfs.$zName = wasm.allocCString(name, false)
  Object.assign(vfs, copied(builtIn, ['$xRandomness', '$xSleep', '$xCurrentTimeInt64']))
  builtIn.dispose()
  sqlite.vfs.installVfs({
    vfs: {
      struct: vfs,
      methods: {
        xOpen(_vfs, _name, file, flags, outFlags) {
          if ((flags & capi.SQLITE_OPEN_MAIN_DB) === 0) return capi.SQLITE_CANTOPEN
          const opened = new capi.sqlite3_file(file)
          opened.$pMethods = io.pointer
          opened.dispose()
          wasm.poke32(outFlags, flags)
          return capi.SQLITE_OK
        },
        xDelete: ok(),
        xAccess(_vfs, _name, _flags, out) {
          wasm.poke32(out, 0)
          return capi.SQLITE_OK
        },
        xFullPathname: (_vfs, path, length, out) =>
          wasm.cstrncpy(out, path, length) < length ? capi.SQLITE_OK : capi.SQLITE_CANTOPEN,
        xGetLastError: ok(),
      },
    },
  })
  return {
    remove() {
      capi.sqlite3_vfs_unregister(vfs)
      wasm.dealloc(vfs.$zName)
      vfs.dispose()
      io.dispose()
    },
  }
}

/** What the published types of a struct give its instances alone. */
function sizeOf(struct: object): number {
  return Reflect.get(Reflect.get(struct, 'structInfo'), 'sizeof')
}

/** Members that the published types of a struct leave out. */
function copied(struct: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, Reflect.get(struct, name)]))
}
