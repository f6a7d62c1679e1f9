import { useQuery } from '../api/use-query'
import { Failed, Loading } from '../parts/states'
import { href } from '../shell/route'
import { DrawEditor } from './draw-editor'
import { STATUS_WORDS } from './draw-words'
import { DrawDetailDocument } from './draws.generated'

export function EditDraw({ id }: { readonly id: string }) {
  const { data, problem, reload } = useQuery(DrawDetailDocument, { id })
  const draw = data?.draw ?? null
  if (draw?.status === 'SCHEDULED') return <DrawEditor before={draw} />
  return (
    <div class="card stack">
      <h1>Edit draw {id}</h1>
      {problem !== null && <Failed what="The draw cannot be shown." problem={problem} retry={reload} />}
      {data === null && problem === null && <Loading what="Loading the draw" />}
      {data !== null && (
        <p>
          {draw === null
            ? 'There is no draw of this id. '
            : `It is ${STATUS_WORDS[draw.status]}: a draw can be changed before it opens only. `}
          <a href={draw === null ? href('draws') : href('draws', id)}>
            {draw === null ? 'To all draws' : 'To the draw'}
          </a>
        </p>
      )}
    </div>
  )
}
