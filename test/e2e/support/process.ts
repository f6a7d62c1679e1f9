import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { ApiClient, DRAW_KEY, SECRET } from '../../support/client.js'
import { build, ROOT } from './build.js'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const LOG_LINES_MAX = 200

/** A server in a process of its own, as `npm start` runs it. */
export class NodeProcess {
  readonly ended: Promise<Ended>
  /** The end of its log. */
  readonly lines: string[] = []
  private readonly logEnded: Promise<unknown>
  private address = ''
  private errors = ''

  constructor(readonly child: ChildProcess) {
    this.ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
    this.logEnded = once(child, 'close')
    child.stderr!.on('data', data => {
      this.errors = `${this.errors}${data}`.slice(-4_000)
    })
  }

  /** `env` as a user would set it: DATABASE_URL, or DATA_DIR for the embedded database. */
  static async start(env: Record<string, string>): Promise<NodeProcess> {
    await build()
    const node = new NodeProcess(spawn(process.execPath, ['dist/main.js'], { cwd: ROOT, env: environment(env) }))
    await node.listening()
    return node
  }

  get url(): string {
    return this.address
  }

  get client(): ApiClient {
    return new ApiClient(this.address)
  }

  /** Resolves at the line of the log that says so. */
  async listening(): Promise<void> {
    const found = new Promise<string>(resolve => {
      createInterface({ input: this.child.stdout! }).on('line', line => {
        this.lines.push(line)
        if (this.lines.length > LOG_LINES_MAX) this.lines.shift()
        const match = /"msg":"listening on (http[^"]+)"/.exec(line)
        if (match !== null) resolve(match[1]!)
      })
    })
    const ended = this.ended.then(({ code, signal }) => {
      const last = this.lines.slice(-5).join('\n')
      throw new Error(`the server ended (${code ?? signal}) before it listened: ${this.errors}\n${last}`)
    })
    ended.catch(() => undefined)
    this.address = await Promise.race([found, ended])
  }

  /** Of the log, once nobody writes to it any more: npm may end before the server that it started. */
  async lastLine(): Promise<string> {
    await this.logEnded
    return this.lines.at(-1) ?? ''
  }

  /** kill -9, or what else. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Ended> {
    this.child.kill(signal)
    return this.ended
  }
}

/** Nothing of the test's own environment but what a process needs. */
export const environment = (env: Record<string, string>): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  PORT: '0',
  JWT_SECRET: SECRET,
  DRAW_KEY,
  LOG_LEVEL: 'info',
  ...env,
})
