import { realpathSync } from 'node:fs'

/** Whether Node was started with this file. `import.meta.main` says so only from Node 24.2 on. */
export function isMain(filename: string): boolean {
  const [, started] = process.argv
  return started !== undefined && realpathSync(started) === filename
}
