import type { Clock } from '../kernel/time.js'
import type { Database } from './database.js'
import { chooseEngine, type Engine, type EngineSettings } from './engine.js'
import { migrate } from './migrate.js'
import { PostgresEngine } from './postgres-engine.js'
import { TimescaleEngine } from './timescale-engine.js'

/** Chooses the engine, brings the database up to date and hands out the one seam between the two. */
export async function openEngine(
  db: Database,
  settings: EngineSettings,
  clock: Clock,
): Promise<{ engine: Engine; applied: string[] }> {
  const choice = await chooseEngine(db)
  const applied = await migrate(db, choice)
  const engine =
    choice.name === 'timescaledb'
      ? new TimescaleEngine(db, choice, settings, clock)
      : new PostgresEngine(db, choice, settings, clock)
  await engine.applySettings()
  return { engine, applied }
}
