import { Amount } from '../parts/amount'
import { countText } from '../parts/numbers'
import { Time } from '../parts/time'
import { countedStakesText, limitText } from './draw-words'
import type { DrawFactsFragment } from './draws.generated'
import { Fact } from './fact'

export function DrawRules({ draw }: { readonly draw: DrawFactsFragment }) {
  return (
    <section class="card stack tight" aria-labelledby="draw-rules">
      <h2 id="draw-rules">Rules</h2>
      <dl class="facts">
        <Fact name="Opens">
          <Time at={draw.opensAt} />
        </Fact>
        <Fact name="Draw time">
          <Time at={draw.drawsAt} />
        </Fact>
        <Fact name="Stake for a ticket">
          {draw.stakePerTicket === null ? '-' : <Amount value={draw.stakePerTicket} />}
        </Fact>
        <Fact name="Stakes that count">{countedStakesText(draw)}</Fact>
        <Fact name="Tickets for a player">{limitText(draw.maxTicketsPerPlayer)}</Fact>
        <Fact name="Wins for a player">
          {draw.winsPerPlayer === 1 ? 'one' : `up to ${countText(draw.winsPerPlayer)}`}
        </Fact>
        <Fact name="Opt-in">{draw.optInRequired ? 'needed: stakes count from then on' : 'not needed'}</Fact>
        <Fact name="Milestones">
          {draw.milestones.length === 0 ? 'none' : `${draw.milestones.map(countText).join(' · ')} tickets`}
        </Fact>
      </dl>
    </section>
  )
}
