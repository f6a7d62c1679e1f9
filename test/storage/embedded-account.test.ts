import { execFile, spawn } from 'node:child_process'
import { chmod, chown, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chooseLauncher } from '../../src/storage/embedded/account.js'
import { startEmbeddedPostgres } from '../../src/storage/embedded/embedded-postgres.js'
import { restoreLibraryLinks } from '../../src/storage/embedded/installation.js'
import { readPidFile } from '../../src/storage/embedded/postmaster-pid.js'
import {
  Child,
  clearFolder,
  compileChild,
  copyWithoutLinks,
  processesIn,
  query,
  startChild,
  testFolder,
} from './embedded-fixture.js'

/** Without a name in the system, which is the harder case. */
const ORDINARY_USER = 23_456
const isRoot = process.getuid?.() === 0
if (!isRoot) console.log('not root: what root and other users see of the embedded PostgreSQL is not tested')

let build: string
let script: string
let folder: string
let child: Child | undefined

beforeAll(async () => {
  build = await testFolder()
  await chmod(build, 0o755)
  script = await compileChild(join(build, 'build'))
})
afterAll(() => clearFolder(build))
beforeEach(async () => {
  folder = await testFolder()
})
afterEach(async () => {
  await child?.kill()
  child = undefined
  await clearFolder(folder)
})

const start = (dataDir: string) => startEmbeddedPostgres({ dataDir, log: () => undefined })

const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
const native = join(dirname(fileURLToPath(import.meta.resolve(`@embedded-postgres/${platform}`))), '../native')

describe('binaries of the embedded PostgreSQL', () => {
  it.skipIf(process.platform === 'win32')('run again once missing library links are restored', async () => {
    const copy = join(folder, 'native')
    await copyWithoutLinks(native, copy)
    const version = () => promisify(execFile)(join(copy, 'bin/postgres'), ['--version'])
    if (process.platform === 'linux') await expect(version()).rejects.toThrow('shared libraries')
    await Promise.all([restoreLibraryLinks(copy), restoreLibraryLinks(copy)])
    expect((await version()).stdout).toContain('PostgreSQL')
    expect((await promisify(execFile)(join(copy, 'bin/initdb'), ['--version'])).stdout).toContain('PostgreSQL')
  })

  it.runIf(isRoot)(
    'run for root from a checkout in a closed folder, with one right more than others have',
    async () => {
      await chmod(folder, 0o700)
      const checkout = join(folder, 'checkout')
      const dataDir = join(checkout, 'data')
      child = startChild(await compileChild(checkout, { installed: true }), dataDir)
      const { connectionString } = await child.expect('ready')
      const pid = (await readPidFile(join(dataDir, 'postgres/data')))!.pid
      const status = await readFile(`/proc/${pid}/status`, 'utf8')
      expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m)
      expect(status).toMatch(/^CapEff:\t0000000000000002$/m)
      expect(await query(connectionString!, 'select 1 as one')).toEqual([{ one: 1 }])
      await child.stop()
      expect(await processesIn(folder)).toEqual([])
    },
  )

  it.skipIf(isRoot)('tell what to do when links are missing and cannot be made', async () => {
    const copy = join(folder, 'native')
    await copyWithoutLinks(native, copy)
    await chmod(join(copy, 'lib'), 0o555)
    await expect(restoreLibraryLinks(copy)).rejects.toThrow('run npm rebuild')
    await chmod(join(copy, 'lib'), 0o755)
  })
})

describe.runIf(isRoot)('embedded PostgreSQL and accounts', () => {
  it('works for root below a closed folder, also when it is taken over', async () => {
    await chmod(folder, 0o700)
    const dataDir = join(folder, 'home/data')
    child = startChild(script, dataDir)
    await child.expect('ready')
    await child.kill()
    const server = await start(dataDir)
    expect(server.takenOver).toBe(true)
    await server.stop()
    const again = await start(dataDir)
    expect(await query(again.connectionString, 'select 1 as one')).toEqual([{ one: 1 }])
    await again.stop()
    expect(await processesIn(folder)).toEqual([])
  })

  it('needs no more rights than an ordinary account where folders are open', async () => {
    await chmod(folder, 0o755)
    const dataDir = join(folder, 'data')
    await mkdir(dataDir)
    const launcher = await chooseLauncher({ dataDir, home: join(dataDir, 'postgres'), files: [] })
    expect(launcher.invoke('postgres', []).file).toBe('postgres')
  })

  it('works for an ordinary user, then root, then the user again', async () => {
    await chown(folder, ORDINARY_USER, ORDINARY_USER)
    child = startChild(script, folder, { uid: ORDINARY_USER })
    const first = await child.expect('ready')
    await query(first.connectionString!, 'create table kept as select 3 as answer')
    await child.stop()

    const asRoot = await start(folder)
    expect(await query(asRoot.connectionString, 'select answer from kept')).toEqual([{ answer: 3 }])
    await asRoot.stop()
    expect((await stat(join(folder, 'postgres'))).uid).toBe(ORDINARY_USER)

    child = startChild(script, folder, { uid: ORDINARY_USER })
    const again = await child.expect('ready')
    expect(await query(again.connectionString!, 'select answer from kept')).toEqual([{ answer: 3 }])
    await child.stop()
    expect(await processesIn(folder)).toEqual([])
  })

  it('works for root in a closed folder of an ordinary user', async () => {
    await chmod(folder, 0o700)
    await chown(folder, ORDINARY_USER, ORDINARY_USER)
    await (await start(folder)).stop()
    child = startChild(script, folder, { uid: ORDINARY_USER })
    await child.expect('ready')
    await child.stop()
  })

  it('works for the root of a container without other users', async () => {
    child = new Child(spawn('unshare', ['--user', '--map-root-user', process.execPath, script, folder], { cwd: '/' }))
    await child.expect('ready')
    await child.stop()
    const server = await start(folder)
    await server.stop()
    expect(await processesIn(folder)).toEqual([])
  })

  it('takes files that were given to root', async () => {
    await (await start(folder)).stop()
    const home = join(folder, 'postgres')
    await chown(home, 0, 0)
    for (const entry of await readdir(home, { recursive: true })) await chown(join(home, entry), 0, 0)
    const server = await start(folder)
    expect(await query(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
  })

  it('tells an ordinary user whose cluster it is not, or who may not write', async () => {
    await chmod(folder, 0o755)
    child = startChild(script, folder, { uid: ORDINARY_USER })
    expect((await child.expect('failed')).message).toContain(`DATA_DIR ${folder} cannot be written`)
    await (await start(folder)).stop()
    await rm(join(folder, 'postgres/server.log'))
    child = startChild(script, folder, { uid: ORDINARY_USER })
    expect((await child.expect('failed')).message).toContain('start as the user who made it or as root')
  })
})
