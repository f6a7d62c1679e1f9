import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** What happens to the next COMMIT of a batch that passes: it is lost on its way there, or its answer on its way back. */
export type Loss = 'commit' | 'answer'

/** Stands between a node and its database, which may move to another port, and loses what it is told to lose. */
export class DatabaseProxy {
  losses = 0
  private readonly pairs = new Set<[Socket, Socket]>()
  private loss: Loss | null = null

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', client => this.join(client))
  }

  static async before(databaseUrl: string): Promise<DatabaseProxy> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new DatabaseProxy(server, new URL(databaseUrl))
  }

  get url(): string {
    const url = new URL(this.target)
    url.port = String((this.server.address() as AddressInfo).port)
    return url.href
  }

  moveTo(port: number): void {
    this.target.port = String(port)
  }

  loseNext(loss: Loss): void {
    this.loss = loss
  }

  async close(): Promise<void> {
    for (const [client, database] of this.pairs) {
      client.destroy()
      database.destroy()
    }
    this.server.close()
    await once(this.server, 'close')
  }

  private join(client: Socket): void {
    const database = connect(Number(this.target.port), this.target.hostname)
    const pair: [Socket, Socket] = [client, database]
    this.pairs.add(pair)
    const end = () => {
      client.destroy()
      database.destroy()
      this.pairs.delete(pair)
    }
    for (const socket of pair) socket.on('error', end).on('close', end)
    let isWriter = false
    let answerIsLost = false
    client.on('data', data => {
      isWriter ||= data.includes('tidemark writer')
      if (isWriter && this.loss !== null && /COMMIT(;|\0)/.test(data.toString('latin1'))) {
        this.losses++
        const loss = this.loss
        this.loss = null
        if (loss === 'commit') return end()
        answerIsLost = true
      }
      database.write(data)
    })
    database.on('data', data => (answerIsLost ? end() : client.write(data)))
  }
}
