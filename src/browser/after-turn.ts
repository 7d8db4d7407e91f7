/** Calls `work` when the current turn of the event loop is over. A timer would wait four milliseconds once it is nested. */
export function afterTurn(work: () => void): void {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    port1.close()
    work()
  }
  port2.postMessage(undefined)
}
