import type { PnlGrain } from '../api/schema.generated'

export interface Span {
  readonly grain: PnlGrain
  /** Of the choice. */
  readonly text: string
  /** Of what is summed over it. */
  readonly title: string
  readonly stepMs: number
  readonly buckets: number
  /** How often it is asked for again. */
  readonly everyMs: number
}

export const SPANS: readonly [Span, ...Span[]] = [
  { grain: 'MINUTE', text: '2 hours', title: 'Last 2 hours', stepMs: 60_000, buckets: 120, everyMs: 5_000 },
  { grain: 'HOUR', text: '2 days', title: 'Last 2 days', stepMs: 3_600_000, buckets: 48, everyMs: 20_000 },
  { grain: 'DAY', text: '60 days', title: 'Last 60 days (UTC)', stepMs: 86_400_000, buckets: 60, everyMs: 60_000 },
]

export interface Bounds {
  readonly from: string
  readonly to: string
}

/** It ends with the bucket that is under way. */
export function boundsOf({ stepMs, buckets }: Span, now: number): Bounds {
  const to = (Math.floor(now / stepMs) + 1) * stepMs
  return { from: new Date(to - buckets * stepMs).toISOString(), to: new Date(to).toISOString() }
}

/** Buckets without events are left out of the answer; here they are, with nothing in them. */
export function everyBucket<Bucket extends { readonly bucketStart: string }>(
  answer: readonly Bucket[],
  from: string,
  { stepMs, buckets }: Span,
): { readonly starts: readonly string[]; readonly at: (index: number) => Bucket | undefined } {
  const byStart = new Map(answer.map(bucket => [Date.parse(bucket.bucketStart), bucket]))
  const starts = Array.from({ length: buckets }, (_, i) => Date.parse(from) + i * stepMs)
  return {
    starts: starts.map(start => new Date(start).toISOString()),
    at: index => byStart.get(starts[index]!),
  }
}
