import { readFile } from 'node:fs/promises'
import { ChiralError, codeOf } from '../domain/errors.ts'
import {
  createTlsIdentity,
  encodeTlsIdentity,
  parseTlsIdentity,
  type TlsIdentity,
} from '../public-protocols/http/self-signed.ts'
import { createFileAtomic } from '../system/atomic-file.ts'
import type { Random } from '../system/random.ts'

/** Certificate and key that are kept in a file; made once, since offers name the certificate. @throws ChiralError `TLS_INVALID` */
export async function tlsIdentity(path: string, { random }: { readonly random: Random }): Promise<TlsIdentity> {
  try {
    const identity = createTlsIdentity(random)
    if (await createFileAtomic(path, encodeTlsIdentity(identity))) return identity
    return parseTlsIdentity(await readFile(path, 'utf8'))
  } catch (error) {
    if (codeOf(error) !== 'TLS_INVALID') throw error
    throw new ChiralError('TLS_INVALID', `${path} is damaged: delete it to get a new certificate.`, { cause: error })
  }
}
