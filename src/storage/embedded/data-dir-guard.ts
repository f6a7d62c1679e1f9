import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Place } from './cluster.js'
import { EmbeddedPostgresError, errorCode, errorText } from './embedded-error.js'
import { SUPERUSER } from './initdb.js'
import type { Postmaster } from './postmaster.js'

/**
 * The connection that makes DATA_DIR this process's own: it holds an advisory lock, which the server frees the moment
 * the process is gone, however it went.
 */
export interface Guard {
  readonly client: pg.Client
  readonly version: string
  /** Resolves when the connection, and with it the lock, is gone. */
  readonly ended: Promise<void>
}

/** Another process holds DATA_DIR. */
export class DataDirInUseError extends EmbeddedPostgresError {}

export const DATABASE = 'tidemark'
// Advisory locks belong to one database, and this one is there before ours is.
const GUARD_DATABASE = 'postgres'
const GUARD_KEY = 8_406_117
const GUARD_NAME = 'tidemark guard of process '

const READY_POLL_MS = 50
const RECOVERY_MAX_MS = 30 * 60_000
/** For a process number that may belong to another program. */
const UNCERTAIN_MAX_MS = 20_000
const PROGRESS_MS = 10_000
/** A killed process's connections may need a moment to end. */
const LOCK_WAIT_MS = 3_000

export interface GuardOptions {
  readonly place: Place
  readonly postmaster: Postmaster
  readonly password: string
  readonly log: (line: string) => void
}

/** Undefined when the server went away before it could be locked: it failed to start, or is being stopped. */
export async function acquireGuard(options: GuardOptions): Promise<Guard | undefined> {
  const client = await connectWhenReady(options)
  if (client === undefined) return undefined
  const ended = new Promise<void>(resolve => client.once('end', () => resolve()))
  try {
    if (!options.postmaster.certain) await assertServes(client, options)
    await lock(client, options.place)
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return { client, version: rows[0]!.server_version.split(' ')[0]!, ended }
  } catch (error) {
    await client.end().catch(() => undefined)
    if (isGoodbye(error)) return undefined
    throw error
  }
}

async function connectWhenReady({ place, postmaster, password, log }: GuardOptions): Promise<pg.Client | undefined> {
  const maxMs = postmaster.certain ? RECOVERY_MAX_MS : UNCERTAIN_MAX_MS
  let reason: unknown
  for (let waitedMs = 0; waitedMs < maxMs; waitedMs += READY_POLL_MS) {
    if (!(await postmaster.isAlive())) return undefined
    const client = new pg.Client({
      ...connectionFor(postmaster.port, password, GUARD_DATABASE),
      application_name: `${GUARD_NAME}${process.pid}`,
      connectionTimeoutMillis: 10_000,
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return client
    } catch (error) {
      reason = error
      if (errorCode(error) === WRONG_PASSWORD) {
        throw new EmbeddedPostgresError(`${place.passwordFile} does not hold the password of the cluster beside it`)
      }
    }
    if (waitedMs > 0 && waitedMs % PROGRESS_MS === 0) log(`waiting for PostgreSQL: ${errorText(reason)}`)
    await pause(READY_POLL_MS)
  }
  throw new EmbeddedPostgresError(
    `DATA_DIR ${place.dataDir}: process ${postmaster.pid} of ${place.pgdata}/postmaster.pid does not answer as PostgreSQL ` +
      `(${errorText(reason)}): stop it if it is one, else remove that file`,
  )
}

const WRONG_PASSWORD = '28P01'
const LOCK_TIMEOUT = '55P03'
const SHUTDOWN_CODES = new Set(['57P01', '57P02', '57P03', 'ECONNRESET', 'EPIPE', 'ECONNREFUSED'])

const isGoodbye = (error: unknown): boolean =>
  SHUTDOWN_CODES.has(errorCode(error) ?? '') || errorText(error).startsWith('Connection terminated')

export const connectionFor = (port: number, password: string, database: string) => ({
  host: '127.0.0.1',
  port,
  user: SUPERUSER,
  password,
  database,
})

async function assertServes(client: pg.Client, { place, postmaster }: GuardOptions): Promise<void> {
  const { rows } = await client.query<{ data_directory: string }>('show data_directory')
  const theirs = rows[0]!.data_directory.replaceAll('\\', '/')
  if (theirs === place.pgdata.replaceAll('\\', '/')) return
  throw new EmbeddedPostgresError(
    `DATA_DIR ${place.dataDir}: process ${postmaster.pid} serves ${theirs}: remove ${place.pgdata}/postmaster.pid if this is a copy`,
  )
}

async function lock(client: pg.Client, place: Place): Promise<void> {
  await client.query(`set lock_timeout = ${LOCK_WAIT_MS}`)
  try {
    await client.query('select pg_advisory_lock($1)', [GUARD_KEY])
  } catch (error) {
    if (errorCode(error) !== LOCK_TIMEOUT) throw error
    throw new DataDirInUseError(
      `DATA_DIR ${place.dataDir} is in use by ${await holder(client)}: stop it, or use another DATA_DIR`,
    )
  }
}

async function holder(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ application_name: string }>(
    `select a.application_name from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and l.objid = $1`,
    [GUARD_KEY],
  )
  return rows[0]?.application_name.replace(GUARD_NAME, 'process ') ?? 'another process'
}

/** Once nothing is asked through it any more, the guard alone keeps no process alive. */
export function letProcessEnd({ client }: Guard): void {
  // The type declarations lack the method.
  ;(client as pg.Client & { unref(): void }).unref()
}

/** For the holder of the guard. */
export async function ensureDatabase({ client }: Guard): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
  if (rowCount === 0) await client.query(`create database ${DATABASE}`)
}
