import { concatBytes, toHex } from '../domain/bytes.ts'
import { type FileHash, fileHashBytes, parseFileHash } from '../domain/ids.ts'
import { keccak256 } from '../system/keccak.ts'

/**
 * What an escrow for several files is locked for. SPEC 04 §11.4: "keccak256 of their ids, each once, in ascending order". Of one file it is its id.
 * @throws RangeError where there is no file
 */
export function bundleOf(files: Iterable<FileHash>): FileHash {
  const ids = [...new Set(files)].toSorted()
  const [first, second] = ids
  if (first === undefined) throw new RangeError('nothing is bought: there is no file')
  return second === undefined ? first : parseFileHash(toHex(keccak256(concatBytes(...ids.map(fileHashBytes)))))
}
