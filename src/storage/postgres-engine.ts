import { type Clock, floorTo, formatInstant, type Millis } from '../kernel/time.js'
import type { Database, Session } from './database.js'
import type { Engine, EngineChoice, EngineSettings } from './engine.js'

interface Span {
  readonly from: Millis
  readonly to: Millis
}

const PARTITION_LOCK = 7_420_002
const PARTITIONS_AHEAD = 2
const AHEAD_EVERY_MS = 60_000
const RETENTION_EVERY_MS = 600_000

/**
 * Plain PostgreSQL: the events are partitioned by range. A partition is made as a table of its own and then attached,
 * which takes no lock that ingest waits for. Those to come are made ahead by a job, those of the past when the first
 * event of their time arrives.
 */
export class PostgresEngine implements Engine {
  readonly name = 'postgresql'
  readonly description: string
  private spans: readonly Span[] = []

  constructor(
    private readonly db: Database,
    choice: EngineChoice,
    private readonly settings: EngineSettings,
    private readonly clock: Clock,
  ) {
    this.description = choice.description
  }

  readonly upkeep = [
    { name: 'partitions-ahead', everyMs: AHEAD_EVERY_MS, run: () => this.makeAhead() },
    { name: 'retention', everyMs: RETENTION_EVERY_MS, run: () => this.dropExpired() },
  ]

  applySettings(): Promise<void> {
    return this.makeAhead()
  }

  async makeRoom(times: readonly Millis[]): Promise<void> {
    const missing = times.filter(at => !this.spans.some(span => at >= span.from && at < span.to))
    if (missing.length > 0) await this.db.transaction(session => this.create(session, missing))
  }

  forgetRoom(): void {
    this.spans = []
  }

  private makeAhead(): Promise<void> {
    const { chunkMs } = this.settings
    const now = this.clock()
    return this.makeRoom(Array.from({ length: PARTITIONS_AHEAD + 1 }, (_, i) => now + i * chunkMs))
  }

  private async create(session: Session, times: readonly Millis[]): Promise<void> {
    await session.rows('/* partitionLock */ SELECT pg_advisory_xact_lock($1)', [PARTITION_LOCK])
    const spans = await partitions(session)
    for (const at of times) {
      if (spans.some(span => at >= span.from && at < span.to)) continue
      const span = this.gapAround(at, spans)
      const name = `player_event_p${formatInstant(span.from).slice(0, 10).replaceAll('-', '')}_${span.from / 1000}`
      await session.rows(`CREATE TABLE ${name} (LIKE player_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`)
      await session.rows(`ALTER TABLE player_event ATTACH PARTITION ${name}
        FOR VALUES FROM ('${formatInstant(span.from)}') TO ('${formatInstant(span.to)}')`)
      spans.push(span)
    }
    this.spans = spans
  }

  /** The chunk that holds `at`, cut where neighbours made with another chunk size already stand. */
  private gapAround(at: Millis, spans: readonly Span[]): Span {
    const start = floorTo(at, this.settings.chunkMs)
    const from = Math.max(start, ...spans.filter(s => s.to <= at).map(s => s.to))
    const to = Math.min(start + this.settings.chunkMs, ...spans.filter(s => s.from > at).map(s => s.from))
    return { from, to }
  }

  /**
   * Detached concurrently, so that ingest does not wait for it. That is more than one transaction: a run that was cut
   * short, by a reader who stayed too long or by the end of its node, is finished by the next.
   */
  private async dropExpired(): Promise<void> {
    await this.finishDetached()
    if (this.settings.retentionMs === 0) return
    const limit = this.clock() - this.settings.retentionMs
    const rows = await this.db.rows<{ name: string } & Span>(PARTITIONS)
    for (const { name, to } of rows) {
      if (to > limit) continue
      await this.db.rows(`ALTER TABLE player_event DETACH PARTITION ${name} CONCURRENTLY`)
      await this.db.rows(`DROP TABLE ${name}`)
    }
    this.forgetRoom()
  }

  private async finishDetached(): Promise<void> {
    for (const { name } of await this.db.rows<{ name: string }>(HALF_DETACHED)) {
      await this.db.rows(`ALTER TABLE player_event DETACH PARTITION ${name} FINALIZE`)
    }
    for (const { name } of await this.db.rows<{ name: string }>(DETACHED)) await this.db.rows(`DROP TABLE ${name}`)
  }
}

const HALF_DETACHED = `/* halfDetached */
  SELECT inhrelid::regclass::text AS name FROM pg_inherits
  WHERE inhparent = 'player_event'::regclass AND inhdetachpending`

const DETACHED = `/* detached */
  SELECT c.oid::regclass::text AS name FROM pg_class c
  WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'player_event'::regclass)
    AND c.relkind = 'r' AND NOT c.relispartition AND c.relname ~ '^player_event_p[0-9]{8}_[0-9]+$'`

const PARTITIONS = `/* partitions */
  SELECT c.oid::regclass::text AS name,
    (extract(epoch FROM (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \\(''([^'']+)'''))[1]::timestamptz) * 1000)::bigint AS from,
    (extract(epoch FROM (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \\(''([^'']+)'''))[1]::timestamptz) * 1000)::bigint AS to
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = 'player_event'::regclass AND NOT i.inhdetachpending`

const partitions = (session: Session): Promise<Span[]> => session.rows<Span>(PARTITIONS)
