import { mkdir, mkdtemp, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { giveAll } from './account.js'
import { EmbeddedPostgresError, errorCode, errorText } from './embedded-error.js'
import { type InitdbOptions, initdb } from './initdb.js'

/** What the embedded PostgreSQL keeps in DATA_DIR: one folder, which appears complete or not at all. */
export interface Place {
  readonly dataDir: string
  readonly home: string
  readonly pgdata: string
  readonly passwordFile: string
  readonly logFile: string
}

const UNFINISHED = 'postgres.new-'

export async function openPlace(given: string): Promise<Place> {
  try {
    await mkdir(given, { recursive: true })
    return placeIn(await realpath(given))
  } catch (error) {
    throw new EmbeddedPostgresError(`DATA_DIR ${given} cannot be used: ${errorText(error)}`)
  }
}

function placeIn(dataDir: string): Place {
  const home = join(dataDir, 'postgres')
  return { dataDir, ...inside(home) }
}

const inside = (home: string) => ({
  home,
  pgdata: join(home, 'data'),
  passwordFile: join(home, 'password'),
  logFile: join(home, 'server.log'),
})

/** The major version of the cluster, undefined when there is none yet. */
async function clusterVersion(place: Place): Promise<string | undefined> {
  try {
    return (await readFile(join(place.pgdata, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw notOurs(place, error)
  }
}

const notOurs = (place: Place, error: unknown): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    `DATA_DIR ${place.dataDir} holds a PostgreSQL cluster that this user may not read (${errorText(error)}): ` +
      'start as the user who made it or as root, or give its files to this user',
  )

export async function readPassword(place: Place): Promise<string> {
  return (
    await readFile(place.passwordFile, 'utf8').catch((error: unknown) => {
      throw notOurs(place, error)
    })
  ).trim()
}

/** Returns whether it made the cluster. */
export async function ensureCluster(place: Place, options: InitdbOptions): Promise<boolean> {
  const found = await clusterVersion(place)
  const { installation, launcher } = options
  if (found === undefined) return createCluster(place, options)
  if (found !== installation.major) {
    throw new EmbeddedPostgresError(
      `DATA_DIR ${place.dataDir} holds a cluster of PostgreSQL ${found}, this is PostgreSQL ${installation.version}: ` +
        'dump it with the old version and load it with this one, or use another DATA_DIR',
    )
  }
  if (launcher.account !== undefined && (await stat(place.home)).uid === 0) await giveAll(place.home, launcher.account)
  return false
}

/** Built beside its place and renamed into it: neither a kill nor a second first start can leave half a cluster. */
async function createCluster(place: Place, options: InitdbOptions): Promise<boolean> {
  const unfinished = await mkdtemp(join(place.dataDir, UNFINISHED)).catch((error: unknown) => {
    throw new EmbeddedPostgresError(`DATA_DIR ${place.dataDir} cannot be written: ${errorText(error)}`)
  })
  try {
    const { pgdata, passwordFile } = inside(unfinished)
    await initdb({ folder: unfinished, pgdata, passwordFile }, options)
    await rename(unfinished, place.home)
    if (options.durable) await syncFolder(place.dataDir)
    return true
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Another start was quicker; with it this one goes on, up to the guard.
    if ((await clusterVersion(place)) !== undefined) return false
    if (errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST') {
      throw new EmbeddedPostgresError(`${place.home} exists and holds no PostgreSQL cluster: move it away`)
    }
    throw error
  }
}

/** A rename is durable once its folder is; Windows opens no folders. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}

/** What killed first starts left. Only for the holder of the guard: nobody else can be making a cluster of use. */
export async function removeUnfinished(place: Place): Promise<void> {
  const entries = await readdir(place.dataDir)
  for (const entry of entries.filter(name => name.startsWith(UNFINISHED))) {
    await rm(join(place.dataDir, entry), { recursive: true, force: true })
  }
}
