/** What the operating system knows about processes: enough to tell a running daemon from the traces of a dead one. */
export interface ProcessTable {
  readonly currentPid: number
  /** False only when no such process exists; one of another user counts as running. */
  isRunning(pid: number): boolean
}

export const systemProcessTable: ProcessTable = {
  currentPid: process.pid,
  isRunning(pid) {
    if (!Number.isSafeInteger(pid) || pid <= 0) return false
    try {
      process.kill(pid, 0)
      return true
    } catch (error) {
      return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPERM'
    }
  },
}
