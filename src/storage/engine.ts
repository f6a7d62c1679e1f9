import type { Millis } from '../kernel/time.js'
import type { Database } from './database.js'

export interface EngineSettings {
  readonly chunkMs: number
  /** 0: off. */
  readonly retentionMs: number
  readonly horizonQuietMs: number
  readonly latenessMs: number
}

export interface EngineUpkeep {
  readonly name: string
  readonly everyMs: number
  run(): Promise<void>
}

/** What differs between the two kinds of storage. Everything else speaks to relations of the same names on both. */
export interface Engine {
  readonly name: 'timescaledb' | 'postgresql'
  /** For people: name, version, and why this one was chosen. */
  readonly description: string
  /** Brings chunk size and retention in line with the settings. */
  applySettings(): Promise<void>
  /** Makes room for events of these times, which may be anywhere in history. Cheap when there is room. */
  makeRoom(times: readonly Millis[]): Promise<void>
  /** Forgets what makeRoom believed to exist. */
  forgetRoom(): void
  readonly upkeep: readonly EngineUpkeep[]
}

export interface EngineChoice {
  readonly name: Engine['name']
  readonly description: string
}

/** Looks at the server: TimescaleDB counts only with its Community features. Creates the extension where it can. */
export async function chooseEngine(db: Database): Promise<EngineChoice> {
  const [server] = await db.rows<{ version: string }>('/* serverVersion */ SELECT current_setting($1) AS version', [
    'server_version',
  ])
  const postgres = (why: string): EngineChoice => ({
    name: 'postgresql',
    description: `PostgreSQL ${server?.version.split(' ')[0]} (${why})`,
  })
  const [available] = await db.rows<{ version: string }>(
    "/* timescaleAvailable */ SELECT default_version AS version FROM pg_available_extensions WHERE name = 'timescaledb'",
  )
  if (available === undefined) return postgres('the server has no TimescaleDB')
  const [preload] = await db.rows<{ libraries: string }>(
    "/* preloaded */ SELECT current_setting('shared_preload_libraries') AS libraries",
  )
  if (!preload?.libraries.includes('timescaledb')) {
    return postgres('TimescaleDB is installed but not in shared_preload_libraries')
  }
  try {
    await db.rows('CREATE EXTENSION IF NOT EXISTS timescaledb')
  } catch (error) {
    // Two nodes that start together both try; one of them may fail on the catalogue's own key.
    const [made] = await db.rows("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'")
    if (made === undefined) return postgres(`TimescaleDB can't be created here: ${(error as Error).message}`)
  }
  const [extension] = await db.rows<{ version: string; license: string | null }>(
    `/* timescaleEdition */
     SELECT extversion AS version, current_setting('timescaledb.license', true) AS license
     FROM pg_extension WHERE extname = 'timescaledb'`,
  )
  if (extension?.license !== 'timescale') {
    return postgres(`TimescaleDB ${extension?.version} is here without the Community features`)
  }
  return {
    name: 'timescaledb',
    description: `TimescaleDB ${extension.version} Community on PostgreSQL ${server?.version.split(' ')[0]}`,
  }
}
