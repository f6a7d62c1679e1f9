import { useEffect, useMemo, useState } from 'preact/hooks'
import { asProblem, type Problem } from '../api/problem'
import { request } from '../api/request'
import { watch } from '../api/socket'
import { Board, type BoardView, EMPTY_VIEW } from './board'
import {
  GamePositionChangedDocument,
  GamePositionsDocument,
  type GamePositionsQuery,
  type PositionFragment,
} from './pnl.generated'

const PAGE = 500
export const GAMES_MAX = 2_000
const RETRY_MS = 2_000

export interface Positions {
  readonly view: BoardView<PositionFragment>
  readonly loading: boolean
  readonly problem: Problem | null
  /** Games that are there and not followed, because they are too many. */
  readonly leftOut: number
  readonly hold: () => void
  readonly release: () => void
  readonly reload: () => void
}

type Answer = Pick<Positions, 'loading' | 'problem' | 'leftOut'>

/** How all games stand, from then on as they change. */
export function usePositions(): Positions {
  const [view, show] = useState<BoardView<PositionFragment>>(EMPTY_VIEW)
  const board = useMemo(() => new Board<PositionFragment>(show), [])
  const [answer, setAnswer] = useState<Answer>({ loading: true, problem: null, leftOut: 0 })
  const [turn, setTurn] = useState(0)
  const reload = () => setTurn(n => n + 1)
  useEffect(() => {
    const abort = new AbortController()
    let retry: ReturnType<typeof setTimeout> | undefined
    let unfollow = () => {}
    const fail = (problem: Problem) => {
      setAnswer(before => ({ ...before, problem, loading: false }))
      if (problem.code === 'OFFLINE') retry = setTimeout(reload, RETRY_MS)
    }
    readAll(board, abort.signal).then(
      leftOut => {
        if (abort.signal.aborted) return
        board.paint()
        setAnswer({ loading: false, problem: null, leftOut })
        unfollow = follow(board, leftOut > 0 ? board.games() : null, fail)
      },
      error => abort.signal.aborted || fail(asProblem(error)),
    )
    return () => {
      abort.abort()
      clearTimeout(retry)
      unfollow()
      board.stop()
    }
  }, [board, turn])
  return { view, ...answer, hold: () => board.hold(), release: () => board.release(), reload }
}

/** Gives how many there are beyond those that were read. */
async function readAll(board: Board<PositionFragment>, signal: AbortSignal): Promise<number> {
  let after: string | null = null
  for (let read = 0; ; read += PAGE) {
    const answer: GamePositionsQuery = await request(GamePositionsDocument, { first: PAGE, after }, signal)
    const { nodes, pageInfo, totalCount } = answer.gamePnl
    for (const state of nodes) board.take(state)
    if (!pageInfo.hasNextPage) return 0
    if (read + PAGE >= GAMES_MAX) return totalCount - GAMES_MAX
    after = pageInfo.endCursor
  }
}

/** Each connection begins with the newest states, so a gap closes by itself. */
const follow = (board: Board<PositionFragment>, games: string[] | null, onEnd: (problem: Problem) => void) =>
  watch(GamePositionChangedDocument, { games }, { onData: ({ gamePnlChanged }) => board.take(gamePnlChanged), onEnd })
