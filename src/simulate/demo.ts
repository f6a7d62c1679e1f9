import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, ConfigError, environmentWith, readConfig } from '../config.js'
import { DRAW_KEY_BYTES } from '../draws/draw-key.js'
import { makeLog } from '../http/log.js'
import { SECOND_MS } from '../kernel/time.js'
import { type RunningServer, startServer } from '../server.js'
import { EmbeddedPostgresError } from '../storage/embedded/embedded-error.js'
import { startEmbeddedPostgres } from '../storage/embedded/embedded-postgres.js'
import { Api } from './api.js'
import { Cleanup } from './cleanup.js'
import { DemoCrm } from './demo/crm.js'
import { madeLine, milestoneLine, openedLine, prizeLine } from './demo/draw-lines.js'
import { DemoDraws, type OpenedDraw, roundOf } from './demo/draws.js'
import { printGuide } from './demo/guide.js'
import { LineBudget } from './demo/line-budget.js'
import { STATUS_QUERY, type Status, statusLine, triggerLine, vipLine } from './demo/lines.js'
import { LiveTraffic } from './demo/live-traffic.js'
import { PnlLines, pnlLine } from './demo/pnl-lines.js'
import { DemoError, ensurePortFree } from './demo/port.js'
import { loadSamples } from './demo/samples.js'
import { Terminal } from './demo/terminal.js'
import { mintTokens, SUPPRESSED_PLAYER } from './demo/tokens.js'
import { type SeenAward, watch, watchGames } from './demo/watch.js'
import { readSeeds } from './seeds.js'
import { stopOnSignals } from './stop-signals.js'

const STATUS_EVERY_MS = 5 * SECOND_MS
const CONNECTIONS = 16
/** Of triggers, in each span of the status line; the rest is counted there. */
const TRIGGER_LINES = 6
const MILESTONE_LINES = 3
const PRIZE_LINES = 10
const PNL_LINES = 1

/** What of the demo ends by itself, which it never should. */
class Lost {
  readonly reason: Promise<never>
  report!: (error: Error) => void

  constructor() {
    this.reason = new Promise((_, reject) => {
      this.report = reject
    })
    this.reason.catch(() => undefined)
  }
}

/** `npm run demo`: everything on this machine, for as long as somebody looks, and nothing left of it afterwards. */
async function main(): Promise<void> {
  const terminal = new Terminal(process.stdout)
  const cleanup = new Cleanup()
  const signal = stopOnSignals(() => terminal.line('stopping; once more to leave at once'))
  // Whoever read our lines has gone; later lines fail as well, and nobody minds.
  process.stdout.once('error', () => process.kill(process.pid, 'SIGTERM'))
  process.stdout.on('error', () => undefined)
  try {
    await run(terminal, cleanup, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    await cleanup.run()
  }
  terminal.line('stopped, nothing is left of it')
}

async function run(terminal: Terminal, cleanup: Cleanup, signal: AbortSignal): Promise<void> {
  const config = demoConfig()
  await ensurePortFree(config.host, config.port)
  if (config.databaseUrl !== undefined) terminal.line('DATABASE_URL is left alone: the demo has a database of its own')
  terminal.line('starting PostgreSQL in a folder that is thrown away ...')
  const lost = new Lost()
  const server = await start(config, cleanup, signal, lost)
  const tokens = await mintTokens(config.jwt.secret!, config.jwt.issuer, config.jwt.audience)
  const tokenOf = (role: string) => tokens.find(token => token.role === role)!.token
  const api = new Api(server.url, `Bearer ${tokenOf('admin')}`, CONNECTIONS, new AbortController().signal)
  cleanup.add(async () => api.close())
  const crm = new DemoCrm()
  cleanup.add(() => crm.stop())
  await crm.start(api)
  const samples = await loadSamples(api, Date.now())
  signal.throwIfAborted()
  const firstDraw = roundOf(readSeeds().draws[0]!, 1)
  printGuide(terminal, { url: server.url, engine: server.engine.description, tokens, firstDraw })
  const { policies, campaigns, events } = samples
  terminal.line(terminal.dim(`${policies} policies, ${campaigns} campaigns and ${events} events of seeds/ are loaded.`))
  await suppressOne(terminal, api)
  terminal.line(terminal.dim('Players are at it, live:'))
  const subscriber = { url: server.url, token: tokenOf('crm') }
  await showLive({ terminal, api, crm, cleanup, lost }, subscriber, tokenOf('analyst'))
  const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()))
  if (!signal.aborted) await Promise.race([aborted, lost.reason])
}

const demoConfig = (): Config & { readonly jwt: { readonly secret: string | undefined } } => {
  const config = readConfig({ LOG_LEVEL: 'warn', ...environmentWith({ INTROSPECTION: 'true' }) })
  const secret = config.jwt.secret ?? randomBytes(32).toString('hex')
  // Its own CRM listens on this machine.
  const webhooks = { ...config.webhooks, allowPrivate: true }
  return { ...config, webhooks, jwt: { ...config.jwt, secret, jwksUrl: undefined } }
}

