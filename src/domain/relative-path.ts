/** A path on its way to disk must be no longer than every common system takes. */
export const MAX_PATH_BYTES = 1_024
/** The longest name of one file or folder on every common file system, with room for `.chiral-part`. */
export const MAX_SEGMENT_BYTES = 240
/** Folders in folders: more than any collection that people made. */
export const MAX_PATH_DEPTH = 32

/** What ends the name of an unfinished download. */
const PART_SUFFIX = '.chiral-part'
/** Separators of other systems, control characters, and marks that turn text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\\\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffd]/u

export type PathVerdict =
  | { readonly accepted: true; readonly segments: readonly string[] }
  | { readonly accepted: false; readonly why: string }

/**
 * Whether `path` may be written below a folder that the user chose: relative, with `/` between names, in NFC, and unable to leave the
 * folder or to look like another path. docs/specs/09-listing.md §3.
 */
export function parseRelativePath(path: string): PathVerdict {
  const refuse = (why: string): PathVerdict => ({ accepted: false, why })
  if (path === '') return refuse('it is empty')
  if (byteLength(path) > MAX_PATH_BYTES) return refuse(`it has more than ${MAX_PATH_BYTES} bytes`)
  if (!path.isWellFormed() || UNSAFE.test(path))
    return refuse('it has a character that is unsafe in a name, such as a backslash or a line break')
  if (path !== path.normalize('NFC')) return refuse('it is not in the normal form NFC of Unicode')
  const segments = path.split('/')
  if (segments.length > MAX_PATH_DEPTH) return refuse(`it is deeper than ${MAX_PATH_DEPTH} folders`)
  for (const segment of segments) {
    if (segment === '') return refuse('it begins or ends with a slash, or has two in a row')
    if (segment === '.' || segment === '..') return refuse(`"${segment}" is no name`)
    if (byteLength(segment) > MAX_SEGMENT_BYTES) return refuse(`a name in it has more than ${MAX_SEGMENT_BYTES} bytes`)
    if (/[ .]$/.test(segment)) return refuse('a name in it ends with a dot or a space')
    if (segment.toLowerCase().endsWith(PART_SUFFIX)) return refuse(`a name in it ends with ${PART_SUFFIX}`)
  }
  return { accepted: true, segments }
}

/** Equal for paths that are one and the same on a file system that takes no notice of case. */
export function foldPath(path: string): string {
  return path.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength
}
