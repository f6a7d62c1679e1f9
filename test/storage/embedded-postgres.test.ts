import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/storage/embedded/embedded-postgres.js'
import { isAlive, readPidFile } from '../../src/storage/embedded/postmaster-pid.js'
import { Child, clearFolder, compileChild, processesIn, query, startChild, testFolder } from './embedded-fixture.js'

let build: string
let script: string
let folder: string
let children: Child[]

beforeAll(async () => {
  build = await testFolder()
  script = await compileChild(join(build, 'build'))
})
afterAll(() => clearFolder(build))
beforeEach(async () => {
  folder = await testFolder()
  children = []
})
afterEach(async () => {
  for (const child of children) await child.kill()
  await clearFolder(folder)
})

const start = (dataDir: string): Promise<EmbeddedPostgres> => startEmbeddedPostgres({ dataDir, log: () => undefined })

function child(...args: Parameters<typeof startChild> extends [string, ...infer Rest] ? Rest : never): Child {
  const started = startChild(script, ...args)
  children.push(started)
  return started
}

const postmasterOf = async (dataDir: string): Promise<number> =>
  (await readPidFile(join(dataDir, 'postgres/data')))!.pid

async function untilGone(pid: number): Promise<void> {
  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false)
}

describe('embedded PostgreSQL', () => {
  it('starts afresh with durable settings, stops without a trace and keeps its data', async () => {
    const first = await start(folder)
    expect(first.takenOver).toBe(false)
    expect(first.version).toMatch(/^18\./)
    const [settings] = await query(
      first.connectionString,
      `select current_setting('fsync') fsync, current_setting('synchronous_commit') commit,
              current_setting('full_page_writes') pages, current_setting('data_checksums') checksums,
              current_setting('max_locks_per_transaction') locks, current_setting('server_encoding') encoding,
              current_setting('TimeZone') zone, current_setting('listen_addresses') listen, current_database() db,
              (select datlocprovider::text || ' ' || datlocale from pg_database where datname = current_database()) locale`,
    )
    expect(settings).toEqual({
      fsync: 'on',
      commit: 'on',
      pages: 'on',
      checksums: 'on',
      locks: '256',
      encoding: 'UTF8',
      zone: 'UTC',
      listen: '127.0.0.1',
      db: 'tidemark',
      locale: 'b C.UTF-8',
    })
    await query(first.connectionString, 'create table kept as select 42 as answer')
    await first.stop()
    await first.stop()
    expect(await processesIn(folder)).toEqual([])
    expect(await readdir(folder)).toEqual(['postgres'])
    expect((await stat(join(folder, 'postgres/password'))).mode & 0o777).toBe(0o600)

    const second = await start(folder)
    expect(await query(second.connectionString, 'select answer from kept')).toEqual([{ answer: 42 }])
    await second.stop()
    expect(await readFile(join(folder, 'postgres/server.log'), 'utf8')).not.toContain('recovery')
  })

  it('asks every connection for the password', async () => {
    const server = await start(folder)
    const wrong = new URL(server.connectionString)
    wrong.password = 'wrong'
    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed')
    await server.stop()
  })

  it.each([
    ['longer than a socket path may be', 'd'.repeat(120), 'e'.repeat(120)],
    ['with spaces, quotes and shell characters', `it's "quoted" $HOME`, '`x`; {ä} %s \\ end'],
  ])('works in a folder %s', async (_, ...parts) => {
    const dataDir = join(folder, ...parts)
    const server = await start(dataDir)
    expect(await query(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
    expect(await processesIn(folder)).toEqual([])
  })

  it('is taken over after kill -9 of its node, with all that was committed', async () => {
    const first = child(folder)
    const ready = await first.expect('ready')
    await query(ready.connectionString!, 'create table kept as select 1 as answer')
    const pid = await postmasterOf(folder)
    await first.kill()
    expect(await isAlive(pid)).toBe(true)

    const second = await start(folder)
    expect(second.takenOver).toBe(true)
    expect(await postmasterOf(folder)).toBe(pid)
    expect(await query(second.connectionString, 'select answer from kept')).toEqual([{ answer: 1 }])
    await second.stop()
    expect(await processesIn(folder)).toEqual([])
  })

  it('tells its node when it is killed, and recovers in the next start', async () => {
    const first = await start(folder)
    await query(first.connectionString, 'create table kept as select 2 as answer')
    process.kill(await postmasterOf(folder), 'SIGKILL')
    expect(await first.exited).toContain('ended unexpectedly')
    await first.stop()

    const second = await start(folder)
    expect(second.takenOver).toBe(false)
    expect(await query(second.connectionString, 'select answer from kept')).toEqual([{ answer: 2 }])
    await second.stop()
  })

  it('starts again while a statement of the killed server still runs', async () => {
    const first = await start(folder)
    const client = new pg.Client({ connectionString: first.connectionString })
    client.on('error', () => undefined)
    await client.connect()
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const endless = client.query('select count(*) from generate_series(1, 100000000000)').catch(() => undefined)
    const postmaster = await postmasterOf(folder)
    process.kill(postmaster, 'SIGKILL')
    await first.exited
    expect(await isAlive(rows[0]!.pid)).toBe(true)
    const second = start(folder)
    // What the end of its process does to a connection.
    ;(client as unknown as { connection: { stream: Socket } }).connection.stream.destroy()
    await endless
    await (await second).stop()
    expect(await processesIn(folder)).toEqual([])
  })

  it('stays held when one of its processes crashes', async () => {
    const lines: string[] = []
    let restarted!: () => void
    const regained = new Promise<void>(resolve => {
      restarted = resolve
    })
    const server = await startEmbeddedPostgres({
      dataDir: folder,
      log: line => {
        lines.push(line)
        if (line.includes('restarted its processes')) restarted()
      },
    })
    const [backend] = await query(
      server.connectionString,
      `select pid from pg_stat_activity where application_name like 'tidemark guard%'`,
    )
    process.kill(backend!.pid as number, 'SIGKILL')
    await regained
    const rival = child(folder)
    expect((await rival.expect('failed')).message).toContain(`in use by process ${process.pid}`)
    await server.stop()
    expect(await processesIn(folder)).toEqual([])
  })

  it('refuses a second start on the same folder and names the first', async () => {
    const first = child(folder)
    const { connectionString } = await first.expect('ready')
    await expect(start(folder)).rejects.toThrow(
      `DATA_DIR ${folder} is in use by process ${first.process.pid}: stop it, or use another DATA_DIR`,
    )
    expect(await query(connectionString!, 'select 1 as one')).toEqual([{ one: 1 }])
    await first.stop()
    expect(await processesIn(folder)).toEqual([])
  })

  it('lets exactly one of several simultaneous starts win, first starts too', async () => {
    for (const round of ['first start', 'later start']) {
      const rivals = [child(folder), child(folder), child(folder)]
      const outcomes = await Promise.all(rivals.map(rival => rival.next()))
      expect(outcomes.map(({ event }) => event).sort(), round).toEqual(['failed', 'failed', 'ready'])
      const winner = rivals[outcomes.findIndex(({ event }) => event === 'ready')]!
      for (const { message } of outcomes.filter(({ event }) => event === 'failed')) {
        expect(message).toBe(
          `DATA_DIR ${folder} is in use by process ${winner.process.pid}: stop it, or use another DATA_DIR`,
        )
      }
      await winner.stop()
      expect(await processesIn(folder)).toEqual([])
      expect(await readdir(folder)).toEqual(['postgres'])
    }
  })

  it('survives kill -9 of its node at any moment of the first start', async () => {
    for (const ms of [150, 300, 500, 700, 900, 1_100]) {
      const killed = child(folder)
      await Promise.race([new Promise(resolve => setTimeout(resolve, ms)), killed.next()])
      await killed.kill()
    }
    const server = await start(folder)
    expect(await query(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
    expect(await processesIn(folder)).toEqual([])
    expect(await readdir(folder)).toEqual(['postgres'])
  })

  it('goes on when the process group is interrupted, until it is stopped', async () => {
    const node = child(folder, { ownGroup: true })
    const { connectionString } = await node.expect('ready')
    process.kill(-node.process.pid!, 'SIGINT')
    await node.expect('interrupted')
    expect(await query(connectionString!, 'select 1 as one')).toEqual([{ one: 1 }])
    await node.stop()
    expect(await processesIn(folder)).toEqual([])
  })

  it('is not confused by a postmaster.pid whose number belongs to another program', async () => {
    const first = await start(folder)
    const pidFile = join(folder, 'postgres/data/postmaster.pid')
    const text = await readFile(pidFile, 'utf8')
    await first.stop()
    await writeFile(pidFile, text.replace(/^\d+/, String(process.pid)))
    const second = await start(folder)
    expect(second.takenOver).toBe(false)
    await second.stop()
  })

  it('is not confused by a copied folder whose original runs', async () => {
    const original = await start(join(folder, 'original'))
    await query(original.connectionString, 'checkpoint')
    await cp(join(folder, 'original'), join(folder, 'copy'), { recursive: true })
    const copy = await start(join(folder, 'copy'))
    expect(copy.takenOver).toBe(false)
    expect(copy.connectionString).not.toBe(original.connectionString)
    await copy.stop()
    expect(await query(original.connectionString, 'select 1 as one')).toEqual([{ one: 1 }])
    await original.stop()
  })

  it('names both versions when the cluster is of another one', async () => {
    await (await start(folder)).stop()
    await writeFile(join(folder, 'postgres/data/PG_VERSION'), '15\n')
    await expect(start(folder)).rejects.toThrow(/cluster of PostgreSQL 15, this is PostgreSQL 18\.\d/)
  })

  it('names DATA_DIR when it cannot be used', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(start(join(folder, 'file'))).rejects.toThrow(`DATA_DIR ${join(folder, 'file')} cannot be used`)
    await mkdir(join(folder, 'postgres'))
    await writeFile(join(folder, 'postgres/mine'), '')
    await expect(start(folder)).rejects.toThrow('holds no PostgreSQL cluster: move it away')
    expect((await readdir(folder)).sort()).toEqual(['file', 'postgres'])
  })

  it('ends with its node when it is a throw-away, stopped or killed', async () => {
    const stopped = child(join(folder, 'stopped'), { mode: 'throw-away' })
    await stopped.expect('ready')
    await stopped.stop()
    expect(await readdir(join(folder, 'stopped'))).toEqual([])

    const killed = child(join(folder, 'killed'), { mode: 'throw-away' })
    await killed.expect('ready')
    const pid = await postmasterOf(join(folder, 'killed'))
    await killed.kill()
    await untilGone(pid)
    await expect.poll(() => readdir(join(folder, 'killed')), { timeout: 20_000 }).toEqual([])
  })
})
