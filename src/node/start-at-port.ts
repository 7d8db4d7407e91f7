import { ChiralError } from '../domain/errors.ts'

/** Starts at a port that nobody chose, or at any when that one is taken. @throws ChiralError `LISTEN_FAILED` for other reasons */
export async function startAtPort<T>(port: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(port)
  } catch (error) {
    if (port === 0 || !(error instanceof ChiralError) || error.details['taken'] !== true) throw error
    return start(0)
  }
}
