import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import type { Audit } from './audit/audit.js'
import type { Config } from './config.js'
import { AwardResolver } from './draws/award.resolver.js'
import { CreateDraw } from './draws/create-draw.js'
import { DrawResolver } from './draws/draw.resolver.js'
import type { SecretBox } from './draws/draw-key.js'
import { ExecuteDrawResolver } from './draws/execute-draw.resolver.js'
import { MilestoneResolver } from './draws/milestone.resolver.js'
import { replayMilestones } from './draws/milestone.store.js'
import { ProofResolver } from './draws/proof.resolver.js'
import type { ReadProof } from './draws/read-proof.js'
import { ReadWallets } from './draws/read-wallets.js'
import { TakePart } from './draws/take-part.js'
import { MILESTONE_TOPIC } from './draws/ticket-milestone.js'
import { WalletResolver } from './draws/wallet.resolver.js'
import { WalletWatch } from './draws/wallet-watch.js'
import { readStages } from './draws/wallet-watch.store.js'
import type { StreamProgress } from './events/stream.js'
import type { Feed } from './feed/feed.js'
import type { Clock } from './kernel/time.js'
import { suppressedAmong } from './players/suppression.store.js'
import type { makeDrawing } from './server-drawing.js'
import type { Database } from './storage/database.js'

export interface DrawParts {
  readonly config: Config
  readonly reads: Database
  readonly feed: Feed
  readonly audit: Audit
  readonly secrets: SecretBox
  readonly drawing: ReturnType<typeof makeDrawing>
  readonly proofs: ReadProof
  readonly streams: () => Promise<readonly StreamProgress[]>
  readonly log: Logger
  readonly clock: Clock
}

export const DRAW_RESOLVERS = [
  DrawResolver,
  ExecuteDrawResolver,
  WalletResolver,
  MilestoneResolver,
  AwardResolver,
  ProofResolver,
] as const

/** What the API has of prize draws. */
export function makeDraws(parts: DrawParts) {
  const { config, reads, feed, audit, secrets, drawing, log, clock } = parts
  const wallets = new ReadWallets(reads, secrets)
  const walletWatch = new WalletWatch({
    wallets,
    stagesOf: drawIds => readStages(reads, drawIds),
    everyMs: config.draws.walletEveryMs,
    clock,
    onError: error => log.warn({ err: error }, 'watched wallets could not be read, and will be again'),
  })
  const creating = new CreateDraw(reads, audit, secrets, randomBytes, clock)
  const instances = [
    [DrawResolver, new DrawResolver(reads, creating, drawing.advance, parts.streams, clock)],
    [ExecuteDrawResolver, new ExecuteDrawResolver(drawing.executing, drawing.providing, clock)],
    [WalletResolver, new WalletResolver(wallets, new TakePart(reads, feed, audit, suppressedAmong, clock))],
    [MilestoneResolver, new MilestoneResolver(feed)],
    [AwardResolver, new AwardResolver(reads, wallets, feed)],
    [ProofResolver, new ProofResolver(reads, parts.proofs)],
  ] as const
  return { instances, walletWatch }
}

/** Before the feed starts. */
export function registerDrawTopics(feed: Feed, reads: Database): void {
  feed.registerTopic(MILESTONE_TOPIC, async (after, upTo, limit) =>
    (await replayMilestones(reads, after, upTo, limit)).map(milestone => ({
      id: milestone.feedId,
      topic: MILESTONE_TOPIC,
      payload: milestone,
    })),
  )
}
