import { AppError } from '../kernel/errors.js'
import type { Database } from '../storage/database.js'
import type { AwardsOf } from './award.store.js'
import { findDraw, findDraws, readSecrets } from './draw.store.js'
import { entryIdOf } from './draw-entries.js'
import type { SecretBox } from './draw-key.js'
import { pseudonymKeyLabel, type StoredDraw, seedLabel } from './stored-draw.js'
import { type PublicTicket, publicTicket, type Ticket, TicketValues } from './ticket-value.js'
import { type Wallet, type WalletKey, walletOf } from './wallet.js'
import { readHoldings } from './wallet.store.js'

const DRAWS_REMEMBERED = 1_000
const ENTRIES_REMEMBERED = 1_000
/** Values computed before others have a moment: about 4 ms. */
const TICKETS_A_STEP = 5_000

/** Players' parts in draws, under their names in the proofs. */
export class ReadWallets {
  private readonly pseudonymKeys = new Map<string, Buffer>()
  /** Of entries that were asked for lately: an entry of a million tickets takes a second. */
  private readonly best = new Map<string, Promise<PublicTicket[]>>()

  constructor(
    private readonly db: Database,
    private readonly box: SecretBox,
  ) {}

  /** Empty for a player who has no part in it. Throws NOT_FOUND where there is no such draw. */
  async one(drawId: string, playerId: string): Promise<Wallet> {
    const draw = await findDraw(this.db, drawId)
    if (draw === null) throw new AppError('NOT_FOUND', `there is no draw ${drawId}`)
    const [holding] = await readHoldings(this.db, [{ draw, playerId }])
    return walletOf(draw, playerId, await this.entryId(draw, playerId), holding!)
  }

  /** Those of draws that exist, in the order asked. */
  async watched(keys: readonly WalletKey[]): Promise<Wallet[]> {
    const ids = [...new Set(keys.map(key => key.drawId))]
    const draws = new Map((await findDraws(this.db, ids)).map(draw => [draw.id, draw]))
    const there = keys.flatMap(({ drawId, playerId }) => {
      const draw = draws.get(drawId)
      return draw === undefined ? [] : [{ draw, playerId }]
    })
    const holdings = await readHoldings(this.db, there)
    return Promise.all(
      there.map(async ({ draw, playerId }, i) =>
        walletOf(draw, playerId, await this.entryId(draw, playerId), holdings[i]!),
      ),
    )
  }

  /** The `winsPerPlayer` highest; none before the draw has been made, and of tickets that were not drawn. */
  async bestTickets(wallet: Wallet): Promise<PublicTicket[]> {
    const draw = wallet.excluded ? null : await findDraw(this.db, wallet.drawId)
    return draw?.status === 'DRAWN' ? this.drawnOf(draw, wallet) : []
  }

  /** By what a player's awards are found, also while they are being made. Throws NOT_FOUND where there is no such draw. */
  async awardsOf(drawId: string, playerId: string): Promise<AwardsOf> {
    const draw = await findDraw(this.db, drawId)
    if (draw?.awardedUpTo === 0) return { playerId, values: [] }
    const wallet = await this.one(drawId, playerId)
    const drawn = wallet.excluded ? [] : await this.drawnOf(draw!, wallet)
    return { playerId, values: drawn.map(ticket => ticket.value) }
  }

  private drawnOf(draw: StoredDraw, { entryId, tickets }: Wallet): Promise<PublicTicket[]> {
    let best = this.best.get(entryId)
    if (best === undefined) {
      best = this.computeBest(draw, entryId, tickets)
      if (this.best.size >= ENTRIES_REMEMBERED) this.best.clear()
      this.best.set(entryId, best)
      best.catch(() => this.best.delete(entryId))
    }
    return best
  }

  private async computeBest(draw: StoredDraw, entryId: string, tickets: number): Promise<PublicTicket[]> {
    const { sealedSeed } = await readSecrets(this.db, draw.id)
    const values = new TicketValues(this.box.open(sealedSeed, seedLabel(draw.id)), draw.id, draw.entropy ?? '')
    let best: Ticket[] = []
    for (let from = 1; from <= tickets; from += TICKETS_A_STEP) {
      const upTo = Math.min(tickets, from + TICKETS_A_STEP - 1)
      best = [...best, ...values.best(entryId, upTo, draw.winsPerPlayer, from)]
        .sort((a, b) => (a.bytes < b.bytes ? 1 : a.bytes > b.bytes ? -1 : a.number - b.number))
        .slice(0, draw.winsPerPlayer)
      await new Promise(resolve => setImmediate(resolve))
    }
    return best.map(publicTicket)
  }

  private async entryId(draw: StoredDraw, playerId: string): Promise<string> {
    let key = this.pseudonymKeys.get(draw.id)
    if (key === undefined) {
      const { sealedPseudonymKey } = await readSecrets(this.db, draw.id)
      key = this.box.open(sealedPseudonymKey, pseudonymKeyLabel(draw.id))
      if (this.pseudonymKeys.size >= DRAWS_REMEMBERED) this.pseudonymKeys.clear()
      this.pseudonymKeys.set(draw.id, key)
    }
    return entryIdOf(key, playerId)
  }
}
