import { formatMoney } from '../kernel/money.js'
import { formatInstant } from '../kernel/time.js'
import type { BucketPages } from '../pnl/export-pnl.js'
import { holdPercentOf, type PnlBucket } from '../pnl/pnl-bucket.js'

const HEADER = 'game,game_type,competition,bucket_start,bets,turnover,payouts,ggr,hold_percent\r\n'

/**
 * What a spreadsheet takes for a formula, and the apostrophe that keeps it from doing so: such a text gets an apostrophe
 * in front. As texts that have one of their own get another, whoever takes the first one off has what was stored.
 */
const FORMULA = /^['=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/
const NEEDS_QUOTES = /[",\r\n]/

function textCell(text: string | null): string {
  if (text === null) return ''
  const plain = FORMULA.test(text) ? `'${text}` : text
  return NEEDS_QUOTES.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}

function line({ game, gameType, competition, bucketStart, bets, turnover, payouts }: PnlBucket): string {
  const ggr = turnover - payouts
  const texts = [game, gameType, competition].map(textCell)
  const amounts = [turnover, payouts, ggr].map(amount => formatMoney(amount))
  return [...texts, formatInstant(bucketStart), bets, ...amounts, holdPercentOf(turnover, ggr) ?? ''].join(',')
}

/** RFC 4180, a header first. Null is an empty cell. */
export async function* csvOf(pages: BucketPages): AsyncGenerator<string> {
  yield HEADER
  for await (const page of pages) yield `${page.map(line).join('\r\n')}\r\n`
}
