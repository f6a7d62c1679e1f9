import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { AuditResolver } from './audit/audit.resolver.js'
import { AuditTrail } from './audit/audit-trail.js'
import { CampaignConnectionResolver, CampaignResolver } from './campaigns/campaign.resolver.js'
import { CampaignToolsResolver } from './campaigns/campaign-tools.resolver.js'
import { ExplainTrigger } from './campaigns/explain-trigger.js'
import { ImportCampaigns } from './campaigns/import-campaigns.js'
import { PREVIEW_LIMITS, PreviewCampaign } from './campaigns/preview-campaign.js'
import { SaveCampaign } from './campaigns/save-campaign.js'
import { TriggerResolver } from './campaigns/trigger.resolver.js'
import type { Config } from './config.js'
import { SecretBox } from './draws/draw-key.js'
import { InstantWinResolver } from './draws/instant-win.resolver.js'
import { ReadProof } from './draws/read-proof.js'
import { EventResolver, StreamHealthResolver } from './events/event.resolver.js'
import { findEvent } from './events/event.store.js'
import { IngestEvents } from './events/ingest-events.js'
import { StreamMonitor } from './events/stream-monitor.js'
import { FeedResolver } from './feed/feed.resolver.js'
import { makeVerifier } from './graphql/auth.js'
import { makeSchema } from './graphql/schema.js'
import { mountGraphql } from './graphql/server.js'
import { registerConsole } from './http/console.js'
import { registerDrawProof } from './http/draw-proof.js'
import { registerEvents } from './http/events.js'
import { registerPnlExport } from './http/export-pnl.js'
import { registerHealth } from './http/health.js'
import { type Metrics, makeMetrics, registerMetrics } from './http/metrics.js'
import { buildHttp, closeHttp } from './http/server.js'
import { Scheduler } from './jobs/scheduler.js'
import { type Clock, SECOND_MS } from './kernel/time.js'
import { Ingest } from './pipeline/ingest.js'
import { PlayerResolver } from './players/player.resolver.js'
import { SuppressPlayer } from './players/suppress-player.js'
import { SuppressionResolver } from './players/suppression.resolver.js'
import { suppressedAmong } from './players/suppression.store.js'
import { ExportPnl } from './pnl/export-pnl.js'
import { makeDrawing } from './server-drawing.js'
import { DRAW_RESOLVERS, makeDraws } from './server-draws.js'
import { openEffects } from './server-effects.js'
import { type IngestParts, makeIngest } from './server-ingest.js'
import { makeInstantWins } from './server-instant-wins.js'
import { makePnl, PNL_RESOLVERS } from './server-pnl.js'
import { openStorage } from './server-storage.js'
import type { Database } from './storage/database.js'
import type { Engine } from './storage/engine.js'
import { VERSION } from './version.js'
import { BackfillVipPolicy } from './vip/backfill-vip-policy.js'
import { PlayerVipResolver } from './vip/player-vip.resolver.js'
import { SaveVipPolicy } from './vip/save-vip-policy.js'
import { VipResolver } from './vip/vip.resolver.js'
import { vipBackfillJob } from './vip/vip-backfill.job.js'
import { WebhookResolver } from './webhooks/webhook.resolver.js'
import { webhookRetentionJob } from './webhooks/webhook-retention.job.js'

export interface ServerOptions {
  /** With DATABASE_URL and the JWT settings filled in. */
  readonly config: Config
  readonly databaseUrl: string
  readonly drawKey: Uint8Array
  readonly log: Logger
  readonly clock?: Clock
}

export interface RunningServer {
  readonly url: string
  readonly engine: Engine
  readonly db: Database
  /** Takes nothing new, commits what it has taken, closes. */
  stop(): Promise<void>
}

const DRAIN_MS = 25 * SECOND_MS
const METRICS_EVERY_MS = SECOND_MS

export const RESOLVERS = [
  AuditResolver,
  CampaignResolver,
  CampaignConnectionResolver,
  CampaignToolsResolver,
  TriggerResolver,
  EventResolver,
  StreamHealthResolver,
  FeedResolver,
  PlayerResolver,
  PlayerVipResolver,
  SuppressionResolver,
  VipResolver,
  WebhookResolver,
  InstantWinResolver,
  ...DRAW_RESOLVERS,
  ...PNL_RESOLVERS,
] as const

