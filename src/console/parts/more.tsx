import type { PagesState } from '../api/use-pages'
import { countText } from './numbers'

/** Below a list that comes in pages. */
export function More({
  pages,
  what,
}: {
  readonly pages: Pick<PagesState<unknown>, 'nodes' | 'totalCount' | 'hasMore' | 'loading' | 'more'>
  readonly what: string
}) {
  const { nodes, totalCount, hasMore, loading, more } = pages
  return (
    <div class="row between small muted more">
      <span>
        {countText(nodes.length)}
        {totalCount !== null && ` of ${countText(totalCount)}`} {what}
      </span>
      {hasMore && (
        <button type="button" onClick={more} disabled={loading}>
          Show more
        </button>
      )}
    </div>
  )
}
