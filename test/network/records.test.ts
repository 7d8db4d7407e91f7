import { EventEmitter } from 'node:events'
import { expect } from 'chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { receiveTogether } from '../../src/network/records.ts'

describe('network/records', () => {
  /** As libp2p's: it listens for the end first, and what comes after is lost. */
  class Connection {
    readonly heard: string[] = []
    readonly #socket: EventEmitter

    constructor(socket: EventEmitter) {
      this.#socket = socket
      for (const end of ['end', 'close']) this.#socket.on(end, () => this.heard.push(end))
    }

    onData(data: Uint8Array | Uint8ArrayList): void {
      this.heard.push(data instanceof Uint8ArrayList ? data.slice().join() : data.join())
    }
  }

  const waiting: (() => void)[] = []
  const turn = (): void => {
    for (const work of waiting.splice(0)) work()
  }

  function connect(): { socket: EventEmitter; connection: Connection } {
    const socket = new EventEmitter()
    const connection = new Connection(socket)
    receiveTogether(connection, socket, (work) => waiting.push(work))
    return { socket, connection }
  }

  it('hands on what came in one turn together, in its order', () => {
    const { connection } = connect()
    for (const byte of [1, 2, 3]) connection.onData(Uint8Array.of(byte))
    expect(connection.heard).to.deep.equal([])
    turn()
    connection.onData(Uint8Array.of(4))
    turn()
    expect(connection.heard).to.deep.equal(['1,2,3', '4'])
  })

  it('waits for nothing where nothing came', () => {
    const { connection } = connect()
    turn()
    expect(connection.heard).to.deep.equal([])
  })

  for (const end of ['end', 'close'])
    it(`hands on before the ${end} of the connection what came in its turn`, () => {
      const { socket, connection } = connect()
      connection.onData(Uint8Array.of(1))
      connection.onData(Uint8Array.of(2))
      socket.emit(end)
      turn()
      expect(connection.heard).to.deep.equal(['1,2', end])
    })

  it('leaves a connection alone that has no such method', () => {
    const connection = { receive: () => undefined }
    receiveTogether(connection, new EventEmitter(), (work) => waiting.push(work))
    expect(Object.keys(connection)).to.deep.equal(['receive'])
  })
})
