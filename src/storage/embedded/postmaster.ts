import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, stat, truncate } from 'node:fs/promises'
import { createServer } from 'node:net'
import { cpus, totalmem } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Launcher } from './account.js'
import type { Place } from './cluster.js'
import { EmbeddedPostgresError, errorText } from './embedded-error.js'
import type { Installation } from './installation.js'
import { isAlive, readPidFile, removeStalePidFile, type Serves, serves } from './postmaster-pid.js'
import { settingsFor } from './settings.js'

const LOG_BYTES_MAX = 8 * 1024 * 1024
const GONE_POLL_MS = 25
const FAST_STOP_MS = 120_000
const IMMEDIATE_STOP_MS = 15_000

/** A PostgreSQL server process, begun by this process or by an earlier one. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly takenOver: boolean
  /** False: the process may be another program, so ask the server whom it serves. */
  readonly certain: boolean
  isAlive(): Promise<boolean>
}

export async function findRunning(place: Place, log: (line: string) => void): Promise<Postmaster | undefined> {
  const file = await readPidFile(place.pgdata)
  if (file === undefined || !(await isAlive(file.pid))) return undefined
  const answer: Serves = await serves(file.pid, place.pgdata)
  if (answer === 'no') {
    log(`postmaster.pid names process ${file.pid}, which is another program by now: removed`)
    await removeStalePidFile(place.pgdata, file)
    return undefined
  }
  return {
    pid: file.pid,
    port: file.port,
    takenOver: true,
    certain: answer === 'yes',
    isAlive: () => isAlive(file.pid),
  }
}

/** Starts a server; the caller waits for it by connecting. */
export async function launch(place: Place, installation: Installation, launcher: Launcher): Promise<Postmaster> {
  const port = await freePort()
  const { file, args, options } = launcher.invoke(installation.postgres, [
    '-D',
    place.pgdata,
    '-p',
    String(port),
    ...Object.entries(settings()).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ])
  const output = await openLog(place, launcher)
  // In a session of its own: a Ctrl-C is for the server, which drains before it stops PostgreSQL.
  const child = spawn(file, args, {
    ...options,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', output.fd, output.fd],
  })
  try {
    await once(child, 'spawn')
  } catch (error) {
    throw new EmbeddedPostgresError(`${file} cannot be started: ${errorText(error)}`)
  } finally {
    await output.close()
  }
  child.unref()
  return {
    pid: child.pid!,
    port,
    takenOver: false,
    certain: true,
    isAlive: async () => child.exitCode === null && child.signalCode === null,
  }
}

const settings = () => settingsFor({ memoryBytes: totalmem(), cpus: cpus().length, platform: process.platform })

async function openLog(place: Place, launcher: Launcher) {
  const log = await open(place.logFile, 'a', 0o600)
  if ((await log.stat()).size > LOG_BYTES_MAX) await truncate(place.logFile)
  if (launcher.account !== undefined) await log.chown(launcher.account.uid, launcher.account.gid)
  return log
}

export const logSize = async (place: Place): Promise<number> =>
  (await stat(place.logFile).catch(() => undefined))?.size ?? 0

/** What has been written since, by every server that was begun on the cluster meanwhile. */
export const logSince = async (place: Place, size: number): Promise<string> =>
  (await readFile(place.logFile).catch(() => Buffer.alloc(0))).subarray(size).toString()

/** Cut to a length that fits an error. */
export const endOfLog = (text: string): string => text.trim().split('\n').slice(-6).join(' | ').slice(-1_000)

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new EmbeddedPostgresError('no free port on 127.0.0.1')
  return address.port
}

/**
 * Fast shutdown: transactions end, everything is written, the next start needs no recovery. When that takes too long,
 * an immediate one, which loses nothing that was committed.
 */
export async function stopPostmaster(postmaster: Postmaster, pgCtl: string): Promise<void> {
  for (const [signal, ms] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MS],
    ['SIGKILL', IMMEDIATE_STOP_MS],
  ] as const) {
    if (!(await postmaster.isAlive())) return
    await sendSignal(postmaster.pid, signal, pgCtl)
    if (await isGoneWithin(postmaster, ms)) return
  }
  throw new EmbeddedPostgresError(`PostgreSQL (process ${postmaster.pid}) cannot be stopped`)
}

async function sendSignal(pid: number, signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL', pgCtl: string): Promise<void> {
  try {
    // Windows has no signals; PostgreSQL listens to its own kind there.
    if (process.platform === 'win32') await promisify(execFile)(pgCtl, ['kill', signal.slice(3), String(pid)])
    else process.kill(pid, signal)
  } catch {
    // It has gone by itself, which the next look at it tells.
  }
}

export async function isGoneWithin(postmaster: Postmaster, ms: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < ms; waitedMs += GONE_POLL_MS) {
    if (!(await postmaster.isAlive())) return true
    await pause(GONE_POLL_MS)
  }
  return !(await postmaster.isAlive())
}
