import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import type { Place } from '../e2e/support/place.js'
import { tokenOf } from '../support/client.js'
import { type ApiTrigger, FOLLOW } from './campaigns.js'

/** A subscriber that outlives its servers: it resumes behind the last trigger it has seen. */
export class TriggerFollower {
  readonly triggers: ApiTrigger[] = []
  reconnects = -1
  private closed = false
  private end: () => Promise<void> = async () => undefined
  private wake: () => void = () => undefined
  private readonly running: Promise<void>

  constructor(
    private readonly place: Place,
    private after: string,
  ) {
    this.running = this.run()
  }

  async until(count: number): Promise<void> {
    while (this.triggers.length < count) {
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    }
  }

  async close(): Promise<void> {
    this.closed = true
    await this.end()
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.closed) {
      this.reconnects++
      const url = await this.place.url()
      // The server or the connection goes; the next turn resumes. A wrong resumption shows in the triggers.
      await this.receive(url).catch(() => new Promise(resolve => setImmediate(resolve)))
    }
  }

  private async receive(url: string): Promise<void> {
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: async () => ({ authorization: `Bearer ${await tokenOf('crm')}` }),
      retryAttempts: 0,
    })
    this.end = async () => client.dispose()
    const query = { query: FOLLOW, variables: { after: this.after } }
    for await (const { data } of client.iterate<{ campaignTriggered: ApiTrigger }>(query)) {
      this.triggers.push(data!.campaignTriggered)
      this.after = data!.campaignTriggered.feedCursor
      this.wake()
    }
  }
}
