import { type Clock, type Millis, SECOND_MS } from '../kernel/time.js'
import type { Database, Queryable } from '../storage/database.js'
import { progressOf, type StreamProgress, type StreamSettings, slowestWatermark } from './stream.js'
import { streamProgress } from './stream.store.js'

const SAMPLE_MS = SECOND_MS
const SAMPLES = 10

/** Reads the progress of all streams, and keeps a few samples of it for the rate. */
export class StreamMonitor {
  private samples: { at: Millis; events: number }[] = []
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly db: Database,
    private readonly lagMs: (now: Millis) => ReadonlyMap<string, number>,
    private readonly settings: StreamSettings,
    private readonly clock: Clock,
    private readonly onError: (error: Error) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.sample().catch(this.onError), SAMPLE_MS)
  }

  stop(): void {
    clearInterval(this.timer)
  }

  /** `session`: of a transaction that must see what was committed before its lock. */
  async progress(session: Queryable = this.db): Promise<StreamProgress[]> {
    const rows = await streamProgress(session)
    const now = this.clock()
    const lags = this.lagMs(now)
    return rows.map(row => progressOf(row, lags.get(row.stream) ?? 0, this.settings, now))
  }

  slowestWatermark = async (): Promise<Millis | null> => slowestWatermark(await this.progress())

  /** Accepted events a second, of all nodes. */
  get eventsPerSecond(): number {
    const [first, last] = [this.samples[0], this.samples.at(-1)]
    if (first === undefined || last === undefined || last.at <= first.at) return 0
    return ((last.events - first.events) * SECOND_MS) / (last.at - first.at)
  }

  private async sample(): Promise<void> {
    const rows = await streamProgress(this.db)
    const events = rows.reduce((sum, row) => sum + row.events, 0)
    this.samples = [...this.samples, { at: this.clock(), events }].slice(-SAMPLES)
  }
}
