import { useMemo } from 'preact/hooks'
import { FeedHeadDocument } from './feed.generated'
import { type Document, request } from './request'
import { type Answer, useAnswer } from './use-answer'

/** Where a feed goes on; new for each answer, so that each begins the feed anew. */
export interface FeedStart {
  readonly after: string
}

export interface Newest<Data> extends Answer<Data> {
  readonly start: FeedStart | null
}

/**
 * The newest of a feed, and where it goes on. The cursor is taken before the list is read: nothing falls between the two,
 * and what is in both is known by its own cursor.
 */
export function useNewest<Data, Variables>(document: Document<Data, Variables>, variables: Variables): Newest<Data> {
  const ask = async (signal: AbortSignal) => {
    const { feedCursor } = await request(FeedHeadDocument, {}, signal)
    return { start: { after: feedCursor }, list: await request(document, variables, signal) }
  }
  const { data, ...rest } = useAnswer(ask, `${document} ${JSON.stringify(variables)}`)
  return useMemo(
    () => ({ ...rest, data: data?.list ?? null, start: data?.start ?? null }),
    [data, rest.problem, rest.loading, rest.reload],
  )
}
