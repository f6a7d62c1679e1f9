import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { appendFile, chown, mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../../src/storage/embedded/embedded-postgres.js'
import type { EngineUnderTest } from '../../support/databases.js'
import { postmasterOf } from './postmaster.js'
import { DatabaseProxy } from './proxy.js'

/** A database server that may be killed, at an address that stays. */
export interface Cluster {
  readonly engine: EngineUnderTest
  /** kill -9 of the postmaster; resolves when it is gone. */
  kill(): Promise<void>
  restart(): Promise<void>
  stop(): Promise<void>
}

const BIN = '/usr/lib/postgresql/15/bin'
const quiet = () => undefined

/** The embedded PostgreSQL as an external server. */
export async function embeddedCluster(): Promise<Cluster> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidemark-cluster-'))
  let server = await startEmbeddedPostgres({ dataDir, log: quiet })
  const proxy = await DatabaseProxy.before(server.connectionString)
  return {
    engine: { name: 'postgresql', adminUrl: proxy.url },
    async kill() {
      process.kill((await postmasterOf(dataDir)).pid, 'SIGKILL')
      await server.exited
    },
    async restart() {
      server = await startEmbeddedPostgres({ dataDir, log: quiet })
      proxy.moveTo((await postmasterOf(dataDir)).port)
    },
    async stop() {
      await proxy.close()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export const canMakeTimescale = (): boolean => existsSync(`${BIN}/postgres`) && process.getuid?.() === 0

/** A server of its own with TimescaleDB, from the machine's packages. */
export async function timescaleCluster(): Promise<Cluster> {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-timescale-'))
  const user = await ids('postgres')
  const port = await freePort()
  await chown(dir, user.uid, user.gid)
  await promisify(execFile)(`${BIN}/initdb`, ['-D', dir, '-U', 'postgres', '-A', 'trust', '--no-sync'], {
    ...user,
    cwd: dir,
  })
  await appendFile(
    join(dir, 'postgresql.conf'),
    `port = ${port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nshared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off\nlog_min_messages = fatal\n`,
  )
  const adminUrl = `postgres://postgres@127.0.0.1:${port}/postgres`
  const launch = async () => {
    const child = spawn(`${BIN}/postgres`, ['-D', dir], { ...user, cwd: dir, stdio: 'ignore' })
    await answering(adminUrl, () => child.exitCode === null)
    return child
  }
  // A dying backend of the killed server may still hold its memory, and then the next one refuses to start.
  const launchSoon = async (): ReturnType<typeof launch> => {
    for (let tries = 0; ; tries++) {
      try {
        return await launch()
      } catch (error) {
        if (tries === 50) throw error
        await pause(100)
      }
    }
  }
  let server = await launch()
  return {
    engine: { name: 'timescaledb', adminUrl },
    async kill() {
      server.kill('SIGKILL')
      await once(server, 'exit')
    },
    async restart() {
      server = await launchSoon()
    },
    async stop() {
      server.kill('SIGINT')
      await once(server, 'exit')
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function answering(url: string, alive: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const client = new pg.Client(url)
    client.on('error', quiet)
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      if (!alive()) throw new Error('the server ended')
      await pause(50)
    }
  }
  throw new Error('the server does not answer')
}

async function ids(user: string): Promise<{ uid: number; gid: number }> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find(entry => entry.startsWith(`${user}:`))
  const [, , uid, gid] = line!.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
