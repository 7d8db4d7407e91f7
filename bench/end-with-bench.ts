import { isMainThread } from 'node:worker_threads'

/** Loaded by what a bench starts, which ends when the bench does, in whatever way: nobody is left then to stop it. */
if (isMainThread) {
  process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'))
  process.stdin.resume()
  // A leecher ends by itself, and is not to be kept by this.
  if ('unref' in process.stdin && typeof process.stdin.unref === 'function') process.stdin.unref()
}
