import pg from 'pg'

/**
 * A connection of its own that LISTENs. It reconnects for ever, and after each reconnect it calls `onNotify` once
 * without a payload: what was told in between was missed, so the listener has to look for itself.
 */
export class Listener {
  private client: pg.Client | null = null
  private closed = false
  private retry: NodeJS.Timeout | undefined

  constructor(
    private readonly connectionString: string,
    private readonly channel: string,
    private readonly onNotify: (payload: string | null) => void,
    private readonly onError: (error: Error) => void,
  ) {}

  async start(): Promise<void> {
    const client = new pg.Client({ connectionString: this.connectionString, application_name: 'tidemark listen' })
    client.on('notification', message => this.onNotify(message.payload ?? null))
    client.on('error', error => this.lost(client, error))
    client.on('end', () => this.lost(client, new Error('the listening connection ended')))
    try {
      await client.connect()
      await client.query(`LISTEN ${this.channel}`)
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
    if (this.closed) return client.end()
    this.client = client
    this.onNotify(null)
  }

  async close(): Promise<void> {
    this.closed = true
    clearTimeout(this.retry)
    const client = this.client
    this.client = null
    await client?.end()
  }

  private lost(client: pg.Client, error: Error): void {
    if (this.closed || this.client !== client) return
    this.client = null
    this.onError(error)
    this.reconnect()
  }

  private reconnect(): void {
    this.retry = setTimeout(() => {
      this.start().catch(error => {
        this.onError(error as Error)
        if (!this.closed) this.reconnect()
      })
    }, RECONNECT_MS)
  }
}

const RECONNECT_MS = 500
