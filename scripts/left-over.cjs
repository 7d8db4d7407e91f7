/**
 * What keeps this process alive: for the report of a suite whose tests have ended and which has not.
 */

/** Libuv's own, and the streams that every process has. */
const OF_EVERY_PROCESS = new Set(['loop', 'idle', 'check', 'prepare', 'pipe', 'tty'])

/** Remembers after which file an open socket, server or process was first seen, so that the file that forgot it is named. */
class LeftOver {
  /** @type {WeakMap<object, string>} */
  #files = new WeakMap()

  see(file) {
    for (const handle of process._getActiveHandles()) if (!this.#files.has(handle)) this.#files.set(handle, file)
  }

  /** One clause for each kind: `2 x tcp 127.0.0.1:1 to 127.0.0.1:2`, `3 x Timeout`, `Socket since test/a.test.ts`. */
  describe() {
    const clauses = [
      ...process.report.getReport().libuv.filter(isAlive).map(describeHandle),
      ...process.getActiveResourcesInfo().filter((name) => !name.endsWith('Wrap')),
      ...process._getActiveHandles().flatMap((handle) => {
        const file = this.#files.get(handle)
        return file === undefined ? [] : [`${handle.constructor.name} since ${file}`]
      }),
    ]
    const counts = new Map()
    for (const clause of clauses) counts.set(clause, (counts.get(clause) ?? 0) + 1)
    return [...counts].map(([clause, count]) => (count === 1 ? clause : `${count} x ${clause}`)).join(', ')
  }
}

function isAlive({ type, is_active, is_referenced }) {
  return is_active && is_referenced && !OF_EVERY_PROCESS.has(type)
}

function describeHandle({ type, localEndpoint, remoteEndpoint }) {
  const at = (endpoint) => `${endpoint.ip4 ?? endpoint.ip6 ?? endpoint.host}:${endpoint.port}`
  const local = localEndpoint ? ` ${at(localEndpoint)}` : ''
  return remoteEndpoint ? `${type}${local} to ${at(remoteEndpoint)}` : `${type}${local}`
}

module.exports = { LeftOver }
