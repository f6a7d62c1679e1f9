export interface Page<Node> {
  readonly nodes: readonly Node[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly totalCount?: number
}

export interface Rows<Node> {
  /** Null: so many are fresh that the others were not looked for. */
  readonly nodes: readonly Node[] | null
  readonly fresh: number
  readonly hasMore: boolean
  readonly totalCount: number | null
}

const REQUEST_MAX = 500
const FRESH_MAX = 1_000

/** The first rows of a connection, in as many requests as it takes; those that are fresh are counted, and left out. */
export async function readRows<Node>(
  readPage: (first: number, after: string | null) => Promise<Page<Node>>,
  wanted: number,
  isFresh: (node: Node) => boolean,
): Promise<Rows<Node>> {
  const nodes: Node[] = []
  let fresh = 0
  let after: string | null = null
  for (;;) {
    const missing = wanted - nodes.length
    const page: Page<Node> = await readPage(Math.min(REQUEST_MAX, fresh > 0 ? REQUEST_MAX : missing), after)
    const old = page.nodes.filter(node => !isFresh(node))
    fresh += page.nodes.length - old.length
    nodes.push(...old.slice(0, missing))
    after = page.pageInfo.endCursor
    const hasMore = page.pageInfo.hasNextPage || old.length > missing
    const totalCount = page.totalCount ?? null
    if (fresh > FRESH_MAX) return { nodes: null, fresh, hasMore, totalCount }
    if (!page.pageInfo.hasNextPage || nodes.length >= wanted) return { nodes, fresh, hasMore, totalCount }
  }
}
