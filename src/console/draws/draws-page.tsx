import type { PageProps } from '../shell/page'
import { DrawDetail } from './draw-detail'
import { DrawEditor } from './draw-editor'
import { DrawList } from './draw-list'
import { NEW } from './draw-words'
import { EditDraw } from './edit-draw'
import { InstantWins } from './instant-wins'
import './draws.css'

/** #/draws, #/draws/~new, #/draws/<id>, #/draws/<id>/edit */
export default function DrawsPage({ rest: [id, action] }: PageProps) {
  if (id === NEW) return <DrawEditor before={null} />
  if (id !== undefined) return action === 'edit' ? <EditDraw key={id} id={id} /> : <DrawDetail key={id} id={id} />
  return (
    <div class="stack">
      <DrawList />
      <InstantWins />
    </div>
  )
}
