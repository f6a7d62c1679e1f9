import type { PageProps } from '../shell/page'
import { PlayerView } from './player-view'
import './players.css'
import { Search } from './search'

/** One player, or the search for one. */
export default function PlayerPage({ rest: [id] }: PageProps) {
  return id === undefined ? <Search /> : <PlayerView key={id} id={id} />
}
