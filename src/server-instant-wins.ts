import { randomBytes } from 'node:crypto'
import type { Audit } from './audit/audit.js'
import { CreateInstantWin } from './draws/create-instant-win.js'
import type { SecretBox } from './draws/draw-key.js'
import { InstantWinResolver } from './draws/instant-win.resolver.js'
import { InstantWinOrders } from './draws/instant-win-orders.js'
import { PlayInstantWin } from './draws/play-instant-win.js'
import type { Clock } from './kernel/time.js'
import { suppressedAmong } from './players/suppression.store.js'
import type { Database } from './storage/database.js'

export interface InstantWinParts {
  readonly reads: Database
  readonly secrets: SecretBox
  readonly audit: Audit
  readonly clock: Clock
}

export function makeInstantWins({ reads, secrets, audit, clock }: InstantWinParts): InstantWinResolver {
  const playing = new PlayInstantWin(reads, new InstantWinOrders(reads, secrets), suppressedAmong, clock)
  const creating = new CreateInstantWin(reads, secrets, audit, clock, randomBytes)
  return new InstantWinResolver(reads, creating, playing, secrets, clock)
}
