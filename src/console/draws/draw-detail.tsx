import { useQuery } from '../api/use-query'
import { Badge } from '../parts/badge'
import { Failed, Loading } from '../parts/states'
import { href } from '../shell/route'
import { DrawActions } from './draw-actions'
import { DrawEmbed } from './draw-embed'
import { DrawFairness } from './draw-fairness'
import { DrawMilestones } from './draw-milestones'
import { DrawPlayer } from './draw-player'
import { DrawPrizes } from './draw-prizes'
import { DrawResults } from './draw-results'
import { DrawRules } from './draw-rules'
import { DrawStanding } from './draw-standing'
import { isOver, STATUS_TONES, STATUS_WORDS } from './draw-words'
import { DrawDetailDocument, type DrawFactsFragment } from './draws.generated'

const EVERY_MS = 2_000

export function DrawDetail({ id }: { readonly id: string }) {
  const { data, problem, reload } = useQuery(DrawDetailDocument, { id }, { everyMs: EVERY_MS })
  const draw = data?.draw ?? null
  if (draw !== null) return <Shown draw={draw} reload={reload} />
  return (
    <div class="card stack">
      <h1>Draw {id}</h1>
      {problem !== null && <Failed what="The draw cannot be shown." problem={problem} retry={reload} />}
      {data === null && problem === null && <Loading what="Loading the draw" />}
      {data !== null && (
        <p>
          There is no draw of this id. <a href={href('draws')}>To all draws</a>
        </p>
      )}
    </div>
  )
}

function Shown({ draw, reload }: { readonly draw: DrawFactsFragment; readonly reload: () => void }) {
  return (
    <div class="stack">
      <div class="stack tight">
        <a class="small" href={href('draws')}>
          All draws
        </a>
        <div class="row between">
          <div class="row">
            <h1>{draw.name}</h1>
            <Badge tone={STATUS_TONES[draw.status]}>{STATUS_WORDS[draw.status]}</Badge>
            <span class="mono muted">{draw.id}</span>
          </div>
          <DrawActions draw={draw} onDone={reload} />
        </div>
      </div>
      <DrawStanding draw={draw} />
      {draw.status === 'DRAWN' && <DrawResults drawId={draw.id} />}
      <div class="columns">
        <div class="stack">
          <DrawRules draw={draw} />
          <DrawPrizes draw={draw} />
          <DrawEmbed drawId={draw.id} />
        </div>
        <div class="stack">
          <DrawPlayer draw={draw} onDone={reload} />
          {!isOver(draw.status) && draw.milestones.length > 0 && <DrawMilestones drawId={draw.id} />}
          <DrawFairness draw={draw} />
        </div>
      </div>
    </div>
  )
}
