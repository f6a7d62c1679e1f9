import type { Clock } from '../kernel/time.js'
import type { Database } from './database.js'
import type { Engine, EngineChoice, EngineSettings } from './engine.js'
import { moveHorizon } from './horizon-move.js'
import { refreshLate } from './late-refresh.js'
import { applyTimescaleSettings } from './timescale-settings.js'

const LATE_EVERY_MS = 1_000
const HORIZON_EVERY_MS = 60_000

/**
 * TimescaleDB: chunks, columnstore and retention are its own work. What is left here is the border between the panes
 * and the continuous aggregates, the horizon: moving it forward, and refreshing what arrives behind it.
 */
export class TimescaleEngine implements Engine {
  readonly name = 'timescaledb'
  readonly description: string

  constructor(
    private readonly db: Database,
    choice: EngineChoice,
    private readonly settings: EngineSettings,
    private readonly clock: Clock,
  ) {
    this.description = choice.description
  }

  readonly upkeep = [
    { name: 'refresh-late', everyMs: LATE_EVERY_MS, run: () => refreshLate(this.db) },
    { name: 'horizon', everyMs: HORIZON_EVERY_MS, run: () => this.moveHorizon() },
  ]

  applySettings(): Promise<void> {
    return applyTimescaleSettings(this.db, this.settings.chunkMs, this.settings.retentionMs)
  }

  /** Chunks are made by the insert. */
  async makeRoom(): Promise<void> {}
  forgetRoom(): void {}

  private moveHorizon(): Promise<void> {
    const { latenessMs, horizonQuietMs } = this.settings
    return moveHorizon(this.db, latenessMs, this.clock() - horizonQuietMs)
  }
}