/** The composition root: one node, everything wired, listening. */
export async function startServer({
  config,
  databaseUrl,
  drawKey,
  log,
  clock = Date.now,
}: ServerOptions): Promise<RunningServer> {
  const secrets = new SecretBox(drawKey)
  const metrics = makeMetrics()
  const { reads, writes, outbound, drawing, exporting, engine, applied } = await openStorage(
    config,
    databaseUrl,
    secrets,
    log,
    clock,
  )
  log.info({ engine: engine.name, migrations: applied }, `storage is ${engine.description}`)

  const audit = new AuditTrail(clock)
  const { feed, webhooks, listener } = await openEffects({
    config,
    databaseUrl,
    reads,
    outbound,
    audit,
    metrics,
    log,
    clock,
  })
  const saveCampaign = new SaveCampaign(reads, audit, clock)
  const ingest = makeIngest({
    config,
    saveCampaign,
    reads,
    writes,
    engine,
    feed,
    onGames: games => pnl.onCommitted(games),
    metrics,
    log,
    clock,
  })
  const monitor = new StreamMonitor(
    reads,
    now => ingest.lagMs(now),
    config.streams,
    clock,
    error => log.warn({ err: error }, 'the streams could not be read'),
  )
  monitor.start()
  const backfill = new BackfillVipPolicy(reads, feed, monitor.slowestWatermark, suppressedAmong, clock)
  const makingDraws = makeDrawing({
    reads,
    drawing,
    feed,
    audit,
    drawKey,
    monitor,
    settled: () => ingest.settled(),
    metrics,
    log,
    clock,
  })
  const pnl = makePnl({ config, reads, audit, metrics, log, clock })
  const scheduler = new Scheduler(reads, (job, error) =>
    log.warn({ err: error, job }, 'a job failed, and will run again'),
  )
  scheduler.start([
    ...engine.upkeep,
    vipBackfillJob(reads, backfill),
    webhookRetentionJob(reads, clock),
    makingDraws.job,
    ...pnl.jobs,
  ])
  webhooks.start()

  const settings = {
    aheadMs: config.ingest.aheadMs,
    retentionMs: config.storage.retentionMs,
    baseCurrency: config.baseCurrency,
  }
  const proofs = new ReadProof(reads, secrets, clock)
  const draws = makeDraws({
    config,
    reads,
    feed,
    audit,
    secrets,
    drawing: makingDraws,
    proofs,
    streams: () => monitor.progress(),
    log,
    clock,
  })
  const instances = new Map<unknown, unknown>([
    [AuditResolver, new AuditResolver(reads)],
    [EventResolver, new EventResolver(reads, new IngestEvents(ingest, settings, clock, randomUUID))],
    [StreamHealthResolver, new StreamHealthResolver(monitor, engine.name, config.streams.laggingMs, clock)],
    [CampaignResolver, new CampaignResolver(reads, saveCampaign)],
    [CampaignConnectionResolver, new CampaignConnectionResolver(reads)],
    [CampaignToolsResolver, campaignTools({ config, reads, saveCampaign, clock })],
    [TriggerResolver, new TriggerResolver(reads, feed)],
    [FeedResolver, new FeedResolver(feed)],
    [PlayerResolver, new PlayerResolver(reads, clock)],
    [PlayerVipResolver, new PlayerVipResolver(reads, feed)],
    [SuppressionResolver, new SuppressionResolver(reads, new SuppressPlayer(reads, audit, clock), clock)],
    [VipResolver, new VipResolver(reads, feed, new SaveVipPolicy(reads, backfill, audit, clock))],
    [WebhookResolver, new WebhookResolver(reads, webhooks)],
    [InstantWinResolver, makeInstantWins({ reads, secrets, audit, clock })],
    ...draws.instances,
    ...pnl.instances,
  ])
  const schema = await makeSchema([...RESOLVERS], { get: kind => instances.get(kind) })
  const verifier = makeVerifier(config.jwt, clock)
  const app = buildHttp({ log })
  let draining = false
  registerHealth(app, { engine: () => engine.name, version: VERSION, ready: () => notReady(reads, draining) })
  registerMetrics(app, metrics)
  await registerConsole(app, config.console)
  registerDrawProof(app, proofs)
  registerPnlExport(app, new ExportPnl(exporting, reads), verifier)
  registerEvents(app, { port: ingest, verifier, settings, limits: config.ingest, clock, newId: randomUUID })
  await mountGraphql(app, {
    schema,
    services: { feed, walletWatch: draws.walletWatch, gameWatch: pnl.gameWatch },
    config,
    verifier,
    log,
    clock,
    onSubscriptions: metrics.setSubscribers,
  })
  const sampling = setInterval(() => sample(metrics, ingest, clock), METRICS_EVERY_MS)
  const url = await listen(app, config)
  log.info({ url, engine: engine.name }, `listening on ${url}`)

  const stop = async () => {
    draining = true
    log.info('draining')
    await closeHttp(app, DRAIN_MS)
    await ingest.drain()
    clearInterval(sampling)
    monitor.stop()
    feed.close()
    await draws.walletWatch.stop()
    await webhooks.stop()
    await pnl.stop()
    await scheduler.stop()
    await makingDraws.advance.stop()
    await listener.close()
    await Promise.all([reads, writes, outbound, drawing, exporting].map(pool => pool.close()))
    log.info('stopped')
  }
  return { url, engine, db: reads, stop }
}

function campaignTools({
  config,
  reads,
  saveCampaign,
  clock,
}: Pick<IngestParts, 'config' | 'reads' | 'saveCampaign' | 'clock'>) {
  // Half of the pool at most, so that previews leave connections to everybody else.
  const atOnceMax = Math.min(PREVIEW_LIMITS.atOnceMax, Math.floor(config.storage.poolMax / 2))
  return new CampaignToolsResolver(
    new PreviewCampaign(reads, clock, { ...PREVIEW_LIMITS, atOnceMax }),
    new ExplainTrigger(reads, address => findEvent(reads, address)),
    new ImportCampaigns(saveCampaign),
  )
}

async function notReady(db: Database, draining: boolean): Promise<string[]> {
  if (draining) return ['draining']
  const reachable = await db.rows('/* ready */ SELECT 1').then(
    () => true,
    () => false,
  )
  return reachable ? [] : ['the database is not reachable']
}

function sample(metrics: Metrics, ingest: Ingest, clock: Clock): void {
  metrics.setQueueDepth(ingest.depth)
  metrics.setLag(Math.max(0, ...ingest.lagMs(clock()).values()))
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<string> {
  await app.listen({ host, port })
  const address = app.server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${name}:${address.port}`
}
