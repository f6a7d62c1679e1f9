import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { chooseLauncher, type Launcher } from './account.js'
import { ensureCluster, openPlace, type Place, readPassword, removeUnfinished } from './cluster.js'
import {
  acquireGuard,
  connectionFor,
  DATABASE,
  DataDirInUseError,
  ensureDatabase,
  type Guard,
  letProcessEnd,
} from './data-dir-guard.js'
import { EmbeddedPostgresError, errorText } from './embedded-error.js'
import { findInstallation, type Installation } from './installation.js'
import { endOfLog, findRunning, launch, logSince, logSize, type Postmaster, stopPostmaster } from './postmaster.js'
import { guardThrowAway } from './throw-away.js'

export interface EmbeddedPostgresOptions {
  readonly dataDir: string
  readonly log: (line: string) => void
  /** The cluster goes with this process: deleted by stop(), and on POSIX also after a kill -9. */
  readonly throwAway?: boolean
}

export interface EmbeddedPostgres {
  readonly connectionString: string
  /** The server was running already: an earlier process was killed. */
  readonly takenOver: boolean
  readonly version: string
  /** Resolves with the reason when the server is lost without stop(); else never. */
  readonly exited: Promise<string>
  stop(): Promise<void>
}

interface Context {
  readonly place: Place
  readonly installation: Installation
  readonly launcher: Launcher
  readonly password: string
  readonly log: (line: string) => void
  readonly throwAway: boolean
}

interface Held {
  readonly postmaster: Postmaster
  readonly guard: Guard
}

const START_ATTEMPTS_MAX = 60
const RETRY_PAUSE_MS = 250
/** Passing troubles: the port was taken meanwhile, or a dying or a second server is still about. */
const PASSING = /could not (?:bind|create any TCP)|lock file|shared memory block/i

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const context = await prepare(options)
  const held = await holdServer(context)
  const { postmaster, guard } = held
  try {
    await removeUnfinished(context.place)
    await ensureDatabase(guard)
  } catch (error) {
    await guard.client.end().catch(() => undefined)
    await leave(postmaster, context)
    throw error
  }
  const how = postmaster.takenOver ? 'took over the running' : 'started'
  const where = `process ${postmaster.pid}, 127.0.0.1:${postmaster.port}`
  context.log(`${how} PostgreSQL ${guard.version} (${where}) in ${context.place.home}`)
  return new EmbeddedServer(context, held)
}

async function prepare({ dataDir: given, log, throwAway = false }: EmbeddedPostgresOptions): Promise<Context> {
  const installation = await findInstallation()
  const place = await openPlace(given)
  const { dataDir, home } = place
  const reach = { dataDir, home, files: [installation.postgres, installation.bootstrapData] }
  const launcher = await chooseLauncher(reach)
  const created = await ensureCluster(place, { installation, launcher, reach, durable: !throwAway })
  if (created) log(`made a PostgreSQL ${installation.version} cluster in ${home}`)
  return { place, installation, launcher, password: await readPassword(place), log, throwAway }
}

/** Finds the server that an earlier process left, or launches one, and locks DATA_DIR through it. */
async function holdServer(context: Context): Promise<Held> {
  const { place, installation, launcher, log } = context
  let trouble = ''
  for (let attempt = 0; attempt < START_ATTEMPTS_MAX; attempt++) {
    if (attempt > 0) await pause(RETRY_PAUSE_MS)
    const size = await logSize(place)
    const running = await findRunning(place, log)
    const postmaster = running ?? (await launch(place, installation, launcher))
    const guard = await acquire(postmaster, context)
    if (guard !== undefined) return { postmaster, guard }
    if (running !== undefined) continue
    trouble = await logSince(place, size)
    if (!PASSING.test(trouble)) break
  }
  throw new EmbeddedPostgresError(`PostgreSQL does not start in ${place.pgdata}: ${endOfLog(trouble)}`)
}

async function acquire(postmaster: Postmaster, context: Context): Promise<Guard | undefined> {
  const { place, password, log } = context
  try {
    return await acquireGuard({ place, postmaster, password, log })
  } catch (error) {
    if (!(error instanceof DataDirInUseError)) await leave(postmaster, context)
    throw error
  }
}

/** A failed start leaves running what it found running. */
async function leave(postmaster: Postmaster, { installation }: Context): Promise<void> {
  if (!postmaster.takenOver) await stopPostmaster(postmaster, installation.pgCtl)
}

/**
 * Modes: held -> stopping, or held -> lost.
 * Held means that this process has both the server and the lock on DATA_DIR. When the lock's connection ends, the
 * server has either restarted its processes after a crash of one of them (the lock is taken again, still held) or is
 * gone, or another process was quicker: then it is lost, and `exited` says so. A lost server is started again by the
 * next process, whose recovery is the one well-trodden way back.
 */
class EmbeddedServer implements EmbeddedPostgres {
  readonly connectionString: string
  readonly takenOver: boolean
  readonly version: string
  readonly exited: Promise<string>
  private readonly postmaster: Postmaster
  private guard: Guard
  private taken = false
  private stopping: Promise<void> | undefined
  private readonly releaseThrowAway: () => void

  constructor(
    private readonly context: Context,
    { postmaster, guard }: Held,
  ) {
    const { password, place, throwAway } = context
    this.postmaster = postmaster
    this.guard = guard
    const { host, port, user } = connectionFor(postmaster.port, password, DATABASE)
    this.connectionString = `postgresql://${user}:${password}@${host}:${port}/${DATABASE}`
    this.takenOver = postmaster.takenOver
    this.version = guard.version
    this.releaseThrowAway = throwAway ? guardThrowAway(postmaster.pid, place.home) : () => undefined
    this.exited = new Promise(resolve => void this.watch(resolve))
  }

  private async watch(lost: (reason: string) => void): Promise<void> {
    for (;;) {
      letProcessEnd(this.guard)
      await this.guard.ended
      if (this.stopping !== undefined) return
      const guard = await this.regain()
      if (this.stopping !== undefined) return
      if (typeof guard === 'string') {
        lost(guard)
        return
      }
      this.guard = guard
      this.context.log('PostgreSQL restarted its processes after a crash of one of them')
    }
  }

  /** The lock again, or why it is lost. */
  private async regain(): Promise<Guard | string> {
    const { place, password, log } = this.context
    try {
      const guard = await acquireGuard({ place, postmaster: this.postmaster, password, log })
      return guard ?? `PostgreSQL (process ${this.postmaster.pid}) ended unexpectedly, see ${place.logFile}`
    } catch (error) {
      this.taken = error instanceof DataDirInUseError
      return errorText(error)
    }
  }

  stop(): Promise<void> {
    this.stopping ??= this.shutDown()
    return this.stopping
  }

  private async shutDown(): Promise<void> {
    const { installation, place, throwAway } = this.context
    this.releaseThrowAway()
    // The server belongs to the process that has taken DATA_DIR.
    if (this.taken) return
    await stopPostmaster(this.postmaster, installation.pgCtl)
    await this.guard.client.end().catch(() => undefined)
    if (throwAway) await rm(place.home, { recursive: true, force: true })
  }
}