async function start(config: Config, cleanup: Cleanup, signal: AbortSignal, lost: Lost): Promise<RunningServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidemark-demo-'))
  cleanup.add(() => rm(dataDir, { recursive: true, force: true }))
  const log = makeLog(config.logLevel)
  const embedded = await startEmbeddedPostgres({ dataDir, log: line => log.info(line), throwAway: true })
  cleanup.add(() => embedded.stop())
  void embedded.exited.then(reason => lost.report(new DemoError(`the embedded PostgreSQL is gone: ${reason}`)))
  signal.throwIfAborted()
  const drawKey = config.drawKey ?? randomBytes(DRAW_KEY_BYTES)
  const server = await startServer({ config, databaseUrl: embedded.connectionString, drawKey, log })
  cleanup.add(() => server.stop())
  signal.throwIfAborted()
  return server
}

/** A whale who is never sent anything. */
async function suppressOne(terminal: Terminal, api: Api): Promise<void> {
  const mutation = 'mutation ($id: ID!, $reason: String!) { suppressPlayer(playerId: $id, reason: $reason) { id } }'
  await api.graphql(mutation, { id: SUPPRESSED_PLAYER, reason: 'self-exclusion (demo)' })
  terminal.line(terminal.dim(`${SUPPRESSED_PLAYER} is suppressed: plays, and no VIP entry, trigger or prize goes out.`))
}

interface Live {
  readonly terminal: Terminal
  readonly api: Api
  readonly crm: DemoCrm
  readonly cleanup: Cleanup
  readonly lost: Lost
}

async function showLive(
  { terminal, api, crm, cleanup, lost }: Live,
  subscriber: { readonly url: string; readonly token: string },
  analystToken: string,
): Promise<void> {
  const traffic = new LiveTraffic(api, Date.now, lost.report)
  cleanup.add(() => traffic.stop())
  await traffic.warmUp()
  const { feedCursor } = await api.graphql<{ feedCursor: string }>('{ feedCursor }')
  const budgetOf = (lines: number) => new LineBudget(lines, STATUS_EVERY_MS, Date.now)
  const budget = budgetOf(TRIGGER_LINES)
  const milestones = budgetOf(MILESTONE_LINES)
  const prizes = budgetOf(PRIZE_LINES)
  let shown = Promise.resolve()
  const showAward = async (award: SeenAward) => {
    if (award.position === 1) terminal.line(await madeLine(terminal, api, award.drawId, Date.now()))
    if (prizes.allows()) terminal.line(prizeLine(terminal, award, Date.now()))
  }
  const unwatch = watch({
    ...subscriber,
    after: feedCursor,
    onVip: (vip, at) => terminal.line(vipLine(terminal, vip, Date.now(), traffic.sinceSentMs(vip.crossingEventId, at))),
    onTrigger: (trigger, at) => {
      const tookMs = traffic.sinceSentMs(trigger.event.eventId, at)
      if (budget.allows()) terminal.line(triggerLine(terminal, trigger, Date.now(), tookMs))
    },
    onMilestone: milestone => {
      if (milestones.allows()) terminal.line(milestoneLine(terminal, milestone, Date.now()))
    },
    onAward: award => {
      // The lines of a draw stay in order.
      if (award.outcome === 'PRIZE') shown = shown.then(() => showAward(award)).catch(lost.report)
    },
    onLost: lost.report,
  })
  cleanup.add(unwatch)
  const pnlLines = new PnlLines(budgetOf(PNL_LINES))
  const unwatchGames = watchGames({
    url: subscriber.url,
    token: analystToken,
    onGame: game => {
      if (pnlLines.shows(game)) terminal.line(pnlLine(terminal, game, Date.now()))
    },
    onLost: lost.report,
  })
  cleanup.add(unwatchGames)
  const onOpened = (draw: OpenedDraw) => terminal.line(openedLine(terminal, draw, Date.now()))
  const draws = new DemoDraws(api, readSeeds().draws, Date.now, onOpened, lost.report)
  cleanup.add(async () => draws.stop())
  await draws.open()
  traffic.start()
  const showStatus = async () => {
    terminal.line(statusLine(terminal, await api.graphql<Status>(STATUS_QUERY), crm, Date.now()))
  }
  const status = setInterval(() => void showStatus().catch(lost.report), STATUS_EVERY_MS)
  cleanup.add(async () => clearInterval(status))
}

main().then(
  () => process.exit(0),
  error => {
    const expected = [ConfigError, DemoError, EmbeddedPostgresError].some(kind => error instanceof kind)
    process.stderr.write(`${expected ? error.message : ((error as Error)?.stack ?? error)}\n`)
    process.exit(1)
  },
)
