import { type Bare, measureBare } from './bare.js'
import { measureCampaigns } from './campaigns/campaigns.js'
import { measureDraws } from './draws/draws.js'
import { measureIngest } from './ingest.js'
import type { Bench } from './installation.js'
import { measureLatency } from './latency.js'
import { measureMemory } from './memory.js'
import { measurePnl } from './pnl/pnl.js'
import { measureQueries } from './queries.js'
import type { Figure } from './report.js'
import { measureResends } from './resends.js'
import { measureSubscribers } from './subscribers.js'

/** Ingest to bare insert, at least. */
const RATIO_TARGET = 0.3

/** The sections one after the other; ingest stands between two bare inserts, because the machine's own pace drifts. */
export async function runSections(bench: Bench, figures: Figure[]): Promise<void> {
  const { sections } = bench.options
  const topRate = sections.has('bare') || sections.has('ingest') ? await ingestBesideBare(bench, figures) : null
  if (sections.has('latency')) figures.push(...(await measureLatency(bench)))
  if (sections.has('campaigns')) figures.push(...(await measureCampaigns(bench)))
  if (sections.has('draws')) figures.push(...(await measureDraws(bench)))
  if (sections.has('pnl')) figures.push(...(await measurePnl(bench)))
  if (sections.has('subscribers')) figures.push(...(await measureSubscribers(bench)))
  if (sections.has('queries')) figures.push(...(await measureQueries(bench, topRate)))
  if (sections.has('resends')) figures.push(...(await measureResends(bench)))
  if (sections.has('memory')) figures.push(...(await measureMemory(bench)))
}

/** Returns the top rate where it was measured. */
async function ingestBesideBare(bench: Bench, figures: Figure[]): Promise<number | null> {
  const { sections, variants } = bench.options
  const before = await bare(bench, 'before')
  if (!sections.has('ingest')) {
    figures.push(...bareFigures(before, before))
    return null
  }
  const first = figures.length
  const plain = await measureIngest(bench, 'ingest', false)
  figures.push(...plain.figures)
  if (variants) {
    figures.push(...(await measureIngest(bench, 'ingest, an hour of panes behind every player', true)).figures)
  }
  const after = await bare(bench, 'after')
  const bares = { COPY: (before.copy + after.copy) / 2, INSERT: (before.insert + after.insert) / 2 }
  for (let at = first; at < figures.length; at++) {
    const figure = figures[at]!
    if (figure.unit === 'events/s') figures[at] = { ...figure, ratio: formatRatios(Number(figure.value), bares) }
  }
  figures.splice(first, 0, ...bareFigures(before, after))
  return plain.eventsPerSecond
}

/** The target is to an insert; COPY, which an ingest that answers for duplicates can't be, is the floor under both. */
function formatRatios(rate: number, { COPY, INSERT }: { readonly COPY: number; readonly INSERT: number }): string {
  const verdict = rate / INSERT >= RATIO_TARGET ? 'met' : 'MISSED'
  return `${(rate / INSERT).toFixed(2)} of INSERT ${verdict}, ${(rate / COPY).toFixed(2)} of COPY`
}

function bare(bench: Bench, when: string): Promise<Bare> {
  bench.say(`bare insert ${when}, ${bench.options.bareRows} rows each`)
  return measureBare(bench, `bare-${when}`)
}

function bareFigures(before: Bare, after: Bare): Figure[] {
  const figure = (name: string, kind: 'copy' | 'insert'): Figure => ({
    name: `${name}, ${before.how}`,
    value: (before[kind] + after[kind]) / 2,
    unit: `rows/s (${Math.round(before[kind])} before, ${Math.round(after[kind])} after)`,
  })
  return [figure('bare COPY', 'copy'), figure('bare INSERT ... unnest ON CONFLICT', 'insert')]
}
