import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { environmentWith } from '../../config.js'
import { SECOND_MS } from '../../kernel/time.js'

export interface ServerProcess {
  readonly url: string
  /** A sample of a metric that has no labels. */
  metrics(): Promise<ReadonlyMap<string, number>>
  stop(): Promise<void>
}

const START_WITHIN_MS = 60 * SECOND_MS
const STOP_WITHIN_MS = 40 * SECOND_MS
/** As pino numbers its levels. */
const WARNING = 40
/** As in package.json's start. */
const NODE_ENV = 'production'
const NODE_FLAGS = ['--max-semi-space-size=64', '--heap-growing-percent=80']
const MAIN = fileURLToPath(new URL('../../main.js', import.meta.url))

/** The server as `npm start` runs it, in a process of its own, on a port of its own. */
export async function startServerProcess(settings: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const env = environmentWith({ NODE_ENV, ...settings, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'info' })
  const child = spawn(process.execPath, [...NODE_FLAGS, MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const stop = () => stopProcess(child)
  try {
    const url = await addressOf(child)
    return { url, stop, metrics: () => readMetrics(url) }
  } catch (error) {
    await stop()
    throw error
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  let late: NodeJS.Timeout | undefined
  try {
    return await new Promise<string>((resolve, reject) => {
      late = setTimeout(() => reject(new Error(`the server did not start in ${START_WITHIN_MS} ms`)), START_WITHIN_MS)
      child.once('error', reject)
      child.once('exit', code => reject(new Error(`the server ended with code ${code} before it listened`)))
      readLog(child, resolve)
    })
  } finally {
    clearTimeout(late)
  }
}

/** Reads the log to its end, so that the server never waits for its reader; warnings are shown. */
function readLog(child: ChildProcess, onAddress: (url: string) => void): void {
  createInterface({ input: child.stdout! }).on('line', line => {
    const entry = JSON.parse(line) as { level: number; url?: string }
    if (entry.level >= WARNING) process.stderr.write(`server: ${line.slice(0, 1_000)}\n`)
    if (entry.url !== undefined) onAddress(entry.url)
  })
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
  await exited
  clearTimeout(late)
}

async function readMetrics(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const samples = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(
    samples.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}
