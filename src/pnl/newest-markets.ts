import type { Millis } from '../kernel/time.js'
import type { SettledMarket } from './forecast.js'

/**
 * The newest so many of the markets that pass by, in any order. It takes half as many more before it lets the oldest go,
 * and from then on nothing that is older than those it kept: so it seldom sorts.
 */
export class NewestMarkets {
  private kept: SettledMarket[] = []
  private from: Millis = Number.NEGATIVE_INFINITY

  constructor(private readonly max: number) {}

  add(markets: readonly SettledMarket[]): void {
    for (const market of markets) if (market.at >= this.from) this.kept.push(market)
    if (this.kept.length >= this.max * 1.5) this.cut()
  }

  all(): readonly SettledMarket[] {
    if (this.kept.length > this.max) this.cut()
    return this.kept
  }

  private cut(): void {
    this.kept = this.kept.toSorted((a, b) => b.at - a.at).slice(0, this.max)
    this.from = this.kept.at(-1)!.at
  }
}
