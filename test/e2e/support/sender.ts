import { ApiClient } from '../../support/client.js'
import type { Place } from './place.js'

/** Makes events that nobody has sent before. */
interface EventSource {
  batch(size: number): readonly SentEvent[]
}

interface SentEvent {
  readonly event_id: string
}

/** A producer that keeps its events until they are acknowledged, and sends them again until then. */
export class Sender {
  readonly acknowledged = new Set<string>()
  /** Answers that did not count every event of the batch once. */
  readonly wrongAnswers: string[] = []
  resends = 0
  private stopping = false
  private readonly running: Promise<void>
  private wake: () => void = () => undefined

  constructor(
    private readonly place: Place,
    private readonly source: EventSource,
    private readonly batchSize: number,
    private readonly stream = 'http',
  ) {
    this.running = this.run()
  }

  /** Resolves when so many more events have been acknowledged. */
  async acknowledge(more: number): Promise<void> {
    const enough = this.acknowledged.size + more
    while (this.acknowledged.size < enough) {
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    }
  }

  /** Resolves when all that was sent is acknowledged. */
  async stop(): Promise<void> {
    this.stopping = true
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.stopping) await this.deliver(this.source.batch(this.batchSize))
  }

  private async deliver(batch: readonly SentEvent[]): Promise<void> {
    for (let tries = 0; ; tries++) {
      const url = await this.place.url()
      try {
        const answer = await new ApiClient(url).send(batch, `/events?stream=${this.stream}`)
        const { accepted, duplicates, rejectedCount } = answer
        if (accepted + duplicates !== batch.length || rejectedCount !== 0)
          this.wrongAnswers.push(JSON.stringify(answer))
        if (tries === 0 && duplicates !== 0) this.wrongAnswers.push(`${duplicates} duplicates at the first try`)
        break
      } catch {
        this.resends++
        // The turn in which the server's end is noticed elsewhere.
        await new Promise(resolve => setImmediate(resolve))
      }
    }
    for (const event of batch) this.acknowledged.add(event.event_id)
    this.wake()
  }
}
