import { Counter, Gauge } from 'prom-client'
import type { Metrics } from './metrics.js'

/** Of all games together. */
export interface BetTotals {
  readonly openBets: number
  readonly waiting: number
  /** Batches whose minutes are in the ledger still. */
  readonly unfolded: number
}

export interface PnlMetrics {
  setGameSubscribers(subscribers: number): void
  countGameFrame(): void
}

/** `readTotals` is asked once a scrape. */
export function makePnlMetrics({ registry }: Metrics, readTotals: () => Promise<BetTotals>): PnlMetrics {
  const registers = [registry]
  let reading: Promise<BetTotals | null> | null = null
  // A scrape has its other figures also while the database is away.
  const totals = () => {
    reading ??= readTotals()
      .catch(() => null)
      .finally(() => {
        reading = null
      })
    return reading
  }
  const gauge = (name: string, help: string, figureOf: (totals: BetTotals) => number) =>
    new Gauge({
      name: `tidemark_${name}`,
      help,
      registers,
      async collect() {
        const all = await totals()
        if (all !== null) this.set(figureOf(all))
      },
    })
  gauge('open_bets', 'Bets with odds that nothing has closed', ({ openBets }) => openBets)
  gauge('waiting_settlements', 'Settlements and refunds whose bet has not come', ({ waiting }) => waiting)
  gauge(
    'game_pnl_ledger_rows',
    'Batches whose minutes of games are not folded into panes yet',
    ({ unfolded }) => unfolded,
  )
  const subscribers = new Gauge({
    name: 'tidemark_game_pnl_subscribers',
    help: 'Open subscriptions to gamePnlChanged',
    registers,
  })
  const frames = new Counter({
    name: 'tidemark_game_pnl_frames_total',
    help: 'Positions of games that this node has given to subscribers',
    registers,
  })
  return {
    setGameSubscribers: n => subscribers.set(n),
    countGameFrame: () => frames.inc(),
  }
}
